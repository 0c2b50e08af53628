import { copyPlainJson } from './plain-json.ts'
import type { GroupState, LiveEvent } from './scope-state.ts'

/**
 * Returns a copy of a group's state that shares no mutable data with the original. Events are shared, because they are
 * replaced by later versions and never changed. This saves time, because most of the state consists of events and few
 * of them change in a poll.
 */
export function copyGroupState(state: GroupState): GroupState {
  const draft: GroupState = {}
  for (const [scope, { live, ...rest }] of Object.entries(state)) {
    const lives: Record<string, LiveEvent> = {}
    for (const [key, { event, ...waits }] of Object.entries(live)) lives[key] = { ...copyPlainJson(waits), event }
    draft[scope] = { ...copyPlainJson(rest), live: lives }
  }
  return draft
}
