import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getEvents as innerGetEvents } from '#lib/incidents/answers/index.ts'
import type { createAzureClient } from '#lib/azure/index.ts'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import type { DetectedNetworkEvent } from '#lib/incidents/api/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { startWorker, type PollWorker } from '#lib/poller/index.ts'
import {
  createAzureClientForSimulator,
  waitUntilTrue,
  areExpectedPollsRecorded,
  startAzure,
} from '#lib/poller/testing/lab.ts'
import { type RunningSimulator, scenariosByTopology, computeScenarioGroundTruth } from '../../simulator/index.ts'
import { wrapFunctionWithJsonEncoding } from '#lib/questions/testing/written.ts'
import { endpoints } from '#lib/incidents/api/index.ts'

const getEvents = wrapFunctionWithJsonEncoding(endpoints.events, innerGetEvents)

/**
 * Defines tests that play scenarios of the catalogue in real time, each shortened to seconds. The worker polls a
 * simulator over HTTP every second and records in Postgres, and its events are compared with the simulator's truth.
 * @param chosen some of S01, S06, S20, S24, S40, S43
 */
export function playLive(chosen: readonly string[]): void {
  const db = withTestDatabase()
  const WITHIN_MS = 45 * MS_PER_SECOND
  /** maximum difference between the simulator's current time and the time of its response, in milliseconds */
  const ROUNDING_MS = 5

  let simulator: RunningSimulator
  let azure: ReturnType<typeof createAzureClient>
  let worker: PollWorker

  beforeAll(async () => {
    // the profile "quick", because results are compared with virtual time, whose polls take as long
    simulator = await startAzure({ ...scenariosByTopology.T2, name: 'live', happenings: [] }, { profile: 'quick' })
    azure = createAzureClientForSimulator(simulator)
    worker = startWorker({
      db,
      azure,
      intervals: {
        sessionsMs: MS_PER_SECOND,
        circuitsMs: MS_PER_SECOND,
        routesMs: MS_PER_SECOND,
        inventoryMs: 5 * MS_PER_SECOND,
        metricsMs: 300 * MS_PER_SECOND,
        activityMs: 60 * MS_PER_SECOND,
      },
    })
    await waitUntilTrue('every path and gateway polled', () => areExpectedPollsRecorded(db, 'summary', 4), WITHIN_MS)
    await waitUntilTrue('learned routes and tables polled', () => areExpectedPollsRecorded(db, 'learned'), WITHIN_MS)
    await waitUntilTrue('ARP and counters polled', () => areExpectedPollsRecorded(db, 'arp', 4), WITHIN_MS)
    const before = await polls('learned')
    await waitUntilTrue('a second poll of everything', async () => (await polls('learned')) > before, WITHIN_MS)
  }, 120_000)

  afterAll(async () => {
    await worker?.stop()
    azure?.close()
    await simulator?.close()
  })

  /** Returns the number of recorded polls of a kind, with any outcome unless one is given. */
  async function polls(kind: string, outcome: string | null = null): Promise<number> {
    const { rows } = await db.pool.query(
      'SELECT coalesce(sum(polls), 0)::int AS n FROM coverage WHERE kind = $1 AND ($2::text IS NULL OR outcome = $2)',
      [kind, outcome],
    )
    return rows[0].n
  }

  /**
   * Starts a happening and ends it when the product has seen it. Operations on one resource run one at a time: a
   * gateway's table is read again after each of its other operations, with a poll of its sessions between them. On a
   * busy machine that takes longer than any fixed duration.
   * @returns when it began and when it was ended, both by the simulator's clock
   */
  async function untilSeen(happening: object, isSeen: (since: number) => Promise<unknown>) {
    const { id, at } = simulator.control.happen(happening)
    const since = Date.parse(at)
    await isSeen(since)
    return { since, until: Date.parse(simulator.control.restore(id).at) }
  }

  const events = async () => (await getEvents(db, { limit: 200 }, Date.now())).data

  /** Waits for an event of one of these kinds that began after a moment. */
  const raised = (kinds: readonly string[], since: number) => eventSince('raised', kinds, since, () => true)

  /** Waits until such an event has ended. */
  const over = (kinds: readonly string[], since: number) =>
    eventSince('over', kinds, since, ({ endedBetween }) => endedBetween !== null)

  const eventSince = (
    what: string,
    kinds: readonly string[],
    since: number,
    isIt: (event: DetectedNetworkEvent) => boolean,
  ) =>
    waitUntilTrue(
      `${kinds.join(' or ')} ${what}`,
      async () =>
        (await events()).find(
          (event) => kinds.includes(event.kind) && Date.parse(event.startedBetween[1]) >= since && isIt(event),
        ),
      WITHIN_MS,
    )

  async function kindsSince(since: number): Promise<string[]> {
    const begun = (await events()).filter(({ startedBetween }) => Date.parse(startedBetween[1]) >= since)
    return begun.map(({ kind }) => kind)
  }

  function expectWithin(bounds: readonly [string | null, string] | null | undefined, at: number): void {
    if (!bounds) throw new Error('there are no bounds')
    expect(Date.parse(bounds[0] ?? '')).toBeLessThanOrEqual(at + ROUNDING_MS)
    expect(Date.parse(bounds[1])).toBeGreaterThanOrEqual(at - ROUNDING_MS)
  }

  /** Checks bounds like `expectWithin`, for a truth that is itself an interval. */
  function expectMeeting(
    bounds: readonly [string | null, string],
    { from, until }: { from: number; until: number },
  ): void {
    expect(Date.parse(bounds[0] ?? '')).toBeLessThanOrEqual(until + ROUNDING_MS)
    expect(Date.parse(bounds[1])).toBeGreaterThanOrEqual(from - ROUNDING_MS)
  }

  /** Returns the true outages of the sessions that a happening affected. */
  function downs(
    since: number,
    isIts: (session: ReturnType<typeof computeScenarioGroundTruth>['sessions'][number]) => boolean,
  ) {
    const { sessions } = computeScenarioGroundTruth(simulator.world(), since, Date.now() + 60 * MS_PER_SECOND)
    return sessions.filter(isIts).map(({ down }) => {
      const { from = '', until = '' } = down.at(-1) ?? {}
      return { from: Date.parse(from), until: Date.parse(until ?? '') }
    })
  }

  describe('in real time, polled every second', () => {
    it.runIf(chosen.includes('S01'))('S01: a path that is cut, and comes back', { timeout: 120_000 }, async () => {
      const { since } = await untilSeen(
        { op: 'cut-path', circuit: 'ckt-lon', path: 'primary', reconnect: '1s' },
        async (from) => {
          for (const kind of ['path_down', 'redundancy_lost', 'ecmp_reduced']) await raised([kind], from)
        },
      )
      const fall = await over(['path_down'], since)
      const [truth] = downs(since, ({ circuit, path }) => circuit === 'ckt-lon' && path === 'primary')
      if (!truth) throw new Error('nothing was down')
      expectWithin(fall.startedBetween, truth.from)
      expectWithin(fall.endedBetween, truth.until)
      const length = (truth.until - truth.from) / MS_PER_SECOND
      expect(fall.duration?.atLeastSeconds).toBeLessThanOrEqual(length + ROUNDING_MS / MS_PER_SECOND)
      expect(fall.duration?.atMostSeconds).toBeGreaterThanOrEqual(length - ROUNDING_MS / MS_PER_SECOND)
      const lost = await over(['redundancy_lost'], since)
      // If the ARP entry of a path fails before its session, the path is lost from the moment at which its bytes
      // stopped, which is the cut.
      expectMeeting(lost.startedBetween, { from: since, until: truth.from })
      await over(['ecmp_restored'], since)
      expect((await events()).map(({ kind }) => kind)).not.toContain('circuit_down')
    })

    it.runIf(chosen.includes('S06'))(
      'S06: a session of one gateway instance that is lost for three seconds',
      { timeout: 120_000 },
      async () => {
        // a session of the other circuit, so that the next withdrawal does not appear as a failover from the circuit
        // that has just been lost
        const lostSession = { localAddress: '10.0.4.12', neighbor: '10.0.4.6' }
        const { at } = simulator.control.happen({
          op: 'session-loss',
          gateway: 'ergw-hub',
          instance: lostSession.localAddress,
          neighbor: lostSession.neighbor,
          seconds: 3,
        })
        const since = Date.parse(at)
        const lost = await over(['session_flap', 'session_down'], since)
        const [truth] = downs(
          since,
          ({ localAddress, neighbor }) =>
            localAddress === lostSession.localAddress && neighbor === lostSession.neighbor,
        )
        if (!truth) throw new Error('nothing was down')
        expectWithin(lost.startedBetween, truth.from)
        expectWithin(lost.endedBetween, truth.until)
      },
    )

    it.runIf(chosen.includes('S20'))(
      'S20: prefixes that are withdrawn while their sessions stay',
      { timeout: 120_000 },
      async () => {
        const { since, until } = await untilSeen(
          { op: 'withdraw', circuit: 'ckt-lon', site: 'dc-a', propagation: '1s' },
          (from) => raised(['mass_withdraw'], from),
        )
        const withdrawal = await over(['mass_withdraw'], since)
        // the gateway learns of the withdrawal a moment later
        expectWithin(withdrawal.startedBetween, since + MS_PER_SECOND)
        expectWithin(withdrawal.endedBetween, until + MS_PER_SECOND)
        const kinds = await kindsSince(since)
        expect(kinds).not.toContain('failover')
        expect(kinds).not.toContain('path_down')
      },
    )

    it.runIf(chosen.includes('S24'))(
      'S24: prefixes that are withdrawn on one of two paths',
      { timeout: 120_000 },
      async () => {
        const prefixes = ['10.12.0.0/16', '10.13.0.0/16']
        const { since, until } = await untilSeen(
          { op: 'withdraw', circuit: 'ckt-lon', path: 'secondary', site: 'dc-a', prefixes, propagation: '1s' },
          (from) => raised(['ecmp_reduced'], from),
        )
        const fewer = await over(['ecmp_reduced'], since)
        expectWithin(fewer.startedBetween, since + MS_PER_SECOND)
        expectWithin(fewer.endedBetween, until + MS_PER_SECOND)
        const kinds = await kindsSince(since)
        expect(kinds).not.toContain('redundancy_lost')
        expect(kinds).not.toContain('mass_withdraw')
      },
    )

    it.runIf(chosen.includes('S40'))('S40: byte counters that begin again', { timeout: 120_000 }, async () => {
      const { at } = simulator.control.happen({ op: 'counter-reset', circuit: 'ckt-ams' })
      const since = Date.parse(at)
      const reset = await over(['counter_reset'], since)
      expectWithin(reset.startedBetween, since)
      const kinds = await kindsSince(since)
      expect(kinds).not.toContain('green_but_dead')
      expect(kinds).not.toContain('session_flap')
    })

    it.runIf(chosen.includes('S43'))(
      'S43: answers that fail are no news of the network',
      { timeout: 120_000 },
      async () => {
        const { since } = await untilSeen({ op: 'api-fault', fault: '500', operation: 'circuit' }, () =>
          waitUntilTrue('failed polls recorded', async () => (await polls('summary', 'unavailable')) >= 4, WITHIN_MS),
        )
        const good = await polls('summary', 'ok')
        await waitUntilTrue('good polls again', async () => (await polls('summary', 'ok')) > good + 8, WITHIN_MS)
        const kinds = await kindsSince(since)
        expect(kinds.filter((kind) => kind !== 'collector_error')).toEqual([])
      },
    )
  })
}
