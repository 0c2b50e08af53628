import { createHash } from 'node:crypto'
import type { TimestampBounds, DetectedEvent } from '#lib/contract/index.ts'
import { getInitialEventEnd, createSampleEvidence } from '../model/create-event.ts'

/**
 * Returns an event that reports that the wall clock of a host was set while polls ran. Polls before and after this time
 * are dated by different clocks (docs/rules/detection.md 1.1).
 * @param between bounds of the time at which the clock was set, by the new clock
 * @param where scope of the whole collector, and the host of the clock
 */
export function createClockStepEvent(
  { steppedMs, between }: { steppedMs: number; between: TimestampBounds },
  { scope, host }: { scope: string; host: string },
): DetectedEvent {
  const seconds = Math.round(steppedMs / 1_000)
  return {
    key: createHash('sha256').update(`clock_step\n${scope}\n${host}\n${between.latest}`).digest('hex').slice(0, 32),
    kind: 'clock_step',
    severity: 'info',
    scope,
    subject: host,
    started: between,
    ended: getInitialEventEnd('clock_step', between),
    duration: null,
    detectedAt: between.latest,
    evidence: [
      createSampleEvidence('wall clock against monotonic clock', `${steppedMs > 0 ? '+' : ''}${steppedMs} ms`, {
        earliest: between.latest,
        latest: between.latest,
      }),
    ],
    causes: [
      {
        class: 'clock_step',
        owner: 'own_change',
        confidence: 1,
        evidence: [],
        nextStep: `Check the time service (NTP) of ${host}: its clock was set by ${seconds} s. Bounds of single polls hold; compare times before and after it with that in mind.`,
      },
    ],
    flags: [],
  }
}
