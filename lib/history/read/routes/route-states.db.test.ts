import fc from 'fast-check'
import { expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { formatIsoTime } from '../../times.ts'
import { createTestPollSource } from '../../testing/feed.ts'
import {
  timelineInstances,
  collectTestMomentsAroundPolls,
  generateTableTimelines,
} from '../../testing/random-timeline.ts'
import { recordModelTimeline, routeRows } from '../../testing/recorded-timeline.ts'
import { fillUnknownStates, type RouteStatesAtTwoMoments, selectRowState, UNKNOWN_ROUTE_STATE } from './route-states.ts'

const db = withTestDatabase()

const keys = timelineInstances.flatMap((name) =>
  ['10.1.0.0/16', '10.2.0.0/16', '::/0'].map((prefix) => `${name} ${prefix} a`),
)

it('what was so of routes at two moments is the same by their rows, by what ended next, and looked up one by one', async () => {
  const table = generateTableTimelines(keys, ['65001', '65002'])
  const ends = fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 4, maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(table, ends, async (polls, pairs) => {
      const feed = await createTestPollSource(db)
      const { polls: recorded } = await recordModelTimeline(feed, 'learned', polls, routeRows)
      const all = collectTestMomentsAroundPolls(recorded)
      for (const pair of pairs) {
        const [from = 0, to = 0] = pair.map((n) => all[n % all.length] ?? 0).toSorted((a, b) => a - b)
        const { rows } = await db.pool.query<RouteStatesAtTwoMoments>(
          `SELECT x.source_id AS "sourceId", x.id, (${selectRowState('$2')})::float8 AS before, (${selectRowState('$3')})::float8 AS after
           FROM route x WHERE x.source_id = $1 ORDER BY x.id`,
          [feed.sourceId, formatIsoTime(from), formatIsoTime(to)],
        )
        const unknown = () => rows.map((row) => ({ ...row, before: UNKNOWN_ROUTE_STATE, after: UNKNOWN_ROUTE_STATE }))
        const lookedUp = async (moment: number) => {
          const routes = unknown()
          await fillUnknownStates(db.pool, routes, { from: moment, to: moment, readPerRoute: 0 })
          return routes.map(({ after }) => after)
        }
        const [before, after] = [await lookedUp(from), await lookedUp(to)]
        const expected = rows.map((row, i) => ({ ...row, before: before[i], after: after[i] }))
        for (const readPerRoute of [0, 1, 2, 100])
          for (const routes of [unknown(), rows.map((row) => ({ ...row }))]) {
            await fillUnknownStates(db.pool, routes, { from, to, readPerRoute })
            expect(routes).toEqual(expected)
          }
      }
    }),
    { numRuns: 12 },
  )
})
