import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RouteAttributes, RouteRow } from '#lib/contract/index.ts'
import {
  type TestPollSource,
  TEST_SOURCE_POLL_INTERVAL_SECONDS,
  createTestPollSource,
  routeRow,
} from '#lib/history/testing/feed.ts'
import { type ModelPoll, ReferenceHistoryModel } from '#lib/history/testing/naive-model.ts'
import {
  timelineInstances,
  collectTestMomentsAroundPolls,
  generateTableTimelines,
} from '#lib/history/testing/random-timeline.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { computeRouteChurn as innerAnswerRouteChurn } from './route-churn.ts'
import { computeRouteDiff as innerAnswerRouteDiff } from './route-diff.ts'
import { getRouteHistory as innerGetRouteHistory } from './route-history.ts'
import { lookUpRoutesToAddress as innerLookUpRoute } from './route-lookup.ts'
import { wrapFunctionWithJsonEncoding } from '#lib/questions/testing/written.ts'
import { endpoints } from '#lib/routes/api/index.ts'

const lookUpRoute = wrapFunctionWithJsonEncoding(endpoints.routeLookup, innerLookUpRoute)
const answerRouteChurn = wrapFunctionWithJsonEncoding(endpoints.routeChurn, innerAnswerRouteChurn)
const answerRouteDiff = wrapFunctionWithJsonEncoding(endpoints.routesDiff, innerAnswerRouteDiff)
const getRouteHistory = wrapFunctionWithJsonEncoding(endpoints.routeHistory, innerGetRouteHistory)

const db = withTestDatabase()

/**
 * Nested prefixes, so that the longest match depends on the routes present at the time, and a default route of the
 * other family.
 */
const prefixes = ['0.0.0.0/0', '10.1.0.0/16', '10.1.2.0/24', '::/0']
const keys = timelineInstances.flatMap((name) => prefixes.map((prefix) => `${name} ${prefix}`))
const values = ['65001', '65001-65001', '65002', '65001|65002']
/** The prefixes that cover each address, written by hand. */
const addresses: Record<string, string[]> = {
  '10.1.2.3': ['0.0.0.0/0', '10.1.0.0/16', '10.1.2.0/24'],
  '10.1.3.1': ['0.0.0.0/0', '10.1.0.0/16'],
  '192.0.2.1': ['0.0.0.0/0'],
  '2001:db8::1': ['::/0'],
}

function rowsOf(poll: ModelPoll): RouteRow[] {
  return [...poll.values].flatMap(([key, value]) => {
    const [instance = '', prefix = ''] = key.split(' ')
    return value.split('|').map((path) => routeRow(prefix, { instance, asPath: path.split('-').map(Number) }))
  })
}

const valueOf = (rows: readonly Pick<RouteAttributes, 'asPath'>[]) =>
  rows
    .map(({ asPath }) => asPath.join('-'))
    .toSorted()
    .join('|')

async function recorded(
  polls: readonly ModelPoll[],
): Promise<{ feed: TestPollSource; model: ReferenceHistoryModel; now: number }> {
  const feed = await createTestPollSource(db)
  const model = new ReferenceHistoryModel(TEST_SOURCE_POLL_INTERVAL_SECONDS * 1_000)
  for (const poll of polls) {
    model.accept(poll)
    await feed.record('learned', { ...poll, silentInstances: poll.silent, rows: rowsOf(poll) })
  }
  return { feed, model, now: (model.polls.at(-1)?.finishedAt ?? 0) + 1_000 }
}

/** Returns some times of a timeline, always the same for the same timeline. */
const sampled = (model: ReferenceHistoryModel, count: number) =>
  fc.sample(fc.constantFrom(...collectTestMomentsAroundPolls(model.polls)), {
    numRuns: count,
    seed: model.polls.length,
  })

const sorted = <T>(rows: T[]) => rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
const iso = (at: number) => new Date(at).toISOString()

function expectedLookup(model: ReferenceHistoryModel, ip: string, at: number) {
  const covering = keys.filter((key) => addresses[ip]?.includes(key.split(' ')[1] ?? ''))
  const answers = covering.flatMap((key) => {
    const answer = model.at(key, at)
    return answer ? [{ prefix: key.split(' ')[1] ?? '', key, ...answer }] : []
  })
  if (!model.covered(at)) return { known: 'unknown', match: null, rows: [] }
  const seen = answers.filter(({ known }) => known !== 'unknown')
  const sure = answers.every(({ known }) => known === 'observed')
  const longest = seen.map(({ prefix }) => prefix).toSorted((a, b) => lengthOf(b) - lengthOf(a))[0]
  const rows = seen.flatMap(({ key, value, known }) => value.split('|').map((path) => `${key} ${path} ${known}`))
  return { known: sure ? 'observed' : 'indeterminate', match: longest ?? null, rows: rows.toSorted() }
}

const lengthOf = (prefix: string) => Number(prefix.split('/')[1])

async function answeredLookup(feed: TestPollSource, ip: string, at: number, now: number) {
  const { data } = await lookUpRoute(db, { ip, at, scope: feed.resourceId }, now)
  for (const [i, { rank, prefix }] of data.candidates.entries()) {
    const before = data.candidates[i - 1]
    expect(rank === (before?.rank ?? 1) || rank === (before?.rank ?? 0) + 1).toBe(true)
    expect(lengthOf(prefix)).toBeLessThanOrEqual(lengthOf(before?.prefix ?? prefix))
  }
  const rows = data.candidates.map(
    ({ instance, prefix, asPath, known }) => `${instance} ${prefix} ${asPath.join('-')} ${known}`,
  )
  return { known: data.known, match: data.match, rows: rows.toSorted() }
}

function expectedDiff(model: ReferenceHistoryModel, from: number, to: number) {
  const diff = {
    announced: [] as string[],
    withdrawn: [] as string[],
    changed: [] as string[],
    undecidable: [] as string[],
  }
  for (const key of model.keys()) {
    const [before, after] = [model.at(key, from), model.at(key, to)]
    if (!before && !after) continue
    const unseen = model.unseen(key, from) || model.unseen(key, to)
    const unsure = before?.known === 'indeterminate' || after?.known === 'indeterminate'
    if (unseen || unsure) diff.undecidable.push(key)
    else if (!before) diff.announced.push(`${key}: -> ${after?.value}`)
    else if (!after) diff.withdrawn.push(`${key}: ${before.value} ->`)
    else if (before.value !== after.value) diff.changed.push(`${key}: ${before.value} -> ${after.value}`)
  }
  return {
    announced: diff.announced.toSorted(),
    withdrawn: diff.withdrawn.toSorted(),
    changed: diff.changed.toSorted(),
    undecidable: diff.undecidable.toSorted(),
  }
}

async function answeredDiff(feed: TestPollSource, from: number, to: number, now: number) {
  const { data } = await answerRouteDiff(db, { scope: feed.resourceId, from, to }, now)
  const name = ({ instance, prefix }: { instance: string | null; prefix: string }) => `${instance} ${prefix}`
  return {
    announced: data.announced.map((row) => `${name(row)}: -> ${valueOf(row.after)}`).toSorted(),
    withdrawn: data.withdrawn.map((row) => `${name(row)}: ${valueOf(row.before)} ->`).toSorted(),
    changed: data.changed.map((row) => `${name(row)}: ${valueOf(row.before)} -> ${valueOf(row.after)}`).toSorted(),
    undecidable: data.undecidable.map(name).toSorted(),
  }
}

interface ModelChange {
  key: string
  at: number
  op: 'firstSeen' | 'announced' | 'withdrawn' | 'changed'
}

/** Returns every change in the model, with the end of the poll that showed it. */
function changesOf(model: ReferenceHistoryModel): ModelChange[] {
  return model.keys().flatMap((key) =>
    model.runs(key).flatMap(({ value, polls }, i, runs): ModelChange[] => {
      const before = runs[i - 1]
      const at = polls[0]?.finishedAt ?? 0
      if (!before) return value === null ? [] : [{ key, at, op: 'firstSeen' }]
      const op = value === null ? 'withdrawn' : before.value === null ? 'announced' : 'changed'
      return [{ key, at, op }]
    }),
  )
}

/**
 * Returns the seconds of a range in which the table was observed according to the model, which can change only at
 * starts and ends of polls.
 */
function coveredSeconds(model: ReferenceHistoryModel, from: number, to: number): number {
  const turns = [from, ...model.polls.flatMap(({ startedAt, finishedAt }) => [startedAt, finishedAt]), to]
    .filter((at) => at >= from && at <= to)
    .toSorted((a, b) => a - b)
  return turns.reduce((sum, at, i) => {
    const next = turns[i + 1] ?? at
    return model.covered((at + next) / 2) ? sum + (next - at) / 1_000 : sum
  }, 0)
}

describe('routes as history, at the API', () => {
  it('look up an address as of any moment as a list of all polls does', async () => {
    await fc.assert(
      fc.asyncProperty(generateTableTimelines(keys, values), async (polls) => {
        const { feed, model, now } = await recorded(polls)
        for (const at of sampled(model, 8)) {
          for (const ip of Object.keys(addresses)) {
            expect({ at, ip, ...(await answeredLookup(feed, ip, at, now)) }).toEqual({
              at,
              ip,
              ...expectedLookup(model, ip, at),
            })
          }
        }
      }),
      { numRuns: 15 },
    )
  })

  it('differ between any two moments as the tables of the model do', async () => {
    await fc.assert(
      fc.asyncProperty(generateTableTimelines(keys, values), async (polls) => {
        const { feed, model, now } = await recorded(polls)
        const picked = sampled(model, 8)
        for (const [i, one] of picked.entries()) {
          const other = picked[(i * 3 + 1) % picked.length] ?? one
          const [from, to] = [Math.min(one, other), Math.max(one, other)]
          expect({ from, to, ...(await answeredDiff(feed, from, to, now)) }).toEqual({
            from,
            to,
            ...expectedDiff(model, from, to),
          })
        }
      }),
      { numRuns: 25 },
    )
  })

  it('churn as the changes of the model, each once, and cover what it covers', async () => {
    await fc.assert(
      fc.asyncProperty(
        generateTableTimelines(keys, values),
        fc.integer({ min: 1, max: 40 }).map((n) => n * 7_000),
        async (polls, step) => {
          const { feed, model, now } = await recorded(polls)
          const from = (model.polls[0]?.startedAt ?? 0) - 20_000
          // after the last successful poll, coverage depends on the time of the query
          const last = model.polls.findLast(({ outcome, silent }) => outcome === 'ok' || silent.length > 0)
          const to = last?.finishedAt ?? now
          const { data } = await answerRouteChurn(db, { scope: feed.resourceId, from, to, step }, now)
          const expected = data.points.map(({ start }) => {
            const at = Date.parse(start)
            const own = changesOf(model).filter((change) => change.at >= at && change.at < Math.min(at + step, to))
            const count = (op: string) => own.filter((change) => change.op === op).length
            return {
              start,
              announced: count('announced'),
              withdrawn: count('withdrawn'),
              changed: count('changed'),
              firstSeen: count('firstSeen'),
              initialDump: 0,
              coveredSeconds: coveredSeconds(model, at, Math.min(at + step, to)),
            }
          })
          expect(data.points.map(rounded)).toEqual(expected.map(rounded))
          const inRange = changesOf(model).filter(({ at, op }) => at < to && op !== 'firstSeen')
          const byPrefix = Map.groupBy(inRange, ({ key }) => key.split(' ')[1] ?? '')
          expect(sorted(data.topPrefixes.map(({ prefix, total }) => ({ prefix, total })))).toEqual(
            sorted([...byPrefix].map(([prefix, own]) => ({ prefix, total: own.length }))),
          )
        },
      ),
      { numRuns: 25 },
    )
  })

  it('of one prefix are its runs of polls, with their four times and what stood before and after', async () => {
    await fc.assert(
      fc.asyncProperty(generateTableTimelines(keys, values), async (polls) => {
        const { feed, model, now } = await recorded(polls)
        const from = (model.polls[0]?.startedAt ?? 0) - 1
        for (const prefix of prefixes) {
          const { data } = await getRouteHistory(
            db,
            { scope: feed.resourceId, prefix, from, to: now, limit: 1_000 },
            now,
          )
          const expected = timelineInstances.flatMap((instance) => {
            const runs = model.runs(`${instance} ${prefix}`)
            return runs.flatMap(({ value, polls: seen }, i) => {
              if (value === null) return []
              const [before, after] = [runs[i - 1], runs[i + 1]]
              return [
                {
                  instance,
                  value,
                  began: `${before?.value ?? ''} -> ${value}`,
                  ended: after ? `${value} -> ${after.value ?? ''}` : null,
                  firstPresent: iso(seen[0]?.finishedAt ?? 0),
                  firstAbsent: after ? iso(after.polls[0]?.finishedAt ?? 0) : null,
                },
              ]
            })
          })
          const answered = data.map((row) => ({
            instance: row.instance,
            value: valueOf(row.attributes),
            began: `${valueOf(row.began.before)} -> ${valueOf(row.began.after)}`,
            ended: row.ended && `${valueOf(row.ended.before)} -> ${valueOf(row.ended.after)}`,
            firstPresent: row.firstPresent,
            firstAbsent: row.firstAbsent,
          }))
          expect(sorted(answered)).toEqual(sorted(expected))
        }
      }),
      { numRuns: 15 },
    )
  })
})

const rounded = <T extends { coveredSeconds: number }>(point: T) => ({
  ...point,
  coveredSeconds: Math.round(point.coveredSeconds * 1_000),
})
