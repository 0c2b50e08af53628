import { copyPlain } from './plain.ts'
import type { GroupState, LiveEvent } from './scope-state.ts'

/**
 * Returns a draft of a group that shares no mutable data with the original. Events are replaced by later versions and
 * never changed, so that they are shared; most of a group's state are events, and most of them are unchanged by a poll.
 */
export function draftOf(state: GroupState): GroupState {
  const draft: GroupState = {}
  for (const [scope, { live, ...rest }] of Object.entries(state)) {
    const lives: Record<string, LiveEvent> = {}
    for (const [key, { event, ...waits }] of Object.entries(live)) lives[key] = { ...copyPlain(waits), event }
    draft[scope] = { ...copyPlain(rest), live: lives }
  }
  return draft
}
