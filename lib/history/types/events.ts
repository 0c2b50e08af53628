import type {
  Bounds,
  Cause,
  EpochMs,
  EventKind,
  Evidence,
  Explanation,
  FailoverDetail,
  ForwardingLoss,
  notificationStates,
  Severity,
} from '#lib/contract/index.ts'

export interface StoredEvent {
  id: string
  key: string
  kind: EventKind
  severity: Severity
  scope: string
  scopeName: string
  subject: string
  started: Bounds
  ended: Bounds | null
  duration: { minMs: number; maxMs: number } | null
  detectedAt: EpochMs
  evidence: Evidence[]
  causes: Cause[]
  flags: string[]
  partOf: string | null
  incidentId: string | null
  /** thresholds that it was first raised under; 0 = as shipped */
  settingsVersion: number
  failover: FailoverDetail | null
  forwardingLoss: ForwardingLoss | null
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
export interface StoredIncident {
  id: string
  scope: string
  scopeName: string
  rootEventId: string
  /** events that were held to explain it before, oldest first */
  formerRoots: { eventId: string; until: EpochMs }[]
  /** what its circuits have in common that would explain it; empty = nothing known does */
  explainedBy: Explanation[]
  severity: Severity
  started: Bounds
  ended: Bounds | null
  openedAt: EpochMs
  closedAt: EpochMs | null
  acknowledged: { at: EpochMs; by: string; note: string | null } | null
  /** who works on it; null = nobody */
  assigned: (StoredAssignment & { assignee: string }) | null
  /** how many events, folded ones included */
  events: number
  /** every root event was expected of a maintenance window */
  maintenance: boolean
}
