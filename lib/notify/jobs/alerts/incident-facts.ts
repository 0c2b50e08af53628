import { isExpectedByMaintenance } from '#lib/contract/index.ts'
import { ROUTER_STATE_EVIDENCE_FIELD } from '#lib/detection/index.ts'
import { listSources, type SourceStatus, type StoredEvent, type StoredIncident } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { type IncidentForNotices, isNotifiable, type EventOfIncident } from '../../rules/incident-facts.ts'

/** Kinds of polls that report session state and can therefore confirm that an incident is still open. */
const SESSION_POLLS: ReadonlySet<string> = new Set(['peers', 'summary'])
const UNCONFIRMED = 'unconfirmed'

export function convertToEventOfIncident(event: StoredEvent): EventOfIncident {
  const { id, kind, severity, scope, subject, detectedAt, started, ended, partOf, flags } = event
  const [cause] = event.causes
  return {
    id,
    kind,
    severity,
    scope,
    subject,
    cause: cause && cause.class !== 'unknown_cause' ? `${cause.class} ${cause.owner}` : null,
    detectedAt,
    started,
    open: ended === null,
    isRoot: partOf === null,
    confirmed: !flags.includes(UNCONFIRMED),
    // Events of kind nothing_polled are never notified here, because the dead-man's switch (no-data-alerts.ts) notifies
    // about missing polls even if no poller runs.
    muted: isExpectedByMaintenance(event) || kind === 'nothing_polled',
  }
}

/** Reads the facts that determine when notices about an incident are sent. */
export async function readIncidentForNotices(
  db: SqlExecutor,
  incident: StoredIncident,
  events: readonly StoredEvent[],
): Promise<IncidentForNotices> {
  const members = events.map(convertToEventOfIncident)
  const scopes = new Set([incident.scope, ...members.filter(isNotifiable).map(({ scope }) => scope)])
  const sources: SourceStatus[] = []
  // one query after the other, because `db` may be a single connection, which does not queue statements from pg 9 on
  for (const scope of scopes) sources.push(...(await listSources(db, { scope })))
  return {
    id: incident.id,
    openedAt: incident.openedAt,
    closedAt: incident.closedAt,
    started: incident.started,
    acknowledgedAt: incident.acknowledged?.at ?? null,
    snoozedUntil: incident.snoozed?.until ?? null,
    events: members,
    reportedByRouter: events.some(({ evidence }) =>
      evidence.some(({ field }) => field === ROUTER_STATE_EVIDENCE_FIELD),
    ),
    ...sessionPolls(sources),
  }
}

/**
 * Returns facts about the scheduled polls that report sessions: the longest interval, the newest success, and whether
 * all of them are paused.
 */
function sessionPolls(
  sources: readonly SourceStatus[],
): Required<Pick<IncidentForNotices, 'pollMs' | 'lastGoodSampleAt' | 'paused'>> {
  const polls = sources
    .filter(({ poll, scheduled }) => scheduled && SESSION_POLLS.has(poll.kind))
    .map(({ poll }) => poll)
  const good = polls.flatMap(({ lastOkAt }) => (lastOkAt === null ? [] : [lastOkAt]))
  return {
    pollMs: Math.max(0, ...polls.map(({ intervalSeconds }) => intervalSeconds)) * 1_000,
    paused: polls.length > 0 && polls.every(({ lastOutcome }) => lastOutcome === 'paused'),
    lastGoodSampleAt: good.length === 0 ? null : Math.max(...good),
  }
}
