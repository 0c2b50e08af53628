import type { Freshness } from '#lib/contract/index.ts'
import { formatDuration } from '#lib/contract/words/durations.ts'
import { freshnessNames } from '#lib/contract/words/freshness.ts'

/**
 * `LATE 2 min 05 s`: since the last good poll of what makes an answer late or stale. Null while it is neither. Apart from the other
 * words of states, which the wall has no use for.
 */
export function formatLate({ state, latePollAt }: Freshness, now: number): string | null {
  if (state !== 'late' && state !== 'stale') return null
  const word = freshnessNames[state].toUpperCase()
  return latePollAt === null ? word : `${word} ${formatDuration(now - Date.parse(latePollAt))}`
}
