import type { Freshness } from '#lib/contract/index.ts'
import { formatDuration } from '#lib/contract/words/durations.ts'
import { freshnessNames } from '#lib/contract/words/freshness.ts'

/**
 * Formats the time since the last good poll of a late or stale response: `LATE 2 min 05 s`. Returns null for other
 * responses. This function is in a separate file, because the wall display uses it without the other status texts.
 */
export function formatLate({ state, latePollAt }: Freshness, now: number): string | null {
  if (state !== 'late' && state !== 'stale') return null
  const word = freshnessNames[state].toUpperCase()
  return latePollAt === null ? word : `${word} ${formatDuration(now - Date.parse(latePollAt))}`
}
