import type { Bounds, DetectedEvent, EpochMs, EventKind, PollMark } from '#lib/contract/index.ts'
import type { RouterEnd } from './router-end.ts'
import type { DetectionSettings } from './settings.ts'
import { emptyScope, type GroupState, type LiveEvent, type ScopeState } from './scope-state.ts'
import type { Topology } from './topology.ts'

/** A group while one poll is folded into it: a draft that belongs to this fold alone. */
export interface FoldContext {
  topology: Topology
  scopes: GroupState
  mark: PollMark
  /** how often the polled source is meant to be polled */
  everyMs: number
  settings: DetectionSettings
  /** absent = not read, and nothing is known to be fresh */
  lastGoodPolls?: LastGoodPolls
  /** absent = the group is all that is asked for */
  otherGroups?: OtherGroups
  /** when the polled path reaches its limit of prefixes, where that was asked for; null = it is not growing */
  runsOut?: { between: Bounds | null }
  /** scale units by gateway of which an instance is silent; absent = not read */
  units?: Readonly<Record<string, readonly { at: EpochMs; units: number }[]>>
  /** the customer's end of sessions of the group, where routers report; absent = not asked, or none does */
  routerEnds?: readonly RouterEnd[]
}

/** By `scope subresource kind`: when each source was read with success last; one without an entry never was, or is not of the group. */
export type LastGoodPolls = Readonly<Record<string, LastGoodPoll>>

interface LastGoodPoll {
  /** begin of the last poll that was good as a whole; null = there was none */
  at: EpochMs | null
  /** begin of the last poll that read rows, be it without those of some instances */
  readAt: EpochMs
  /** how often it is really polled */
  everyMs: number
}

/** Circuits and gateways of other groups, as they were last saved: read where all of the estate is asked for, and never written. */
export interface OtherGroups {
  topology: Pick<Topology, 'circuits' | 'gateways'>
  scopes: GroupState
}

/** What is about all circuits, over every group, is kept under this name. */
export { WHOLE_ESTATE } from '#lib/contract/index.ts'

/** What is remembered of a scope; it is made when nothing is yet. */
export function scopeOf(context: FoldContext, scope: string): ScopeState {
  return (context.scopes[scope] ??= emptyScope())
}

export const isOpen = ({ event }: LiveEvent) => event.ended === null

/** Every event that is still checked, in all scopes: open, or over and still waiting for evidence. */
export function liveEvents(context: FoldContext): LiveEvent[] {
  return Object.values(context.scopes).flatMap(({ live }) => Object.values(live))
}

export function openEvent(context: FoldContext, kind: EventKind, scope: string, subject: string): LiveEvent | null {
  const { live } = scopeOf(context, scope)
  for (const key in live) {
    const one = live[key]
    if (one && one.event.kind === kind && one.event.subject === subject && isOpen(one)) return one
  }
  return null
}

/** Writes an event in its scope, in the place of an earlier version of the same key. */
export function put(
  context: FoldContext,
  event: DetectedEvent,
  more: Omit<LiveEvent, 'event'> = { confirm: null },
): LiveEvent {
  const live: LiveEvent = { ...more, event }
  scopeOf(context, event.scope).live[event.key] = live
  return live
}

const ranks = { critical: 4, major: 3, minor: 2, warning: 1, info: 0 } as const
/** The graver, the higher. */
export const rankOf = (severity: DetectedEvent['severity']) => ranks[severity]

/** The proving poll's source, as confirmations name it. */
export const sourceOf = ({ sourceId, kind }: { sourceId: number; kind: string }) => `${sourceId} ${kind}`

/** Whether a poll read rows that count: all of them, or all but those of the instances that it names as silent. */
export const isGood = ({ outcome, silentInstances }: PollMark) =>
  outcome === 'ok' || (outcome === 'incomplete' && silentInstances.length > 0)
