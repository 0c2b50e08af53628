import { MSEE_ASN } from '#lib/bgp/index.ts'
import {
  type TimestampBounds,
  type Cause,
  type DetectedEvent,
  type EventKind,
  getCauseOfEventKind,
  type Evidence,
  type PollRecord,
  type SessionSample,
  type Severity,
} from '#lib/contract/index.ts'
import { computeDurationBounds } from '../model/event-key.ts'
import { createEvent, getSampleBounds } from '../model/create-event.ts'

/** The input from which an event about a session is made. */
interface SessionFinding {
  kind: EventKind
  subject: string
  mark: PollRecord
  started: TimestampBounds
  before: SessionSample | null
  after: SessionSample | null
  /** time span in which the sample `before` was taken; null = unknown */
  sampledBefore: TimestampBounds | null
  /** true if the session is between two instances of the gateway; absent = it is not, or this was not checked */
  isInside?: boolean
  flags: string[]
}

/** Returns the event about a session that a poll proved. */
export function createSessionEvent(finding: SessionFinding): DetectedEvent {
  const { kind, subject, mark, started } = finding
  return createEvent(mark, {
    kind,
    severity: severityOf(finding),
    scope: mark.scope,
    subject,
    started,
    evidence: evidenceOf(finding),
    causes: [unknownCause(kind === 'session_up' ? getCauseOfEventKind('session_up').nextStep : nextStepFor(finding))],
    flags: finding.flags,
  })
}

/**
 * Ends an event of a session with the bounds of the time at which the session came up again. The duration has bounds
 * too (docs/rules/detection.md 1.4): its maximum is the time between the outer bounds, its minimum the time between the
 * inner bounds.
 */
export function closeSessionEvent(down: DetectedEvent, up: TimestampBounds): DetectedEvent {
  return { ...down, ended: up, duration: computeDurationBounds(down.started, up) }
}

function severityOf({ kind, flags }: SessionFinding): Severity {
  if (kind === 'session_up' || flags.includes('internal')) return 'info'
  return kind === 'keepalive_stall' ? 'warning' : kind === 'session_flapping' ? 'major' : 'minor'
}

const sampledFields = ['azureState', 'downReason', 'prefixesReceived', 'messagesSent', 'messagesReceived'] as const

function evidenceOf({ before, after, sampledBefore, mark }: SessionFinding): Evidence[] {
  const sampledAfter = getSampleBounds(mark)
  const item = (field: string, was: unknown, is: unknown): Evidence => ({
    field,
    before: was,
    after: is,
    sampledBefore: before && sampledBefore,
    sampledAfter,
  })
  if (!after) return [item('row', before ? 'present' : null, 'missing'), ...rowOf(before, item)]
  const items = sampledFields.flatMap((field) => {
    const was = before?.[field] ?? null
    const is = after[field]
    return was === null && is === null ? [] : [item(field, was, is)]
  })
  if (before?.establishedAt || after.establishedAt) {
    items.push(item('establishedAt', before?.establishedAt ?? null, after.establishedAt))
  }
  return items
}

function rowOf(before: SessionSample | null, item: (field: string, was: unknown, is: unknown) => Evidence): Evidence[] {
  if (!before) return []
  return sampledFields.flatMap((field) => (before[field] === null ? [] : [item(field, before[field], null)]))
}

/** Returns an unknown cause with confidence 0. A single session does not show why it fell. */
function unknownCause(nextStep: string): Cause {
  return { class: 'unknown_cause', owner: 'unknown', confidence: 0, evidence: [], nextStep }
}

function nextStepFor({ before, isInside }: SessionFinding): string {
  if (before?.asn === MSEE_ASN) {
    return 'Check the paths of the connected circuits in the same minutes. If ARP and the session to your router stayed up there, ask Microsoft, naming these bounds.'
  }
  if (isInside) {
    return 'Check the other instance of this gateway in the same minutes, and the Activity Log for a change to the gateway.'
  }
  return 'Ask the operator of this neighbor for its BGP log between these bounds, and compare ARP on the same path.'
}
