import { createHash } from 'node:crypto'
import type { Bounds, DetectedEvent } from '#lib/contract/index.ts'
import { endAtStart, evidenceOfSample } from '../model/new-event.ts'

/**
 * A wall clock was set while polls ran: those before it and those after it are labelled by different clocks
 * (docs/rules/detection.md 1.1).
 * @param between in which it was set, by the clock as it is since
 * @param where scope that stands for the collector, and the machine whose clock it is
 */
export function clockStep(
  { steppedMs, between }: { steppedMs: number; between: Bounds },
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
    ended: endAtStart('clock_step', between),
    duration: null,
    detectedAt: between.latest,
    evidence: [
      evidenceOfSample('wall clock against monotonic clock', `${steppedMs > 0 ? '+' : ''}${steppedMs} ms`, {
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
