import { wordTable } from '#lib/bgp/word-table.ts'
import type { DetectedEvent } from '../events/event.ts'

/** By flag of an event that ended: why, where what it reported is not back. */
const NOT_BACK: Readonly<Record<string, string>> = wordTable({
  baseline: 'away as long as it had been known',
  lasts: 'announced so for an hour',
  given_up: 'the learned site no longer exists',
  not_returned: 'not announced any more',
  removed: 'removed',
  replaced: 'its instance was replaced',
})

/**
 * Why an event ended though nothing came back: `away as long as it had been known`; null = it is back, or goes on.
 * @source docs/rules/events.md
 */
export function formatNotBack(event: Pick<DetectedEvent, 'kind' | 'flags'> | null): string | null {
  const reason = event?.flags.map((flag) => NOT_BACK[flag]).find((words) => words !== undefined)
  // nothing was lost: other paths carry, and have for a day
  if (reason && event?.kind === 'best_path_shift') return 'the new paths are usual by now'
  return reason ?? null
}
