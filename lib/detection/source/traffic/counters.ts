import type { DetectionSettings } from '../../model/settings.ts'
import type { Meter } from '../../model/traffic-baseline.ts'
import type { CounterAnswer, CountersMemory } from '../../model/traffic-memory.ts'
import { distance, isSameAnswer, pairsBetween } from './pair.ts'
import type { Pair } from '../../model/traffic.ts'

/** How many refreshes are remembered to know the usual one. */
const REMEMBERED_REFRESHES = 6

/** How long the service keeps queryRoute with the same counters although traffic flows; 0 = they are new with every poll. */
export const refreshOf = (memory: CountersMemory | null) => Math.max(0, ...(memory?.refreshes ?? []))

/**
 * Takes one answer. Where answers are known to be cached for a while, equal ones show nothing until twice that time has passed,
 * and what a jump brings is spread over the time since the counters last moved (docs/rules/detection.md 3.5).
 */
export function takeCounters(
  memory: CountersMemory | null,
  answer: CounterAnswer,
  settings: DetectionSettings,
): { memory: CountersMemory; pairs: Partial<Record<Meter, Pair>> } {
  if (!memory) return { memory: { last: answer, distinct: answer, repeats: 0, refreshes: [] }, pairs: {} }
  const { last, distinct, repeats, refreshes } = memory
  if (isSameAnswer(distinct, answer)) {
    const next = { ...memory, repeats: repeats + 1 }
    const mayBeCached = distance(distinct, answer) <= 2 * refreshOf(memory)
    return mayBeCached
      ? { memory: next, pairs: {} }
      : { memory: { ...next, last: answer }, pairs: pairsBetween(last, answer) }
  }
  const stood = repeats > 0 ? distance(distinct, answer) : 0
  const learned = stood > settings['traffic.refresh.most'] ? refreshes : [...refreshes, stood]
  return {
    memory: { last: answer, distinct: answer, repeats: 0, refreshes: learned.slice(-REMEMBERED_REFRESHES) },
    pairs: pairsBetween(last, answer),
  }
}
