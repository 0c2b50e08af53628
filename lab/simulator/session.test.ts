import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { countEffectChangesWithin, generateEffectOccurrences } from './effect.ts'
import type { HappeningInput } from './happening.ts'
import { edgeKey, peerKey } from './keys.ts'
import { parseSimulatorScenario } from './scenario.ts'
import { scenariosByTopology } from './scenarios/catalogue/topologies.ts'
import { TEST_TIMELINE_ORIGIN, createOneCircuitWorld } from './testing.ts'
import { createWorld } from './world.ts'

const KEY = edgeKey('erc-pair', 'AzurePrivatePeering', 'primary')

const losses = fc.array(
  fc
    .record({ at: fc.integer({ min: 0, max: 900 }), length: fc.integer({ min: 1, max: 120 }), repeat: fc.boolean() })
    .map(
      ({ at, length, repeat }): HappeningInput => ({
        op: 'session-loss',
        circuit: 'erc-pair',
        path: 'primary',
        at: `+${at}s`,
        for: `${length}s`,
        ...(repeat ? { every: '3m', times: 3 } : {}),
      }),
    ),
  { minLength: 1, maxLength: 5 },
)

it('is down exactly inside the true down-times, and says since when', () => {
  fc.assert(
    fc.property(losses, fc.integer({ min: -10_000, max: 1_600_000 }), (happenings, offset) => {
      const { sessions } = createOneCircuitWorld(happenings)
      const at = TEST_TIMELINE_ORIGIN + offset
      const downs = sessions.downs(KEY, TEST_TIMELINE_ORIGIN - 1000, TEST_TIMELINE_ORIGIN + 3_600_000)
      const now = downs.find((d) => d.from <= at && at < d.until)
      const last = downs.filter((d) => d.until <= at).at(-1)
      const moment = sessions.at(KEY, at)
      expect(moment.up).toBe(now === undefined)
      const first = createOneCircuitWorld().sessions.at(KEY, at).since
      expect(first).toBeLessThan(TEST_TIMELINE_ORIGIN)
      expect(moment.since).toBe(now?.from ?? last?.until ?? first)
    }),
  )
})

it('falls some time after the cut and comes back some time after the repair', () => {
  const { sessions } = createOneCircuitWorld([
    { op: 'cut-path', circuit: 'erc-pair', path: 'primary', detection: '8s', at: '+30s', for: '3m' },
  ])
  expect(sessions.downs(KEY, TEST_TIMELINE_ORIGIN, TEST_TIMELINE_ORIGIN + 600_000)).toEqual([
    { from: TEST_TIMELINE_ORIGIN + 38 * MS_PER_SECOND, until: TEST_TIMELINE_ORIGIN + 213 * MS_PER_SECOND },
  ])
})

it('never notices a cut that is over before its timer', () => {
  const { sessions } = createOneCircuitWorld([
    { op: 'cut-path', circuit: 'erc-pair', path: 'primary', detection: 'hold', at: '+30s', for: '60s' },
  ])
  expect(sessions.downs(KEY, TEST_TIMELINE_ORIGIN, TEST_TIMELINE_ORIGIN + 600_000)).toEqual([])
})

it('restarts the message counts in each life', () => {
  const { sessions } = createOneCircuitWorld([
    { op: 'session-loss', circuit: 'erc-pair', path: 'primary', at: '+30s', for: '20s' },
  ])
  const old = sessions.messages(KEY, TEST_TIMELINE_ORIGIN + 29 * MS_PER_SECOND)
  const fresh = sessions.messages(KEY, TEST_TIMELINE_ORIGIN + 60 * MS_PER_SECOND)
  expect(old.received).toBeGreaterThan(2000)
  expect(fresh.received).toBeLessThan(12)
  expect(sessions.messages(KEY, TEST_TIMELINE_ORIGIN + 650 * MS_PER_SECOND).received).toBe(fresh.received + 11)
})

it('takes no session to have come up after the timeline began', () => {
  const world = createWorld(
    parseSimulatorScenario({ ...scenariosByTopology.T2, established: '2030-02-20T04:00:00Z' }),
    TEST_TIMELINE_ORIGIN,
  )
  const key = peerKey('ergw-hub', '10.0.4.12', '10.0.4.4')
  const { up, since } = world.sessions.at(key, TEST_TIMELINE_ORIGIN)
  expect([up, since < TEST_TIMELINE_ORIGIN]).toEqual([true, true])
  expect(world.sessions.messages(key, TEST_TIMELINE_ORIGIN).received).toBeGreaterThan(0)
})

const GATEWAY_KEY = peerKey('gw-pair', '10.0.4.12', '10.0.4.4')
const onPrimary = { circuit: 'erc-pair', path: 'primary' as const, propagation: '3s' }

it.each<{ what: string; happenings: HappeningInput[]; began: number; ended: number }>([
  { what: 'nothing', happenings: [], began: 0, ended: 0 },
  {
    what: 'routes that are withdrawn and come back',
    happenings: [{ op: 'withdraw', ...onPrimary, at: '+100s', for: '60s' }],
    began: 1,
    ended: 2,
  },
  {
    what: 'a prefix that it does not bring',
    happenings: [{ op: 'withdraw', ...onPrimary, prefixes: ['203.0.113.0/24'], at: '+100s', for: '60s' }],
    began: 0,
    ended: 0,
  },
  {
    what: 'routes of the other path',
    happenings: [{ op: 'withdraw', ...onPrimary, path: 'secondary', at: '+100s', for: '60s' }],
    began: 0,
    ended: 0,
  },
  {
    what: 'a prefix that is announced, for good',
    happenings: [{ op: 'announce', ...onPrimary, prefixes: ['203.0.113.0/24'], asPath: [65001], at: '+100s' }],
    began: 1,
    ended: 1,
  },
  {
    what: 'a longer path',
    happenings: [{ op: 'prepend', ...onPrimary, at: '+100s', for: '60s' }],
    began: 1,
    ended: 2,
  },
  {
    what: 'routes that flap',
    happenings: [{ op: 'withdraw', ...onPrimary, at: '+10s', for: '20s', every: '40s', times: 3 }],
    began: 5,
    ended: 6,
  },
])('counts an UPDATE for $what', ({ happenings, began, ended }) => {
  const [plain, changed] = [createOneCircuitWorld().sessions, createOneCircuitWorld(happenings).sessions]
  const more = (seconds: number) => {
    const at = TEST_TIMELINE_ORIGIN + seconds * MS_PER_SECOND
    const { received, ...rest } = changed.messages(GATEWAY_KEY, at)
    const { received: usual, ...same } = plain.messages(GATEWAY_KEY, at)
    expect(rest).toEqual(same)
    return received - usual
  }
  expect([more(9), more(104), more(300)]).toEqual([0, began, ended])
})

it('counts as many edges of an effect as its occurrences have', () => {
  const effects = fc
    .record({
      from: fc.integer({ min: -50, max: 50 }),
      length: fc.integer({ min: 1, max: 9 }),
      pause: fc.integer({ min: 1, max: 9 }),
      times: fc.integer({ min: 1, max: 6 }),
    })
    .map(({ from, length, pause, times }) => ({
      from,
      until: from + length,
      period: times === 1 ? 0 : length + pause,
      times,
    }))
  fc.assert(
    fc.property(effects, fc.integer({ min: -60, max: 60 }), fc.integer({ min: 0, max: 120 }), (effect, from, span) => {
      const edges = [...generateEffectOccurrences(effect, -1_000, 1_000)].flatMap(({ from: begin, until }) => [
        begin,
        until,
      ])
      const within = edges.filter((at) => at > from && at <= from + span)
      expect(countEffectChangesWithin(effect, from, from + span)).toBe(within.length)
    }),
  )
})
