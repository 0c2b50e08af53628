import type { DetectedEvent, DetectedIncident, EpochMs, Explanation, notificationStates } from '#lib/contract/index.ts'

export interface StoredEvent extends Omit<Required<DetectedEvent>, 'incident'> {
  id: string
  scopeName: string
  incidentId: string | null
  /** thresholds that it was first raised under; 0 = as shipped */
  settingsVersion: number
}

/** Who was to work on an incident from a time on; `assignee` null = nobody. */
export interface StoredAssignment {
  assignee: string | null
  at: EpochMs
  by: string
  note: string | null
}

/** A message about an incident that somebody sent to a channel. */
export interface StoredSend {
  channelId: string
  channelName: string
  at: EpochMs
  by: string
  note: string | null
  /** null = no longer in the log */
  state: (typeof notificationStates)[number] | null
  deliveredAt: EpochMs | null
}

/** Events grouped around the one that explains them. */
export interface StoredIncident
  extends Pick<DetectedIncident, 'scope' | 'severity' | 'started' | 'ended' | 'openedAt' | 'closedAt'> {
  id: string
  scopeName: string
  rootEventId: string
  /** events that were held to explain it before, oldest first */
  formerRoots: { eventId: string; until: EpochMs }[]
  /** what its circuits have in common that would explain it; empty = nothing known does */
  explainedBy: Explanation[]
  acknowledged: { at: EpochMs; by: string; note: string | null } | null
  /** the latest, over or not; null = never */
  snoozed: { until: EpochMs; at: EpochMs; by: string } | null
  /** who works on it; null = nobody */
  assigned: (StoredAssignment & { assignee: string }) | null
  /** how many events, folded ones included */
  events: number
  /** every root event was expected of a maintenance window */
  maintenance: boolean
}
