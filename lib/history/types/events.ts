import type { DetectedEvent, DetectedIncident, EpochMs, Explanation, notificationStates } from '#lib/contract/index.ts'

export interface StoredEvent extends Omit<Required<DetectedEvent>, 'incident'> {
  id: string
  scopeName: string
  incidentId: string | null
  /** version of the thresholds when it was first detected; 0 = defaults */
  settingsVersion: number
}

/** Assignment of an incident from a time on; `assignee` null = unassigned. */
export interface StoredAssignment {
  assignee: string | null
  at: EpochMs
  by: string
  note: string | null
}

/** A message about an incident that a user sent to a channel. */
export interface StoredSend {
  channelId: string
  channelName: string
  at: EpochMs
  by: string
  note: string | null
  /** delivery state; null = the message is no longer in the notification log */
  state: (typeof notificationStates)[number] | null
  deliveredAt: EpochMs | null
}

/** Events grouped around the event that explains them. */
export interface StoredIncident
  extends Pick<DetectedIncident, 'scope' | 'severity' | 'started' | 'ended' | 'openedAt' | 'closedAt'> {
  id: string
  scopeName: string
  rootEventId: string
  /** former root events, oldest first */
  formerRoots: { eventId: string; until: EpochMs }[]
  /** common properties of its circuits that would explain it; empty = none known */
  explainedBy: Explanation[]
  acknowledged: { at: EpochMs; by: string; note: string | null } | null
  /** the latest snooze, expired or ongoing; null = never snoozed */
  snoozed: { until: EpochMs; at: EpochMs; by: string } | null
  /** current assignee; null = unassigned */
  assigned: (StoredAssignment & { assignee: string }) | null
  /** number of events, including parts */
  events: number
  /** true = maintenance explains every event of the incident that is not part of another event */
  maintenance: boolean
}
