import type { N2 } from '#lib/resilience/api/index.ts'
import { formatDuration } from '#lib/contract/words/durations.ts'
import { formatCount } from '../../format/quantity.ts'

/** How far a computation of pairs is: `412 of 1,225 pairs, 14 s, about 28 s left`. @param now epoch ms */
export function progressWords(
  { state, done, all, startedAt }: Pick<N2, 'state' | 'done' | 'all' | 'startedAt'>,
  now: number,
): string {
  if (state === 'queued' || startedAt === null) return 'waiting for a worker'
  const elapsed = Math.max(0, now - Date.parse(startedAt))
  if (all === null) return `reading the tables, ${formatDuration(elapsed)}`
  return [
    `${formatCount(done)} of ${formatCount(all)} pairs`,
    formatDuration(elapsed),
    ...(done === 0 ? [] : [`about ${formatDuration((elapsed / done) * (all - done))} left`]),
  ].join(', ')
}
