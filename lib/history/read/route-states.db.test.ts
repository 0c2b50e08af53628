import fc from 'fast-check'
import { expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { iso } from '../times.ts'
import { newFeed } from '../testing/feed.ts'
import { instances, moments, timelines } from '../testing/random-timeline.ts'
import { recordTimeline, routeRows } from '../testing/recorded-timeline.ts'
import { completeStates, type RouteStates, stateOfRow, UNKNOWN } from './route-states.ts'

const db = withTestDatabase()

const keys = instances.flatMap((name) => ['10.1.0.0/16', '10.2.0.0/16', '::/0'].map((prefix) => `${name} ${prefix} a`))

it('what was so of routes at two moments is the same by their rows, by what ended next, and looked up one by one', async () => {
  const table = timelines(keys, ['65001', '65002'])
  await fc.assert(
    fc.asyncProperty(table, fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 4 }), async (polls, pairs) => {
      const feed = await newFeed(db)
      const { polls: recorded } = await recordTimeline(feed, 'learned', polls, routeRows)
      const all = moments(recorded)
      for (const pair of pairs) {
        const [from = 0, to = 0] = pair.map((n) => all[n % all.length] ?? 0).toSorted((a, b) => a - b)
        const { rows } = await db.pool.query<RouteStates>(
          `SELECT x.source_id AS "sourceId", x.id, (${stateOfRow('$2')})::float8 AS before, (${stateOfRow('$3')})::float8 AS after
           FROM route x WHERE x.source_id = $1 ORDER BY x.id`,
          [feed.sourceId, iso(from), iso(to)],
        )
        const complete = async (isByRow: boolean, readPerRoute: number) => {
          const routes = rows.map((row) => ({ ...row, ...(!isByRow && { before: UNKNOWN, after: UNKNOWN }) }))
          await completeStates(db.pool, routes, { from, to, readPerRoute })
          return routes
        }
        const lookedUp = await complete(false, 0)
        for (const isByRow of [false, true])
          for (const readPerRoute of [1, 2, 100]) expect(await complete(isByRow, readPerRoute)).toEqual(lookedUp)
      }
    }),
    { numRuns: 12 },
  )
})
