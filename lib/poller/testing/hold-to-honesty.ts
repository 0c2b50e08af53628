import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AzureAccess } from '#lib/azure/index.ts'
import type { TimestampBounds, PollOutcome } from '#lib/contract/index.ts'
import { readCoverageIntervals, listEvents, listSources } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { oneCircuitScenario, type RunningSimulator } from '#lab/simulator/index.ts'
import { findInconsistenciesInHistory } from './audit.ts'
import {
  createAzureClientForSimulator,
  waitUntilTrue,
  areExpectedPollsRecorded,
  type LoggedPoll,
  startAzure,
} from './lab.ts'
import { loseSessions } from './lost-sessions.ts'
import { startWorker, type PollWorker } from '../worker.ts'

/**
 * Tests that a real worker reports no session loss that did not happen, whatever ARM returns, and that it reports
 * actual losses within their bounds.
 * @param faults faults of ARM to test, by the names of the simulator's control
 * @param lostSeconds how long sessions are lost; many polls must fit into this time
 */
export function testSessionLossReports(faults: readonly string[], lostSeconds: number): void {
  const db = withTestDatabase()
  const dbOfLost = withTestDatabase()
  let losing: ReturnType<typeof loseSessions>
  let simulator: RunningSimulator
  let azure: AzureAccess
  let worker: PollWorker | undefined

  beforeAll(async () => {
    // another estate whose sessions are actually lost; it takes longer, and is checked at the end
    losing = loseSessions(dbOfLost, lostSeconds)
    losing.catch(() => {})
    // the profile `quick`, because the tests wait for several polls with each fault of ARM
    simulator = await startAzure(oneCircuitScenario, { profile: 'quick' })
    azure = createAzureClientForSimulator(simulator)
    const second = 1_000
    worker = startWorker({
      db,
      azure,
      deadlineMs: second,
      intervals: {
        // the tests wait for session polls with each fault
        sessionsMs: 500,
        circuitsMs: 5 * second,
        routesMs: 5 * second,
        inventoryMs: 5 * second,
        metricsMs: 60 * second,
        activityMs: 60 * second,
      },
    })
    await waitUntilTrue(
      'everything polled',
      async () => (await areExpectedPollsRecorded(db, 'peers')) && (await areExpectedPollsRecorded(db, 'tables', 2)),
    )
  })

  afterAll(async () => {
    await Promise.allSettled([losing])
    await worker?.stop()
    azure?.close()
    await simulator?.close()
  })

  const peers = async () => (await listSources(db.pool, {})).find(({ poll }) => poll.kind === 'peers')

  describe('while ARM misbehaves', () => {
    /**
     * Returns the events except the collector's reports on its own polls, which give no information about the network.
     */
    const eventsOfTheNetwork = async () =>
      (await listEvents(db.pool, { limit: 100 })).rows.filter(({ kind }) => kind !== 'collector_error')

    const all: [string, Record<string, unknown>, PollOutcome[]][] = [
      ['answers 500', { fault: '500' }, ['unavailable', 'timeout']],
      ['answers 429', { fault: '429', retryAfter: 1 }, ['throttled', 'timeout']],
      ['answers garbage', { fault: 'garbage' }, ['malformed']],
      ['ends its answers in the middle', { fault: 'half-body' }, ['malformed', 'unavailable', 'timeout']],
      ['answers nothing', { fault: 'nothing' }, ['timeout']],
      ['resets connections', { fault: 'reset' }, ['unavailable', 'timeout']],
      ['answers an empty object', { fault: 'empty' }, ['malformed']],
      ['refuses', { fault: '403' }, ['forbidden']],
      ['returns empty tables', { fault: 'empty-table', operation: 'gateway.peers' }, ['incomplete']],
    ]
    it.each(all.filter(([, { fault }]) => faults.includes(String(fault))))(
      'and %s, the source says so and no session falls',
      { timeout: 180_000 },
      async (_, fault, outcomes) => {
        const from = Date.now()
        const { id } = simulator.control.happen({ op: 'api-fault', ...fault })
        const failing = await waitUntilTrue(`peers end in ${outcomes.join(' or ')}`, async () => {
          const source = await peers()
          return source && outcomes.includes(source.poll.lastOutcome) ? source : null
        })
        expect(failing.poll.error?.detail).toMatch(/\w+/)
        // polling continues despite the fault
        const first = failing.poll.lastStartedAt ?? 0
        await waitUntilTrue('asked again', async () => ((await peers())?.poll.lastStartedAt ?? 0) > first)
        simulator.control.restore(id)
        await waitUntilTrue('polling resumes by itself', async () => (await peers())?.poll.lastOutcome === 'ok')

        const intervals = await readCoverageIntervals(db.pool, {
          kind: 'peers',
          from,
          to: Date.now() + 1_000,
          limit: 100,
        })
        expect(intervals.rows.map(({ outcome }) => outcome)).toEqual(expect.arrayContaining([failing.poll.lastOutcome]))
        expect(await eventsOfTheNetwork()).toEqual([])
      },
    )

    it('and one instance does not report, its sessions are not called down', { timeout: 180_000 }, async () => {
      const { id } = simulator.control.happen({ op: 'api-fault', fault: 'missing-instance', instance: '10.0.4.13' })
      const source = await waitUntilTrue('peers are incomplete', async () => {
        const seen = await peers()
        return seen?.poll.lastOutcome === 'incomplete' ? seen : null
      })
      expect(source.poll.silentInstances).toEqual(['10.0.4.13'])
      const { rows } = await db.pool.query(`SELECT polls::int FROM poll_state WHERE kind = 'peers'`)
      await waitUntilTrue('several such polls', async () => {
        const now = await db.pool.query(`SELECT polls::int FROM poll_state WHERE kind = 'peers'`)
        return now.rows[0].polls > rows[0].polls + 4
      })
      simulator.control.restore(id)
      await waitUntilTrue('polling resumes by itself', async () => (await peers())?.poll.lastOutcome === 'ok')
      // the lost instance is reported after three polls without it
      const events = await eventsOfTheNetwork()
      expect(events.map(({ kind, subject }) => ({ kind, subject }))).toEqual([
        { kind: 'gateway_instance_lost', subject: '10.0.4.13' },
      ])
      const [lost] = events
      // its sessions were never down, so the event ended when they were read again and not when they came up
      expect(lost?.ended?.earliest).toBeGreaterThan(lost?.started.latest ?? Number.POSITIVE_INFINITY)
    })

    it('history stays consistent', async () => {
      expect(await findInconsistenciesInHistory(db)).toEqual([])
    })
  })

  describe(`sessions that drop for ${lostSeconds} s, polled every second`, () => {
    it('make one session_down and one session_up each, whose bounds contain the truth', {
      timeout: 100_000,
    }, async () => {
      const { lost, all } = await losing
      for (const { fell, rose, events, polls, ageUnitMs, apartMs } of lost) {
        expect(events.map(({ kind }) => kind).toSorted()).toEqual(['session_down', 'session_up'])
        const [fall, rise] = ['session_down', 'session_up'].map((kind) => events.find((event) => event.kind === kind))
        expect(fall?.started).toSatisfy(containing(fell, apartMs))
        expect(rise?.started).toSatisfy(containing(rose, apartMs))
        expect(fall?.ended).toEqual(rise?.started)
        expect(fall?.duration?.minMs).toBeLessThanOrEqual(rose - fell)
        expect(fall?.duration?.maxMs).toBeGreaterThanOrEqual(rose - fell)
        // Wide bounds would contain the actual time too. These bounds must be as narrow as the polls allow, and for a
        // loss also as the session ages allow.
        expect(polls.length).toBeGreaterThan(6)
        if (fall) expect(polls.filter(inside(narrowedByAges(fall.started, polls, ageUnitMs)))).toEqual([])
        if (rise) expect(polls.filter(inside(rise.started))).toEqual([])
      }
      expect(all.filter(({ kind }) => kind.startsWith('session_'))).toHaveLength(4)
      // the events of the circuit's session belong to its path's event; the redundancy that is lost with it has
      // separate events; whether a table was polled in between depends on chance
      expect(
        all
          .map(({ kind }) => kind)
          .filter((kind) => !/^(session|ecmp)_/.test(kind))
          .toSorted(),
      ).toEqual(['path_down', 'redundancy_lost', 'redundancy_restored'])
      const path = all.find(({ kind }) => kind === 'path_down')
      const ofCircuit = lost.find(({ subject }) => subject.startsWith('192.0.2'))
      expect(ofCircuit?.events.map(({ partOf }) => partOf)).toEqual([path?.id, path?.id])
      expect(path?.started).toSatisfy(containing(ofCircuit?.fell ?? 0))
      expect(path?.ended).toSatisfy(containing(ofCircuit?.rose ?? 0))
      expect(lost.find(({ subject }) => subject.startsWith('10.0.4'))?.events.map(({ partOf }) => partOf)).toEqual([
        null,
        null,
      ])
      expect(await findInconsistenciesInHistory(dbOfLost)).toEqual([])
    })
  })
}

/**
 * Assumed maximum age of a response, in milliseconds, unless a session age proves that it is older
 * (docs/rules/detection.md 1.3).
 */
const UNPROVEN_MS = 2_000
/** Number of samples that determine the start of a session. */
const DATING_SAMPLES = 10

/**
 * Returns the bounds of a loss without the uncertainty of session ages before the last poll that showed the session up
 * (ADR 0236). Each earlier sample dates the session's start too early by at most the duration of its call plus the
 * resolution of its age; the age in that last poll is too short by up to the resolution. The uncertainty is at most the
 * assumed maximum age of a response plus the resolution. There is none if that poll is the first.
 */
function narrowedByAges(
  { earliest, latest }: TimestampBounds,
  polls: readonly LoggedPoll[],
  unitMs: number,
): TimestampBounds {
  const dating = polls.filter(({ finishedAt }) => finishedAt < latest).slice(-DATING_SAMPLES - 1, -1)
  if (dating.length === 0) return { earliest, latest }
  const longestMs = Math.max(...dating.map(({ startedAt, finishedAt }) => finishedAt - startedAt))
  return { earliest: earliest + Math.min(longestMs + 2 * unitMs, UNPROVEN_MS + unitMs), latest }
}

/**
 * Reports whether a poll lies completely within the bounds of a change. Such a poll must have narrowed the bounds,
 * whatever it read.
 */
function inside({ earliest, latest }: TimestampBounds): (poll: LoggedPoll) => boolean {
  return ({ startedAt, finishedAt }) => earliest < startedAt && finishedAt < latest
}

/** @param apartMs difference between the clock of the instant and the clock of the bounds */
function containing(instant: number, apartMs = 0): (bounds: TimestampBounds) => boolean {
  return ({ earliest, latest }) => earliest <= instant + apartMs && instant - apartMs <= latest
}
