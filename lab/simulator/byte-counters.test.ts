import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import type { HappeningInput } from './happening.ts'
import { edgeCounter, edgeKey } from './keys.ts'
import { TEST_TIMELINE_ORIGIN, createOneCircuitWorld } from './testing.ts'
import { createWorld, type ModelledWorld } from './world.ts'

const KEYS = (['primary', 'secondary'] as const).map((path) => edgeKey('erc-pair', 'AzurePrivatePeering', path))
const COUNTERS = KEYS.flatMap((key) => [edgeCounter(key, 'in'), edgeCounter(key, 'out')])

const countersOf = (world: ModelledWorld) => {
  const domain = world.topology.domainOfCircuit.get('erc-pair')
  if (!domain) throw new Error('no domain')
  return world.counters(domain)
}

const path = fc.constantFrom('primary' as const, 'secondary' as const)
const timing = fc
  .record({ at: fc.integer({ min: -600, max: 600 }), length: fc.integer({ min: 1, max: 300 }), repeat: fc.boolean() })
  .map(({ at, length, repeat }) => ({
    at: `${at < 0 ? '-' : '+'}${Math.abs(at)}s`,
    for: `${length}s`,
    ...(repeat ? { every: '10m', times: 2 } : {}),
  }))
const happening: fc.Arbitrary<HappeningInput> = fc.oneof(
  fc.tuple(path, timing, fc.integer({ min: 1, max: 60 })).map(
    ([p, t, d]): HappeningInput => ({
      op: 'cut-path',
      circuit: 'erc-pair',
      path: p,
      detection: `${d}s`,
      ...t,
    }),
  ),
  fc.tuple(path, timing).map(([p, t]): HappeningInput => ({ op: 'withdraw', circuit: 'erc-pair', path: p, ...t })),
  fc.tuple(path, timing).map(([p, t]): HappeningInput => ({ op: 'session-loss', circuit: 'erc-pair', path: p, ...t })),
  timing.map((t): HappeningInput => ({ op: 'traffic', factor: 0.25, ...t })),
  fc
    .tuple(path, timing)
    .map(([p, t]): HappeningInput => ({ op: 'blackhole', circuit: 'erc-pair', path: p, share: 0.5, ...t })),
)
const timelines = fc.array(happening, { maxLength: 5 })

it('a counter is the sum of what flowed in every second', () => {
  fc.assert(
    fc.property(timelines, fc.integer({ min: -700, max: 1500 }), (happenings, offset) => {
      const counters = countersOf(createOneCircuitWorld(happenings))
      const from = TEST_TIMELINE_ORIGIN + offset * MS_PER_SECOND
      for (const counter of COUNTERS) {
        let sum = 0
        for (let s = 0; s < 120; s++) {
          const at = from + s * MS_PER_SECOND + 500
          for (const f of counters.flowsAt(at))
            if (f.counter === counter) sum += f.share * counters.rateOf(f.demand, f.direction, at)
        }
        const grown = counters.passed(counter, from + 120 * MS_PER_SECOND) - counters.passed(counter, from)
        expect(Math.abs(grown - sum)).toBeLessThan(2 + sum * 1e-9)
      }
    }),
    { numRuns: 60 },
  )
})

it('counters never fall but by a reset, whatever happens', () => {
  fc.assert(
    fc.property(
      timelines,
      fc.array(fc.integer({ min: -900_000, max: 1_800_000 }), { minLength: 2, maxLength: 20 }),
      (happenings, offsets) => {
        const counters = countersOf(createOneCircuitWorld(happenings))
        const times = offsets.map((o) => TEST_TIMELINE_ORIGIN + o).sort((a, b) => a - b)
        for (const counter of COUNTERS) {
          const values = times.map((at) => counters.shown(counter, KEYS[0] ?? '', 0n, at))
          for (const [n, v] of values.entries()) expect(v >= (values[n - 1] ?? 0n)).toBe(true)
        }
      },
    ),
    { numRuns: 60 },
  )
})

it('does not depend on the order of reads', () => {
  fc.assert(
    fc.property(
      timelines,
      fc.array(fc.integer({ min: -900_000, max: 1_800_000 }), { minLength: 2, maxLength: 8 }),
      (happenings, offsets) => {
        const [counter = ''] = COUNTERS
        const one = countersOf(createOneCircuitWorld(happenings))
        const other = countersOf(createOneCircuitWorld(happenings))
        const asked = offsets.map((o) => one.passed(counter, TEST_TIMELINE_ORIGIN + o))
        const backwards = [...offsets].reverse().map((o) => other.passed(counter, TEST_TIMELINE_ORIGIN + o))
        expect(backwards.reverse()).toEqual(asked)
      },
    ),
    { numRuns: 60 },
  )
})

it('what is appended later leaves the past alone and continues from it', () => {
  const cut = {
    op: 'cut-path',
    circuit: 'erc-pair',
    peering: 'AzurePrivatePeering',
    path: 'both',
    detection: '5s',
  } as const
  const since = TEST_TIMELINE_ORIGIN + 400 * MS_PER_SECOND
  const control = { id: 'control-1', happening: { ...cut, at: new Date(since).toISOString() } }
  const before = createOneCircuitWorld([
    { op: 'withdraw', circuit: 'erc-pair', path: 'primary', at: '+100s', for: '60s' },
  ])
  countersOf(before).passed(COUNTERS[0] ?? '', since)
  const after = createWorld(before.scenario, TEST_TIMELINE_ORIGIN, [control], { world: before, since })
  const fresh = createWorld(before.scenario, TEST_TIMELINE_ORIGIN, [control])
  for (const counter of COUNTERS)
    for (const at of [since - 1, since, since + 1, since + 60 * MS_PER_SECOND]) {
      expect(countersOf(after).passed(counter, at)).toBe(countersOf(fresh).passed(counter, at))
    }
  for (const counter of COUNTERS)
    for (const at of [since - 60 * MS_PER_SECOND, since])
      expect(countersOf(after).passed(counter, at)).toBe(countersOf(before).passed(counter, at))
  expect(countersOf(after).passed(COUNTERS[0] ?? '', since + 60 * MS_PER_SECOND)).toBe(
    countersOf(after).passed(COUNTERS[0] ?? '', since),
  )
})

it('starts at zero after a reset and forgets its base', () => {
  const world = createOneCircuitWorld([{ op: 'counter-reset', circuit: 'erc-pair', at: '+60s' }])
  const counters = countersOf(world)
  const [key = ''] = KEYS
  const counter = edgeCounter(key, 'in')
  const base = 9_007_199_254_740_993n
  expect(counters.shown(counter, key, base, TEST_TIMELINE_ORIGIN + 59 * MS_PER_SECOND) > base).toBe(true)
  expect(counters.shown(counter, key, base, TEST_TIMELINE_ORIGIN + 60 * MS_PER_SECOND)).toBe(0n)
  const grown =
    counters.passed(counter, TEST_TIMELINE_ORIGIN + 90 * MS_PER_SECOND) -
    counters.passed(counter, TEST_TIMELINE_ORIGIN + 60 * MS_PER_SECOND)
  expect(counters.shown(counter, key, base, TEST_TIMELINE_ORIGIN + 90 * MS_PER_SECOND)).toBe(BigInt(Math.floor(grown)))
})
