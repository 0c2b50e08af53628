import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ObservedChange, RouteAttributes, RouteRow } from '#lib/contract/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readRoutesAtMoment } from './read/routes/routes-at.ts'
import {
  type TestPollSource,
  TEST_SOURCE_POLL_INTERVAL_SECONDS,
  createTestPollSource,
  routeRow,
} from './testing/feed.ts'
import { type ModelPoll, ReferenceHistoryModel } from './testing/naive-model.ts'
import { timelineInstances, collectTestMomentsAroundPolls, generateTableTimelines } from './testing/random-timeline.ts'
import { readOverlappingIntervals, readStoredRowsOfSource } from './testing/inspect.ts'

const db = withTestDatabase()

const keys = timelineInstances.flatMap((name) => [
  `${name} 10.1.0.0/16`,
  `${name} 10.2.0.0/16`,
  `${name} 2001:db8:1::/48`,
])
/** values of AS paths; a value with `|` contains two routes of one key (ECMP) */
const values = ['65001', '65001-65001', '65002', '65001|65002']

function rowsOf(poll: ModelPoll): RouteRow[] {
  return [...poll.values].flatMap(([key, value]) => {
    const [instance = '', prefix = ''] = key.split(' ')
    const rows = value.split('|').map((path) => routeRow(prefix, { instance, asPath: path.split('-').map(Number) }))
    // order and exact duplicates must not matter
    return poll.startedAt % 2 === 0 ? [...rows, ...rows] : rows.toReversed()
  })
}

const pathText = (attributes: readonly Pick<RouteAttributes, 'asPath'>[]) =>
  attributes
    .map(({ asPath }) => asPath.join('-'))
    .toSorted()
    .join('|')

async function deliver(
  feed: TestPollSource,
  model: ReferenceHistoryModel,
  polls: readonly ModelPoll[],
): Promise<ObservedChange[]> {
  const changes: ObservedChange[] = []
  for (const poll of polls) {
    const accepted = model.accept(poll)
    const recorded = await feed.record('learned', {
      ...poll,
      silentInstances: poll.silent,
      rows: rowsOf(poll),
    })
    expect(recorded.status === 'recorded').toBe(accepted)
    changes.push(...recorded.changes)
  }
  return changes
}

type TableRow = { key: string; value: string; known: string; since: [number | null, number] }

async function tableAt(feed: TestPollSource, at: number | null): Promise<TableRow[]> {
  const { rows } = await readRoutesAtMoment(db.pool, { scope: feed.resourceId, at, limit: 1_000 })
  const byKey = Map.groupBy(rows, ({ instance, prefix }) => `${instance} ${prefix}`)
  return [...byKey]
    .map(([key, members]): TableRow => {
      const [first] = members
      const since: TableRow['since'] = [first?.since.earliest || null, first?.since.latest ?? 0]
      return { key, value: pathText(members), known: first?.known ?? '', since }
    })
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
}

function expectedAt(model: ReferenceHistoryModel, at: number): TableRow[] {
  return model
    .keys()
    .flatMap((key) => {
      const answer = model.at(key, at)
      return answer ? [{ key, ...answer }] : []
    })
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
}

/** Returns the table that results from the changes. */
function replay(changes: readonly ObservedChange[]): Map<string, string> {
  const table = new Map<string, string>()
  for (const change of changes) {
    if (change.type !== 'route') continue
    const key = `${change.instance} ${change.prefix}`
    expect(table.get(key) ?? '').toBe(pathText(change.before))
    if (change.op === 'withdraw') table.delete(key)
    else table.set(key, pathText(change.after))
  }
  return table
}

describe('route history', () => {
  it('answers for any moment as a list of all polls does', async () => {
    await fc.assert(
      fc.asyncProperty(generateTableTimelines(keys, values), async (polls) => {
        const feed = await createTestPollSource(db)
        const model = new ReferenceHistoryModel(TEST_SOURCE_POLL_INTERVAL_SECONDS * 1_000)
        const changes = await deliver(feed, model, polls)

        const sorted = (map: Map<string, string>) => [...map].toSorted()
        expect(sorted(replay(changes))).toEqual(sorted(model.now()))
        const now = await tableAt(feed, null)
        expect(now.map(({ key, value }) => [key, value])).toEqual(sorted(model.now()))

        for (const at of fc.sample(fc.constantFrom(...collectTestMomentsAroundPolls(model.polls)), {
          numRuns: 12,
          seed: polls.length,
        })) {
          expect({ at, rows: await tableAt(feed, at) }).toEqual({ at, rows: expectedAt(model, at) })
        }
        expect(await readOverlappingIntervals(db, feed.sourceId)).toEqual([])

        const before = await readStoredRowsOfSource(db, feed.sourceId)
        await deliver(feed, Object.assign(new ReferenceHistoryModel(1), { accept: () => false }), polls)
        expect(await readStoredRowsOfSource(db, feed.sourceId)).toEqual(before)
      }),
      { numRuns: 40 },
    )
  })
})
