import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { HappeningInput } from './happening.ts'
import { edgeKey, peerKey } from './keys.ts'
import { parseScenario } from './scenario.ts'
import { topologies } from './scenarios/catalogue/topologies.ts'
import { ORIGIN, pairWorld, SECOND } from './testing.ts'
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
