import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PeerRow, RouteRow } from '#lib/contract/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { type Feed, newFeed, peerRow, routeRow } from '../testing/feed.ts'
import type { ModelPoll } from '../testing/naive-model.ts'
import { instances, timelines } from '../testing/random-timeline.ts'
import { replayPolls } from './replay-polls.ts'

const db = withTestDatabase()
const keys = instances.flatMap((name) => [`${name} 10.0.4.4`, `${name} 10.0.4.5`])
const EVER = { from: 0, to: Date.UTC(2100, 0, 1) }

const ends = (key: string) => key.split(' ') as [string, string]
const peers = (poll: ModelPoll): PeerRow[] =>
  [...poll.values].map(([key, azureState]) => {
    const [localAddress, neighbor] = ends(key)
    const state = azureState === 'Connected' ? 'established' : 'idle'
    return peerRow({ localAddress, neighbor, azureState, state })
  })
const routes = (poll: ModelPoll): RouteRow[] =>
  [...poll.values].map(([key, path]) => {
    const [instance, peer] = ends(key)
    return routeRow('10.10.0.0/16', { instance, peer, nextHop: peer, asPath: path.split('-').map(Number) })
  })

async function record(feed: Feed, kind: 'peers' | 'learned', polls: readonly ModelPoll[]): Promise<void> {
  for (const poll of polls) {
    const rows = kind === 'peers' ? peers(poll) : routes(poll)
    await feed.record(kind, { ...poll, silentInstances: poll.silent, rows: poll.outcome === 'timeout' ? [] : rows })
  }
}

async function recordAgain(from: Feed, to: Feed, kind: 'peers' | 'learned'): Promise<void> {
  const { rows } = await db.pool.query(
    'SELECT short_id FROM resource JOIN source s ON s.resource_id = resource.id WHERE s.id = $1',
    [from.sourceId],
  )
  let last = 0
  for await (const { observation } of replayPolls(db.pool, { ...EVER, scopes: [rows[0].short_id] })) {
    expect(observation.startedAt).toBeGreaterThanOrEqual(last)
    last = observation.finishedAt
    expect((await to.record(kind, observation)).status).toBe('recorded')
  }
}

const SESSIONS = `SELECT s.local_address, s.neighbor, x.azure_state AS value, x.last_absent, x.first_present, x.last_present, x.first_absent
  FROM session s JOIN session_span x ON x.session_id = s.id WHERE s.source_id = $1 ORDER BY 1, 2, x.first_present`
const ROUTES = `SELECT r.instance, r.peer, a.attributes AS value, x.last_absent, x.first_present, x.last_present, x.first_absent
  FROM route r JOIN route_span x ON x.route_id = r.id
  JOIN route_attributes a ON (a.source_id, a.id) = (x.source_id, x.attributes_id)
  WHERE r.source_id = $1 ORDER BY 1, 2, x.first_present`

const intervals = async (feed: Feed, sql: string) => (await db.pool.query(sql, [feed.sourceId])).rows

describe('history told again', () => {
  it.each([
    ['peers', SESSIONS, ['Connected', 'Connecting', 'Idle']],
    ['learned', ROUTES, ['65001', '65001-65001', '65002']],
  ] as const)(
    'leaves the same intervals with the same bounds: %s',
    async (kind, sql, values) => {
      await fc.assert(
        fc.asyncProperty(timelines(keys, values), async (polls) => {
          const [reported, again] = [await newFeed(db), await newFeed(db)]
          await record(reported, kind, polls)
          await recordAgain(reported, again, kind)
          expect(await intervals(again, sql)).toEqual(await intervals(reported, sql))
        }),
        { numRuns: 30 },
      )
    },
    300_000,
  )
})
