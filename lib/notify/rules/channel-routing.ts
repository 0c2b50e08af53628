import {
  type CauseOwner,
  type ChannelFilters,
  type EventKind,
  isUserActionAtLeastAsUrgent,
  type UserActionTime,
  type Severity,
} from '#lib/contract/index.ts'
import type { DueNotice, NoticeReason } from './decide-notices.ts'
import { rankSeverity } from './incident-facts.ts'

/** The filters of a channel that apply to notices about incidents. */
type IncidentFilters = Omit<ChannelFilters, 'findings' | 'posture' | 'minSeverity'> & { minSeverity: Severity }

/** Properties of an incident with which the filters are compared. */
export interface ChannelRoutingInput {
  scopes: readonly string[]
  kinds: readonly EventKind[]
  owner: CauseOwner
  /** time by which a person must act because of the incident: now, today, or not at all (`nobody`) */
  needed: UserActionTime
}

/**
 * Reasons of notices that are sent only to channels that have received the notice about the current opening of the
 * incident.
 */
const followUps: ReadonlySet<NoticeReason> = new Set(['acknowledged', 'unverifiable', 'withdrawn', 'closed'])

/**
 * Returns the reason under which a channel receives a notice; null = the channel does not receive it. If the channel
 * has not received the notice about the current opening, it gets no notice with a reason in {@link followUps}. It gets
 * any other later notice with the reason `opened`, except that `flapping` is kept (docs/rules/notifications.md 5).
 * @param knowsOpening whether the channel received the notice about the current opening
 */
export function selectChannelReason(
  filters: IncidentFilters,
  knowsOpening: boolean,
  notice: DueNotice,
  routing: ChannelRoutingInput,
): NoticeReason | null {
  if (followUps.has(notice.reason) && !notice.first) return knowsOpening ? notice.reason : null
  // A change is sent to every channel that knows the opening, even if its filters no longer match, so that its last
  // message is not outdated.
  if (notice.reason === 'changed' && knowsOpening) return notice.reason
  if (!filters.incidents || !matches(filters, notice.severity, routing)) return null
  return knowsOpening || notice.reason === 'flapping' || notice.first ? notice.reason : 'opened'
}

function matches(
  filters: IncidentFilters,
  severity: Severity,
  { scopes, kinds, owner, needed }: ChannelRoutingInput,
): boolean {
  return (
    rankSeverity(severity) >= rankSeverity(filters.minSeverity) &&
    isUserActionAtLeastAsUrgent(needed, filters.neededBy) &&
    overlaps(filters.scopes, scopes) &&
    overlaps(filters.kinds, kinds) &&
    overlaps(filters.owners, [owner])
  )
}

function overlaps<T>(wanted: readonly T[], offered: readonly T[]): boolean {
  return wanted.length === 0 || offered.some((one) => wanted.includes(one))
}

/**
 * Adapts a notice about a fault for a channel that was already notified about the failing polls of that fault
 * (docs/rules/notifications.md 3). A first notice `opened` becomes `raised` if it is more severe than the earlier one,
 * and is left out otherwise.
 * @param notified severity of the earlier notice
 * @returns null = the channel gets no notice
 */
export function toFollowUpNotice(notice: DueNotice, notified: Severity): DueNotice | null {
  if (!notice.first) return notice
  if (notice.reason !== 'opened') return { ...notice, first: false }
  return rankSeverity(notice.severity) > rankSeverity(notified) ? { ...notice, reason: 'raised', first: false } : null
}
