import { isExpectedByMaintenance } from '#lib/contract/index.ts'
import { listSources, type SourceStatus, type StoredEvent, type StoredIncident } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { type IncidentFacts, isTellable, type MemberEvent } from './decide/incident-facts.ts'

/** Polls that say whether a session stands, and so whether what was told is still so. */
const SEEN_BY: ReadonlySet<string> = new Set(['peers', 'summary'])
const UNCONFIRMED = 'unconfirmed'

export function memberEvent(event: StoredEvent): MemberEvent {
  const { id, kind, severity, scope, detectedAt, ended, partOf, flags } = event
  return {
    id,
    kind,
    severity,
    scope,
    detectedAt,
    open: ended === null,
    stands: partOf === null,
    confirmed: !flags.includes(UNCONFIRMED),
    // silence is told by the watchdog, which needs no poller to notice it
    silenced: isExpectedByMaintenance(event) || kind === 'nothing_polled',
  }
}

/** Everything that decides when an incident is told, as it is stored now. */
export async function incidentFacts(
  db: Queryable,
  incident: StoredIncident,
  events: readonly StoredEvent[],
): Promise<IncidentFacts> {
  const members = events.map(memberEvent)
  const scopes = new Set([incident.scope, ...members.filter(isTellable).map(({ scope }) => scope)])
  const sources = (await Promise.all([...scopes].map((scope) => listSources(db, { scope })))).flat()
  return {
    id: incident.id,
    openedAt: incident.openedAt,
    closedAt: incident.closedAt,
    started: incident.started,
    acknowledgedAt: incident.acknowledged?.at ?? null,
    events: members,
    ...sightOf(sources),
  }
}

/** How often what tells of sessions is polled, and when that last went well; the slowest and the newest of several. */
function sightOf(sources: readonly SourceStatus[]): Required<Pick<IncidentFacts, 'pollMs' | 'lastSeenAt' | 'paused'>> {
  const polls = sources.filter(({ poll, scheduled }) => scheduled && SEEN_BY.has(poll.kind)).map(({ poll }) => poll)
  const seen = polls.flatMap(({ lastOkAt }) => (lastOkAt === null ? [] : [lastOkAt]))
  return {
    pollMs: Math.max(0, ...polls.map(({ intervalSeconds }) => intervalSeconds)) * 1_000,
    paused: polls.length > 0 && polls.every(({ lastOutcome }) => lastOutcome === 'paused'),
    lastSeenAt: seen.length === 0 ? null : Math.max(...seen),
  }
}
