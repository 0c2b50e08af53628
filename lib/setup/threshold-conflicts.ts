import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { DetectionSettings, DetectionThresholdName } from '#lib/detection/model/settings.ts'

/**
 * Pairs of thresholds. In each pair, the first threshold must not exceed the second, because otherwise a condition that
 * detection recognizes could never begin, or would end before it begins.
 */
const ascending: readonly (readonly [DetectionThresholdName, DetectionThresholdName])[] = [
  ['session.penalty.clear', 'session.penalty.open'],
  ['headroom.clear', 'headroom.warn'],
  ['headroom.warn', 'headroom.major'],
  ['traffic.low.share', 'traffic.low.clear'],
  ['asymmetric.clear', 'asymmetric.share'],
  ['intent.bytes.share', 'intent.bytes.clear'],
  ['bandwidth.clear', 'bandwidth.warn'],
  ['bandwidth.warn', 'bandwidth.major'],
  ['capacity.n1.clear', 'capacity.n1'],
  ['lag.low.least', 'lag.low.most'],
]

/**
 * Number of writes per minute that Microsoft.Network accepts for a subscription; POST requests for a table count as
 * writes (Azure's request limits).
 */
const WRITES_A_MINUTE = 200

/**
 * Returns a sentence for each pair of thresholds that contradict each other, and for fast polling that would exceed
 * Azure's limit.
 */
export function findThresholdConflicts(settings: DetectionSettings): string[] {
  const reversed = ascending
    .filter(([lower, upper]) => settings[lower] > settings[upper])
    .map(([lower, upper]) => `${lower}: it must not be above ${upper}, which is ${settings[upper]}`)
  const writes = (settings['burst.polls'] * MS_PER_MINUTE) / settings['burst.interval']
  const allowed = Math.floor((WRITES_A_MINUTE * settings['burst.interval']) / MS_PER_MINUTE)
  if (writes <= WRITES_A_MINUTE) return reversed
  return [
    ...reversed,
    `burst.polls: at this burst.interval at most ${allowed}, or Azure is asked for more than ${WRITES_A_MINUTE} writes a minute`,
  ]
}
