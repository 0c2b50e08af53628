import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SessionState } from '#lib/bgp/index.ts'
import type { PeerRow } from '#lib/contract/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readSessionsWithIntervals, readSessionHistory } from '#lib/sessions/store/index.ts'
import { createPastReader } from './past/past-reader.ts'
import { readSessionsAtMoment } from './read/sessions/sessions-at.ts'
import {
  type TestPollSource,
  TEST_SOURCE_POLL_INTERVAL_SECONDS,
  createTestPollSource,
  peerRow,
} from './testing/feed.ts'
import { readOverlappingIntervals, readStoredRowsOfSource } from './testing/inspect.ts'
import { type ModelPoll, ReferenceHistoryModel } from './testing/naive-model.ts'
import { timelineInstances, collectTestMomentsAroundPolls, generateTableTimelines } from './testing/random-timeline.ts'

const db = withTestDatabase()

const keys = timelineInstances.flatMap((name) => [`${name} 10.0.4.4`, `${name} 10.0.4.5`])
const azureStates: Record<string, SessionState> = { Connected: 'established', Connecting: 'connect', Idle: 'idle' }

function rowsOf(poll: ModelPoll): PeerRow[] {
  return [...poll.values].map(([key, azureState]) => {
    const [localAddress = '', neighbor = ''] = key.split(' ')
    // counters that change with each poll must not begin an interval
    const messages = BigInt(Math.round(poll.startedAt / 1_000))
    const state = azureStates[azureState] ?? 'unknown'
    return peerRow({ localAddress, neighbor, azureState, state, messagesSent: messages, messagesReceived: messages })
  })
}

async function deliver(
  feed: TestPollSource,
  model: Pick<ReferenceHistoryModel, 'accept'>,
  polls: readonly ModelPoll[],
): Promise<void> {
  for (const poll of polls) {
    const { status } = await feed.record('peers', { ...poll, silentInstances: poll.silent, rows: rowsOf(poll) })
    expect(status === 'recorded').toBe(model.accept(poll))
  }
}

const byKey = (a: readonly [string, string], b: readonly [string, string]) => (a[0] < b[0] ? -1 : 1)

async function listedAt(feed: TestPollSource, at: number): Promise<[string, string][]> {
  const rows = await readSessionsAtMoment(createPastReader(db.pool, at), { scope: feed.resourceId })
  return rows
    .filter(({ presence }) => presence !== 'missing')
    .map(({ localAddress, neighbor, last }): [string, string] => [`${localAddress} ${neighbor}`, last.azureState])
    .toSorted(byKey)
}

/** Returns the sessions that the model reports from polls that ended by a moment. */
function expectedAt(polls: readonly ModelPoll[], at: number): [string, string][] {
  const model = new ReferenceHistoryModel(TEST_SOURCE_POLL_INTERVAL_SECONDS * 1_000)
  for (const poll of polls) if (poll.finishedAt <= at) model.accept(poll)
  return [...model.now()].toSorted(byKey)
}

/** Reads the same list of intervals in pages. */
async function pagedSessions(scope: string, from: number, to: number) {
  const rows: Awaited<ReturnType<typeof readSessionHistory>>['rows'] = []
  for (let cursor: string | undefined; ; ) {
    const page = await readSessionHistory(db.pool, { scope, from, to, limit: 5, cursor })
    rows.push(...page.rows)
    if (page.nextCursor === null) break
    cursor = page.nextCursor
  }
  return [...Map.groupBy(rows, ({ localAddress, neighbor }) => `${localAddress} ${neighbor}`)]
    .map(([key, own]) => ({
      key,
      intervals: own
        .toReversed()
        .map(({ state, since, until, establishedAt }) => ({ state, since, until, establishedAt })),
    }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
}

describe('session history', () => {
  it('answers for any moment as a list of all polls does', async () => {
    await fc.assert(
      fc.asyncProperty(generateTableTimelines(keys, Object.keys(azureStates)), async (polls) => {
        const feed = await createTestPollSource(db)
        const model = new ReferenceHistoryModel(TEST_SOURCE_POLL_INTERVAL_SECONDS * 1_000)
        await deliver(feed, model, polls)
        for (const at of fc.sample(fc.constantFrom(...collectTestMomentsAroundPolls(model.polls)), {
          numRuns: 12,
          seed: polls.length,
        })) {
          expect({ at, rows: await listedAt(feed, at) }).toEqual({ at, rows: expectedAt(model.polls, at) })
        }
        expect(await readOverlappingIntervals(db, feed.sourceId)).toEqual([])
        const range = { from: polls[2]?.startedAt ?? 0, to: polls.at(-3)?.startedAt ?? 1 }
        const whole = await readSessionsWithIntervals(db.pool, { scope: feed.resourceId, ...range })
        expect(
          whole
            .map(({ localAddress, neighbor, intervals }) => ({ key: `${localAddress} ${neighbor}`, intervals }))
            .toSorted((a, b) => (a.key < b.key ? -1 : 1)),
        ).toEqual(await pagedSessions(feed.resourceId, range.from, range.to))

        const before = await readStoredRowsOfSource(db, feed.sourceId)
        await deliver(feed, { accept: () => false }, polls)
        expect(await readStoredRowsOfSource(db, feed.sourceId)).toEqual(before)
      }),
      { numRuns: 30 },
    )
  })
})
