import type { Bounds, EpochMs, RouterRouteAttributes } from '#lib/contract/index.ts'
import { samePlain } from '#lib/detection/index.ts'
import { iso } from '#lib/history/statements.ts'
import type { RouterSession } from '#lib/history/index.ts'
import { type Queryable, readRows } from '#lib/platform/queryable.ts'

/** A prefix that a router announces otherwise than it did. */
interface AnnouncedChange {
  prefix: string
  /** null = it was not announced */
  before: RouterRouteAttributes | null
  /** null = it is announced no more */
  after: RouterRouteAttributes | null
  between: Bounds
}

/** A router sends its table again when its session comes up: until it has had this time, nothing of it is a change, milliseconds. */
const TABLE_SENT_MS = 60_000

/** What is read of one session: as many prefixes as an MSEE takes of a Premium circuit. */
const MOST_CHANGES = 10_000

/** Of paths that differ in nothing else, one is as good as the other to Azure. */
const isSame = (a: RouterRouteAttributes | null, b: RouterRouteAttributes | null) =>
  samePlain(a && [a.asPath, a.med], b && [b.asPath, b.med])

/**
 * What a router announces over a session otherwise than it did at a moment, after its policy (RFC 8671), by prefix; nothing of a session that is
 * not up. What the end of a session took is no withdrawal, and what came and went since is no change.
 */
export async function announcedChanges(
  db: Queryable,
  { id, state, since }: Pick<RouterSession, 'id' | 'state' | 'since'>,
  from: EpochMs,
): Promise<AnnouncedChange[]> {
  if (state !== 'up' || !since) return []
  const rows = await readRows<Omit<AnnouncedChange, 'between'> & { earliest: EpochMs; latest: EpochMs }>(
    db,
    `SELECT host(r.prefix) || '/' || masklen(r.prefix) AS prefix, b.attributes AS before, a.attributes AS after,
            coalesce(r.last_absent, r.first_present, gone.last_present) AS earliest, coalesce(r.first_present, gone.first_absent) AS latest
     FROM router_route r
     JOIN router_session s ON s.id = r.session_id
     LEFT JOIN LATERAL (SELECT * FROM router_route_interval i WHERE i.route_id = r.id ORDER BY i.first_absent DESC, i.id DESC LIMIT 1) gone
       ON r.attributes_id IS NULL
     LEFT JOIN LATERAL (SELECT i.attributes_id FROM router_route_interval i
                        WHERE i.route_id = r.id AND i.first_absent > $2 AND i.first_present <= $2 ORDER BY i.first_absent DESC LIMIT 1) was ON true
     LEFT JOIN router_route_attributes b ON b.router_id = s.router_id AND b.id = was.attributes_id
     LEFT JOIN router_route_attributes a ON a.router_id = s.router_id AND a.id = r.attributes_id
     WHERE r.session_id = $1 AND r.view = 'adjOutPost' AND coalesce(r.first_present, r.seen_at) > $2
       AND (r.attributes_id IS NOT NULL OR gone.ended = 'withdrawn') AND was.attributes_id IS DISTINCT FROM r.attributes_id
     ORDER BY r.prefix, r.path_id LIMIT ${MOST_CHANGES}`,
    [id, iso(Math.max(from, since.latest + TABLE_SENT_MS))],
  )
  return rows.flatMap(({ prefix, before, after, earliest, latest }) =>
    isSame(before, after) ? [] : [{ prefix, before, after, between: { earliest, latest } }],
  )
}
