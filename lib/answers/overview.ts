import type { EpochMs, PollKind, ResponseOf, Session } from '#lib/contract/index.ts'
import { listEvents } from '#lib/history/index.ts'
import { readCircuits } from './circuits.ts'
import { concernsOf } from './concerns.ts'
import { type Db, queryable } from './db.ts'
import { readEstate } from './estate.ts'
import { eventView } from './events.ts'
import { freshnessOf, pollsUnder, readSources } from './freshness.ts'
import { readGateways } from './gateways.ts'
import { readSessions } from './sessions.ts'
import { sourceView } from './sources.ts'
import { iso } from './wire.ts'

/** What the counts rest on. */
const kinds: readonly PollKind[] = ['peers', 'summary', 'arp', 'stats']
const EVENTS = 20
const EVENTS_SINCE_MS = 24 * 60 * 60_000

/** How the estate is: counts by state, what deserves a look with the worst first, and what happened last. */
export async function getOverview(db: Db, now: EpochMs = Date.now()): Promise<ResponseOf<'overview'>> {
  const q = queryable(db)
  const estate = await readEstate(q)
  const { sessions } = await readSessions(q, undefined, { at: null, now }, estate)
  const { gateways } = await readGateways(q, estate, undefined, now, sessions)
  const { circuits } = await readCircuits(q, estate, undefined, now, sessions)
  const statuses = await readSources(q)
  const sources = statuses.map((status) => sourceView(status, now))
  const events = await listEvents(q, { from: now - EVENTS_SINCE_MS, limit: EVENTS })
  const counted = sessions.filter(isCounted)
  return {
    data: {
      counts: {
        circuits: countBy(circuits, ({ redundancy }) => redundancy),
        gateways: countBy(gateways, ({ state }) => state),
        sessions: countBy(counted, ({ verdict }) => verdict),
        sources: countBy(sources, ({ state }) => state),
      },
      worstFirst: concernsOf({ circuits, gateways, sessions: counted, sources }),
      recentEvents: events.rows.map(eventView),
      incidents: null,
      cost: null,
    },
    asOf: iso(now),
    freshness: freshnessOf(pollsUnder(statuses, kinds, now), now),
  }
}

/**
 * Sibling sessions inside a gateway that never connected are normal, and outside the counts; also while the gateway is not
 * seen, as far as Azure's last word tells.
 */
function isCounted({ role, verdict, azureState, establishedTransitions }: Session): boolean {
  if (role !== 'gateway-peer') return true
  const neverConnected = azureState?.toLowerCase() !== 'connected' && establishedTransitions === 0
  return verdict !== 'never_established' && !(verdict === 'unknown' && neverConnected)
}

function countBy<Row, State extends string>(rows: readonly Row[], stateOf: (row: Row) => State) {
  const counts: Partial<Record<State, number>> = {}
  for (const row of rows) counts[stateOf(row)] = (counts[stateOf(row)] ?? 0) + 1
  return counts
}
