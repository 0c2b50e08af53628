import type { CauseOwner, ChannelFilters, EventKind, Severity } from '#lib/contract/index.ts'
import type { Notice, Reason } from './decide.ts'
import { rank } from './incident-facts.ts'

/** The filters of a channel that apply to incidents. */
type IncidentFilters = Omit<ChannelFilters, 'findings' | 'posture' | 'minSeverity'> & { minSeverity: Severity }

/** The properties of an incident that filters match on. */
export interface RoutingFacts {
  scopes: readonly string[]
  kinds: readonly EventKind[]
  owner: CauseOwner
}

/** Reasons that are sent only to channels that received this opening. */
const followUps: ReadonlySet<Reason> = new Set(['acknowledged', 'unverifiable', 'withdrawn', 'closed'])

/**
 * Returns the reason under which a channel receives a notice; null = the channel does not receive it. The first notice
 * of an incident that a channel receives has the reason `opened`, even if other channels receive it with another reason
 * (docs/rules/notifications.md 5).
 * @param knowsOpening whether the channel received this opening
 */
export function selectReason(
  filters: IncidentFilters,
  knowsOpening: boolean,
  notice: Notice,
  routing: RoutingFacts,
): Reason | null {
  if (followUps.has(notice.reason) && !notice.first) return knowsOpening ? notice.reason : null
  // a change is always sent to channels that know the opening, so that their last message is not outdated
  if (notice.reason === 'changed' && knowsOpening) return notice.reason
  if (!filters.incidents || !matches(filters, notice.severity, routing)) return null
  return knowsOpening || notice.reason === 'flapping' || notice.first ? notice.reason : 'opened'
}

function matches(filters: IncidentFilters, severity: Severity, { scopes, kinds, owner }: RoutingFacts): boolean {
  return (
    rank(severity) >= rank(filters.minSeverity) &&
    overlaps(filters.scopes, scopes) &&
    overlaps(filters.kinds, kinds) &&
    overlaps(filters.owners, [owner])
  )
}

function overlaps<T>(wanted: readonly T[], offered: readonly T[]): boolean {
  return wanted.length === 0 || offered.some((one) => wanted.includes(one))
}

/**
 * Returns a notice about a fault for a channel that already received a notice about the failing polls that the fault
 * caused (docs/rules/notifications.md 3). The first notice of the fault is sent to the channel only if its severity is
 * higher than in that earlier notice.
 * @param notified severity of the earlier notice
 * @returns null = the channel gets no notice
 */
export function toFollowUpNotice(notice: Notice, notified: Severity): Notice | null {
  if (!notice.first) return notice
  if (notice.reason !== 'opened') return { ...notice, first: false }
  return rank(notice.severity) > rank(notified) ? { ...notice, reason: 'raised', first: false } : null
}
