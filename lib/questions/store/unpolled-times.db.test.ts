import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getOrCreateSourceId } from '#lib/history/store/sources.ts'
import { readOutageTimes } from '#lib/history/read/events/outage-times.ts'
import { computeShortId } from '#lib/history/store/short-id.ts'
import { readSilentTimes } from '#lib/sessions/store/index.ts'
import { readUncoveredTimes } from '#lib/history/read/polls/uncovered-times.ts'
import { createUnpolledTimesLookup, readUnpolledTimesByResource, readUnpolledTimesBySource } from './unpolled-times.ts'
import { upsertEvents } from '#lib/history/store/events.ts'
import { createTestPollSource } from '#lib/history/testing/feed.ts'

const db = withTestDatabase()
let made = 0
const NINE = Date.UTC(2026, 10, 20, 9)

interface Span {
  from: EpochMs
  to: EpochMs
}
const minutes = Array.from({ length: 60 }, (_, n) => NINE + n * MS_PER_MINUTE)
const isIn = (spans: readonly Span[], at: number) => spans.some(({ from, to }) => from <= at && at < to)

/** Polls one minute apart, some of which fail or are missing. */
const polls = fc.array(fc.constantFrom('ok' as const, 'ok' as const, 'ok' as const, 'throttled' as const, null), {
  minLength: 24,
  maxLength: 24,
})

it('gaps that all sources of a resource have in common are those that each has by itself', () =>
  fc.assert(
    fc.asyncProperty(polls, polls, fc.nat(20), async (primary, secondary, begin) => {
      const circuit = { type: 'expressRouteCircuits', name: `circuit-${++made}` }
      const feeds = await Promise.all(
        ['primary', 'secondary'].map((path) =>
          createTestPollSource(db, { ...circuit, subresource: `AzurePrivatePeering/${path}` }),
        ),
      )
      const scope = computeShortId(feeds[0]?.resourceId ?? '')
      const sources = feeds.map(({ sourceId }) => sourceId)
      for (const [n, outcomes] of [primary, secondary].entries()) {
        for (const [minute, outcome] of outcomes.entries()) {
          if (outcome === null) continue
          const at = NINE + (minute + 10) * MS_PER_MINUTE
          await feeds[n]?.record('summary', { outcome, startedAt: at, finishedAt: at + 1_000, rows: [] })
        }
      }
      const [from, to] = [NINE + begin * MS_PER_MINUTE, NINE + 40 * MS_PER_MINUTE]
      const each = Map.groupBy(
        await readUncoveredTimes(db.pool, { scope, kinds: ['summary'], from, to }),
        ({ sourceId }) => sourceId,
      )
      const unseen = (await readUnpolledTimesByResource(db.pool, { kind: 'summary', sources, from, to })).get(scope)
      const asked = minutes.filter((at) => at >= from && at < to)
      // Test between two polls, where no gap begins or ends.
      expect(asked.map((at) => isIn(unseen ?? [], at + 30_000))).toEqual(
        asked.map((at) => sources.every((source) => isIn(each.get(source) ?? [], at + 30_000))),
      )
      const own = await readUnpolledTimesBySource(db.pool, { kind: 'summary', sources, from, to })
      const polls = (['summary', 'arp'] as const).flatMap((kind) => sources.map((sourceId) => ({ sourceId, kind })))
      const ofPoll = await createUnpolledTimesLookup(db.pool, polls, { from, to })
      expect(polls.map(ofPoll)).toEqual(
        polls.map(({ sourceId, kind }) => (kind === 'summary' ? own.get(sourceId) : [{ from, to }])),
      )
      for (const source of sources)
        expect(asked.map((at) => isIn(own.get(source) ?? [], at + 30_000))).toEqual(
          asked.map((at) => isIn(each.get(source) ?? [], at + 30_000)),
        )
    }),
    { numRuns: 5 },
  ))

it('a source that was never polled has seen nothing', async () => {
  const feed = await createTestPollSource(db)
  const source = await getOrCreateSourceId(db.pool, { resourceId: feed.resourceId, subresource: 'never' })
  const asked = { kind: 'summary' as const, sources: [source], from: NINE, to: NINE + MS_PER_MINUTE }
  expect(await readUnpolledTimesByResource(db.pool, asked)).toEqual(
    new Map([[computeShortId(feed.resourceId), [{ from: NINE, to: NINE + MS_PER_MINUTE }]]]),
  )
})

it('an instance is silent from the poll before it was to the one after', async () => {
  const feed = await createTestPollSource(db)
  const poll = (minute: number, silentInstances: string[]) =>
    feed.record('peers', {
      outcome: silentInstances.length > 0 ? 'incomplete' : 'ok',
      startedAt: NINE + minute * MS_PER_MINUTE,
      finishedAt: NINE + minute * MS_PER_MINUTE + 1_000,
      rows: [],
      silentInstances,
    })
  const [A, B] = ['10.0.4.12', '10.0.4.13']
  for (const [minute, silent] of [[], [], [B], [B], [], [B], [A]].entries()) await poll(minute, silent)
  const query = { sources: [feed.sourceId], from: NINE, to: NINE + 10 * MS_PER_MINUTE }
  expect((await readSilentTimes(db.pool, query)).get(feed.sourceId)).toEqual([
    { from: NINE + MS_PER_MINUTE + 1_000, to: NINE + 4 * MS_PER_MINUTE, instances: [B] },
    { from: NINE + 4 * MS_PER_MINUTE + 1_000, to: NINE + 6 * MS_PER_MINUTE, instances: [B] },
    { from: NINE + 5 * MS_PER_MINUTE + 1_000, to: null, instances: [A] },
  ])
})

it('outages that touch a time: those that go on, however old, and those that ended in it', async () => {
  const feed = await createTestPollSource(db)
  const source = await getOrCreateSourceId(db.pool, { resourceId: feed.resourceId, subresource: '' })
  const scope = computeShortId(feed.resourceId)
  const at = (minute: number) => ({
    earliest: NINE + minute * MS_PER_MINUTE,
    latest: NINE + minute * MS_PER_MINUTE + 1_000,
  })
  const outage = (key: string, started: number, ended: number | null) => ({
    key,
    kind: 'circuit_down' as const,
    severity: 'critical' as const,
    scope,
    subject: key,
    started: at(started),
    ended: ended === null ? null : at(ended),
    duration: null,
    detectedAt: at(started).latest,
    evidence: [],
    causes: [{ class: 'line', owner: 'provider' as const, confidence: 1, evidence: [], nextStep: '' }],
    flags: [],
  })
  await upsertEvents(db.pool, source, [
    outage('over', -20, -10),
    outage('goes on', -300 * 24 * 60, null),
    outage('inside', 5, 6),
    outage('later', 90, 91),
  ])
  const asked = { kinds: ['circuit_down' as const], from: NINE, to: NINE + 60 * MS_PER_MINUTE, scope }
  const found = await readOutageTimes(db.pool, asked)
  expect(found.map(({ subject, owner, ended }) => [subject, owner, ended])).toEqual([
    ['inside', 'provider', at(6)],
    ['goes on', 'provider', null],
  ])
  expect(await readOutageTimes(db.pool, { ...asked, scope: 'other' })).toEqual([])
})
