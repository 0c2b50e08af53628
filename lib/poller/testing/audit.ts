import { filterEventKinds } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'

/**
 * Conditions that recorded history must never contain, as queries: each row found is a fault. They read the tables
 * directly, because other read functions might hide a fault.
 */
const faults: Record<string, string> = {
  'two intervals of one session overlap': overlapping('session_interval', 'session_id'),
  'two intervals of one route overlap': overlapping('route_interval', 'route_id'),
  'two intervals of one ARP entry overlap': overlapping('arp_interval', 'entry_id'),
  'an ended interval reaches into the current one (sessions)': reaching('session_interval', 'session_id', 'session'),
  'an ended interval reaches into the current one (routes)': reaching('route_interval', 'route_id', 'route'),
  'an interval ends before it begins': `
    SELECT source_id FROM session_interval WHERE first_absent < first_present OR last_present > first_absent
    UNION ALL SELECT source_id FROM route_interval WHERE first_absent < first_present OR last_present > first_absent`,
  'coverage intervals overlap': `
    SELECT * FROM (SELECT source_id, kind, from_at, lag(to_at) OVER (PARTITION BY source_id, kind ORDER BY from_at) AS before
                   FROM coverage) c WHERE c.before > c.from_at`,
  'coverage counts other polls than were recorded': `
    SELECT p.source_id, p.kind, p.polls, sum(c.polls) AS covered FROM poll_state p
    LEFT JOIN coverage c USING (source_id, kind) GROUP BY p.source_id, p.kind, p.polls
    HAVING p.polls <> coalesce(sum(c.polls), 0)`,
  'one loss is two events': `
    SELECT subject, started_earliest FROM event GROUP BY scope, kind, subject, started_earliest HAVING count(*) > 1`,
  'one subject has two open events of a kind': `
    SELECT scope, subject, kind FROM event
    WHERE ended_earliest IS NULL AND kind NOT IN ('session_down', 'ecmp_reduced', 'best_path_shift', 'failover', 'no_path')
    GROUP BY scope, subject, kind HAVING count(*) > 1`,
  // other prefixes that later change to the same path are a separate event with the same subject
  'a prefix is in two open events of a kind': `
    SELECT live -> 'event' ->> 'scope' AS scope, live -> 'event' ->> 'subject' AS subject, live -> 'event' ->> 'kind' AS kind, prefix
    FROM detection_scope, jsonb_each(state -> 'live') AS l(key, live), jsonb_array_elements_text(live -> 'prefixes') AS prefix
    WHERE live -> 'event' -> 'ended' = 'null'
    GROUP BY 1, 2, 3, 4 HAVING count(*) > 1`,
  'an event is part of none': `
    SELECT e.id FROM event e LEFT JOIN event p ON p.id = e.part_of WHERE e.part_of IS NOT NULL AND p.id IS NULL`,
  'a session has two open losses': `
    SELECT scope, subject FROM event WHERE kind = 'session_down' AND ended_earliest IS NULL
    GROUP BY scope, subject HAVING count(*) > 1`,
  'a loss is open although the session is up': `
    SELECT e.subject FROM event e JOIN session s
      ON s.source_id = e.source_id AND e.subject = s.local_address || '~' || s.neighbor
    WHERE e.kind = 'session_down' AND e.ended_earliest IS NULL AND s.state = 'established'`,
  'a session is down without an open loss': `
    SELECT s.local_address, s.neighbor FROM session s
    WHERE s.state IS NOT NULL AND s.state NOT IN ('established', 'unknown') AND s.ever_established
      -- a gateway's session as the MSEE lists it makes its events at the gateway
      AND NOT (s.kind = 'summary' AND s.asn = 65515)
      AND NOT EXISTS (SELECT FROM event e WHERE e.source_id = s.source_id AND e.kind = 'session_down' AND e.ended_earliest IS NULL
                      AND e.subject = s.local_address || '~' || s.neighbor)`,
  'falls and rises of one session do not take turns': `
    SELECT * FROM (SELECT scope, subject, kind, lag(kind) OVER (PARTITION BY scope, subject ORDER BY detected_at, started_earliest) AS before
                   FROM event WHERE kind IN ('session_down', 'session_up') AND NOT 'first' = ANY (flags)) e
    WHERE e.kind = e.before`,
  'a point event does not end as it began': `
    SELECT id, kind FROM event
    WHERE kind IN (${[...filterEventKinds(({ lifecycle }) => lifecycle === 'point')].map((kind) => `'${kind}'`).join(', ')})
      AND (ended_earliest, ended_latest, duration_min_ms) IS DISTINCT FROM (started_earliest, started_latest, NULL)`,
  'a counter sample is there twice': `
    SELECT source_id FROM counter_sample GROUP BY source_id, counter_id, started_at HAVING count(*) > 1`,
}

/** Returns the faults found, with the first row of each. Empty = history is consistent. */
export async function findInconsistenciesInHistory(db: Database): Promise<string[]> {
  const found: string[] = []
  for (const [fault, query] of Object.entries(faults)) {
    const { rows } = await db.pool.query(query)
    if (rows.length > 0) found.push(`${fault}: ${rows.length}, e.g. ${JSON.stringify(rows[0])}`)
  }
  return found
}

/**
 * Returns a query for overlapping intervals. An interval must have been seen to end before the next is seen to begin,
 * because a change is between two samples.
 */
function overlapping(table: string, key: string): string {
  return `SELECT * FROM (SELECT ${key}, first_present, last_present,
            lead(first_present) OVER w AS next_present, lead(last_present) OVER w AS next_last
          FROM ${table} WINDOW w AS (PARTITION BY source_id, ${key} ORDER BY first_present)) i
          WHERE i.next_present < i.last_present`
}

function reaching(table: string, key: string, current: string): string {
  return `SELECT i.${key} FROM ${table} i JOIN ${current} c ON c.id = i.${key}
          WHERE c.first_present IS NOT NULL AND i.last_present > c.first_present`
}
