import type { EpochMs, Severity } from '#lib/contract/index.ts'
import { updateEventByCondition } from '../model/event-condition.ts'
import { type DetectionContext, isEventOpen, listLiveEvents } from '../model/context.ts'
import { createSampleEvidence } from '../model/create-event.ts'

/**
 * Kinds of faults of Peerwatch itself, with the severity of their events. The most severe fault is that alerts may
 * reach nobody.
 */
const SEVERITIES = {
  alerting_unproved: 'critical',
  channel_failing: 'major',
  storage_low: 'major',
  deletion_held: 'minor',
  screen_silent: 'minor',
} as const satisfies Record<string, Severity>

export interface PeerwatchFault {
  kind: keyof typeof SEVERITIES
  /** name of the affected channel, wall display or link */
  subject: string
  since: EpochMs
  /** evidence of the fault, in one line */
  evidence: string
}

const isOwn = (kind: string): kind is PeerwatchFault['kind'] => kind in SEVERITIES

/** Raises events for current faults of Peerwatch, and ends events of faults that are over. */
export function applyPeerwatchFaultRules(
  context: DetectionContext,
  { now, lastTickAt, collector }: { now: EpochMs; lastTickAt: EpochMs | null; collector: string },
  faults: readonly PeerwatchFault[],
): void {
  const nameOf = ({ kind, subject }: { kind: string; subject: string }) => `${kind}\n${subject}`
  const failing = new Set(faults.map(nameOf))
  for (const { kind, subject, since, evidence } of faults) {
    const at = Math.min(since, now)
    updateEventByCondition(context, {
      kind,
      scope: collector,
      subject,
      holds: true,
      since: { earliest: at, latest: at },
      severity: SEVERITIES[kind],
      evidence: [createSampleEvidence('what Peerwatch says of itself', evidence, { earliest: now, latest: now })],
    })
  }
  for (const { event } of listLiveEvents(context).filter(isEventOpen)) {
    const { kind, subject } = event
    if (!isOwn(kind) || failing.has(nameOf(event))) continue
    const since = { earliest: Math.max(event.started.earliest, Math.min(lastTickAt ?? now, now)), latest: now }
    updateEventByCondition(context, {
      kind,
      scope: collector,
      subject,
      holds: false,
      since,
      severity: SEVERITIES[kind],
      evidence: [],
    })
  }
}
