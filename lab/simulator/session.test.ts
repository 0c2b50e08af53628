import fc from 'fast-check'
import { expect, it } from 'vitest'
import { SECOND } from '#lib/contract/time/time.ts'
import { edgesWithin, occurrences } from './effect.ts'
import type { HappeningInput } from './happening.ts'
import { edgeKey, peerKey } from './keys.ts'
import { parseScenario } from './scenario.ts'
import { topologies } from './scenarios/catalogue/topologies.ts'
import { ORIGIN, pairWorld } from './testing.ts'
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
      const { sessions } = pairWorld(happenings)
      const at = ORIGIN + offset
      const downs = sessions.downs(KEY, ORIGIN - 1000, ORIGIN + 3_600_000)
      const now = downs.find((d) => d.from <= at && at < d.until)
      const last = downs.filter((d) => d.until <= at).at(-1)
      const moment = sessions.at(KEY, at)
      expect(moment.up).toBe(now === undefined)
      const first = pairWorld().sessions.at(KEY, at).since
      expect(first).toBeLessThan(ORIGIN)
      expect(moment.since).toBe(now?.from ?? last?.until ?? first)
    }),
  )
})

it('falls some time after the cut and comes back some time after the repair', () => {
  const { sessions } = pairWorld([
    { op: 'cut-path', circuit: 'erc-pair', path: 'primary', detection: '8s', at: '+30s', for: '3m' },
  ])
  expect(sessions.downs(KEY, ORIGIN, ORIGIN + 600_000)).toEqual([
    { from: ORIGIN + 38 * SECOND, until: ORIGIN + 213 * SECOND },
  ])
})

it('never notices a cut that is over before its timer', () => {
  const { sessions } = pairWorld([
    { op: 'cut-path', circuit: 'erc-pair', path: 'primary', detection: 'hold', at: '+30s', for: '60s' },
  ])
  expect(sessions.downs(KEY, ORIGIN, ORIGIN + 600_000)).toEqual([])
})

it('restarts the message counts in each life', () => {
  const { sessions } = pairWorld([{ op: 'session-loss', circuit: 'erc-pair', path: 'primary', at: '+30s', for: '20s' }])
  const old = sessions.messages(KEY, ORIGIN + 29 * SECOND)
  const fresh = sessions.messages(KEY, ORIGIN + 60 * SECOND)
  expect(old.received).toBeGreaterThan(2000)
  expect(fresh.received).toBeLessThan(12)
  expect(sessions.messages(KEY, ORIGIN + 650 * SECOND).received).toBe(fresh.received + 11)
})

it('takes no session to have come up after the timeline began', () => {
  const world = createWorld(parseScenario({ ...topologies.T2, established: '2030-02-20T04:00:00Z' }), ORIGIN)
  const key = peerKey('ergw-hub', '10.0.4.12', '10.0.4.4')
  const { up, since } = world.sessions.at(key, ORIGIN)
  expect([up, since < ORIGIN]).toEqual([true, true])
  expect(world.sessions.messages(key, ORIGIN).received).toBeGreaterThan(0)
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
  const [plain, changed] = [pairWorld().sessions, pairWorld(happenings).sessions]
  const more = (seconds: number) => {
    const at = ORIGIN + seconds * SECOND
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
      const edges = [...occurrences(effect, -1_000, 1_000)].flatMap(({ from: begin, until }) => [begin, until])
      const within = edges.filter((at) => at > from && at <= from + span)
      expect(edgesWithin(effect, from, from + span)).toBe(within.length)
    }),
  )
})
