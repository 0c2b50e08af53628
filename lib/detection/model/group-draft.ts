import { copyPlain } from './plain.ts'
import type { GroupState, LiveEvent } from './scope-state.ts'

/**
 * A draft of a group to fold into: it shares nothing that a fold writes into with what it is a draft of. An event is replaced by its later
 * version and never written into, so it is shared; most of what is remembered of a group are events, and most of them stay as they are.
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
