import type {
  DetectedEvent,
  DetectedIncident,
  EpochMs,
  IncidentExplanation,
  notificationStates,
} from '#lib/contract/index.ts'

export interface StoredEvent extends Omit<Required<DetectedEvent>, 'incident'> {
  id: string
  scopeName: string
  incidentId: string | null
  /** version of the thresholds by which the event was first detected; 0 = defaults */
  settingsVersion: number
}

/** Assignment of an incident to a user from a time on; `assignee` null = the incident was unassigned. */
export interface StoredIncidentAssignment {
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
  /** delivery state of the message; null = the message is no longer in the notification log */
  state: (typeof notificationStates)[number] | null
  deliveredAt: EpochMs | null
}

/** Incident: events that are grouped around the root event, which explains them. */
export interface StoredIncident
  extends Pick<DetectedIncident, 'scope' | 'severity' | 'started' | 'ended' | 'openedAt' | 'closedAt'> {
  id: string
  scopeName: string
  rootEventId: string
  /** events that were the root before, oldest first; `until` = time up to which the event was the root */
  formerRoots: { eventId: string; until: EpochMs }[]
  /**
   * elements that all affected circuits share (for example a provider) and whose failure would explain the incident;
   * empty = none known
   */
  explainedBy: IncidentExplanation[]
  acknowledged: { at: EpochMs; by: string; note: string | null } | null
  /** the latest snooze (pause of reminders), expired or ongoing; null = never snoozed */
  snoozed: { until: EpochMs; at: EpochMs; by: string } | null
  /** current assignee; null = unassigned */
  assigned: (StoredIncidentAssignment & { assignee: string }) | null
  /** number of events of the incident, including events that are part of another event */
  events: number
  /** true = maintenance explains every event of the incident that is not part of another event */
  maintenance: boolean
}
