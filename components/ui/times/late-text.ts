import type { DataFreshness } from '#lib/contract/index.ts'
import { formatDuration } from '#lib/contract/words/durations.ts'
import { freshnessStateLabels } from '#lib/contract/words/freshness.ts'

/**
 * Formats how long ago the last good poll was, if a response is late or stale: `LATE 2 min 05 s`. Returns null for
 * other responses. This function has its own file, so that the wall display can use it without loading the other status
 * texts.
 */
export function formatLatePoll({ state, latePollAt }: DataFreshness, now: number): string | null {
  if (state !== 'late' && state !== 'stale') return null
  const word = freshnessStateLabels[state].toUpperCase()
  return latePollAt === null ? word : `${word} ${formatDuration(now - Date.parse(latePollAt))}`
}
