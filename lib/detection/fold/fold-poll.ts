import { GATEWAY_ASN } from '#lib/bgp/index.ts'
import type { Change, DetectedEvent, PollMark, SessionChange } from '#lib/contract/index.ts'
import { foldChange, foldStillMissing, type SessionStep } from './session-fold.ts'
import { type DetectionState, initialState } from './state.ts'

/** What a poll made of the state, and the events it proved. An event with a known key replaces the earlier version. */
export interface Folded {
  /** the very object that was passed in when the poll changed nothing, so that a caller need not store it */
  state: DetectionState
  events: DetectedEvent[]
}

/** How one session is named in events: `10.0.4.12~10.0.4.4`. */
export function sessionSubject(session: { localAddress: string; neighbor: string }): string {
  return `${session.localAddress}~${session.neighbor}`
}

/**
 * Folds one poll of a source into its state. Polls of one source are folded in the order of their startedAt; one that
 * was folded already changes nothing. Only what a sample positively shows counts: a poll that failed, an instance
 * that did not report and a state that Azure calls unknown carry the last known facts on (detection.md 1.5, 2.2).
 */
export function foldPoll(state: DetectionState | null, mark: PollMark, changes: readonly Change[]): Folded {
  const before = state ?? initialState()
  const foldedAt = before.foldedAt[mark.kind]
  if (!tellsOfSessions(mark) || (foldedAt !== undefined && mark.startedAt <= foldedAt))
    return { state: before, events: [] }

  const sessionChanges = changes
    .filter((change) => change.type === 'session')
    .filter((change) => !isGatewayEnd(mark, change))
  const touched = new Set(sessionChanges.map(sessionSubject))
  const sessions = { ...before.sessions }
  const events: DetectedEvent[] = []
  let changed = false
  const apply = (subject: string, step: SessionStep) => {
    if (step.memory === (before.sessions[subject] ?? null) && step.events.length === 0) return
    changed = true
    if (step.memory) sessions[subject] = step.memory
    else delete sessions[subject]
    events.push(...step.events)
  }

  for (const change of sessionChanges) {
    const subject = sessionSubject(change)
    const lastSampleAt = lastSampleOf(change, before)
    const step = foldChange(before.sessions[subject] ?? null, change, { subject, mark, lastSampleAt })
    apply(subject, step)
  }
  for (const [subject, memory] of Object.entries(before.sessions)) {
    if (touched.has(subject) || !memory.missing || isSilent(subject, mark)) continue
    apply(subject, foldStillMissing(memory, { subject, mark }))
  }
  const silentSince = silentAfter(before, mark)
  if (!changed && silentSince === before.silentSince) return { state: before, events: [] }
  return {
    state: { version: 1, foldedAt: { ...before.foldedAt, [mark.kind]: mark.startedAt }, sessions, silentSince },
    events,
  }
}

/** Whether a poll holds session rows whose absence can be read, at least for the instances that reported. */
function tellsOfSessions({ kind, outcome, silentInstances }: PollMark): boolean {
  if (kind !== 'peers' && kind !== 'summary') return false
  return outcome === 'ok' || (outcome === 'incomplete' && silentInstances.length > 0)
}

/**
 * An MSEE's summary lists the gateways as well. The gateway reports the same session from its own end, with more about
 * it, and one session makes one event.
 */
function isGatewayEnd({ kind }: PollMark, { before, after }: SessionChange): boolean {
  return kind === 'summary' && (after ?? before)?.asn === GATEWAY_ASN
}

function lastSampleOf(change: SessionChange, state: DetectionState): number {
  return Math.min(change.between.lo, state.silentSince[change.localAddress] ?? Number.POSITIVE_INFINITY)
}

function isSilent(subject: string, { silentInstances }: PollMark): boolean {
  return silentInstances.some((instance) => subject.startsWith(`${instance}~`))
}

/** An instance's last report stays the lower bound for all that it shows when it is back. */
function silentAfter({ silentSince }: DetectionState, mark: PollMark): Record<string, number> {
  const silent = new Set(mark.silentInstances)
  const back = Object.keys(silentSince).filter((instance) => !silent.has(instance))
  const lastGood = mark.previousOkAt
  const gone = lastGood === null ? [] : mark.silentInstances.filter((instance) => silentSince[instance] === undefined)
  if (back.length === 0 && gone.length === 0) return silentSince
  const next = { ...silentSince }
  for (const instance of back) delete next[instance]
  for (const instance of gone) next[instance] = lastGood ?? mark.startedAt
  return next
}
