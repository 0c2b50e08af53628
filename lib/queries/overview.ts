import type { EpochMs, PollKind, ResponseOf, Session } from '#lib/contract/index.ts'
import { listEvents, listIncidents } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { readCircuits } from './circuits.ts'
import { problemsOf } from './problems.ts'
import { readCostHeadline } from './cost/index.ts'
import { type Db, queryable } from './db.ts'
import { readTopology } from './topology.ts'
import { eventViews } from './events.ts'
import { freshnessOf, pollsUnder, readSources } from './freshness.ts'
import { readGateways } from './gateways.ts'
import { incidentViews, worstFirst } from './incidents.ts'
import { readSessions } from './sessions.ts'
import { sourceView } from './sources.ts'
import { iso } from './wire.ts'

/** What the counts rest on. */
const kinds: readonly PollKind[] = ['peers', 'summary', 'arp', 'stats']
const EVENTS = 20
const INCIDENTS = 20
/** Counts stop here. */
const MOST_INCIDENTS = 500
const EVENTS_SINCE_MS = 24 * 60 * 60_000

/** The state of the estate: counts by state, active problems with the worst first, and the last events. */
export async function getOverview(db: Db, now: EpochMs = Date.now()): Promise<ResponseOf<'overview'>> {
  const q = queryable(db)
  const { circuits, gateways, sessions, sources, statuses, problems } = await readJudged(q, now)
  const events = await listEvents(q, { from: now - EVENTS_SINCE_MS, limit: EVENTS })
  const openIncidents = await listIncidents(q, { open: true, limit: MOST_INCIDENTS })
  const open = worstFirst(await incidentViews(q, openIncidents.rows, statuses, now))
  return {
    data: {
      counts: {
        circuits: countBy(circuits, ({ redundancy }) => redundancy),
        gateways: countBy(gateways, ({ state }) => state),
        sessions: countBy(sessions, ({ verdict }) => verdict),
        sources: countBy(sources, ({ state }) => state),
      },
      worstFirst: problems,
      recentEvents: await eventViews(q, events.rows),
      incidents: { counts: countBy(open, ({ severity }) => severity), open: open.slice(0, INCIDENTS) },
      cost: await readCostHeadline(q, now),
    },
    asOf: iso(now),
    freshness: freshnessOf(pollsUnder(statuses, kinds, now), now),
  }
}

/** The whole estate, judged as of now: what the overview counts, and the wall shows. `sessions` are those that count. */
export async function readJudged(q: Queryable, now: EpochMs) {
  const estate = await readTopology(q)
  const { sessions: all } = await readSessions(q, undefined, { at: null, now }, estate)
  const { gateways } = await readGateways(q, estate, undefined, now, all)
  const { circuits } = await readCircuits(q, estate, undefined, now, all)
  const statuses = await readSources(q)
  const sources = statuses.map((status) => sourceView(status, now))
  const sessions = all.filter(isCounted)
  const problems = problemsOf({ circuits, gateways, sessions, sources })
  return { circuits, gateways, sessions, statuses, sources, problems }
}

/**
 * Sibling sessions inside a gateway that never connected are normal, and outside the counts; also while the gateway is not
 * seen, as far as Azure's last word goes.
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
