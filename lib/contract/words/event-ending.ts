import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import type { DetectedEvent } from '../events/event.ts'

/** Texts by event flag, for events that ended although the route or resource did not return. */
const NOT_BACK: Readonly<Record<string, string>> = createSafeLookupTable({
  baseline: 'absent as long as it had been known',
  lasts: 'announced in this way for an hour',
  given_up: 'the learned site no longer exists',
  not_returned: 'not announced any more',
  removed: 'removed',
  replaced: 'its instance was replaced',
})

/**
 * Returns the reason why an event ended without a recovery, for example `absent as long as it had been known`; null =
 * the event is ongoing, it ended with a recovery, or there is no event.
 * @source docs/rules/events.md
 */
export function formatEndWithoutRecovery(
  event: (Pick<DetectedEvent, 'kind'> & { flags: readonly string[] }) | null,
): string | null {
  const reason = event?.flags.map((flag) => NOT_BACK[flag]).find((words) => words !== undefined)
  // A change of the best path loses nothing. Such an event ends when the new paths have carried the traffic for a day.
  if (reason && event?.kind === 'best_path_shift') return 'the new paths are usual by now'
  return reason ?? null
}
