import type { DetectedEvent, EventKind, PollMark } from '#lib/contract/index.ts'
import type { DetectionSettings } from '../settings.ts'
import { type EstateState, emptyScope, type LiveEvent, type ScopeState } from './state.ts'
import type { Topology } from './topology.ts'

/** A group while one poll is folded into it: a draft that belongs to this fold alone. */
export interface Estate {
  topology: Topology
  scopes: EstateState
  mark: PollMark
  /** how often the polled source is meant to be polled */
  everyMs: number
  settings: DetectionSettings
}

export function scopeOf(estate: Estate, scope: string): ScopeState {
  return (estate.scopes[scope] ??= emptyScope())
}

export const isOpen = ({ event }: LiveEvent) => event.ended === null

export function liveEvents(estate: Estate): LiveEvent[] {
  return Object.values(estate.scopes).flatMap(({ live }) => Object.values(live))
}

export function openEvent(estate: Estate, kind: EventKind, scope: string, subject: string): LiveEvent | null {
  const found = Object.values(scopeOf(estate, scope).live).find(
    (live) => isOpen(live) && live.event.kind === kind && live.event.subject === subject,
  )
  return found ?? null
}

export function put(
  estate: Estate,
  event: DetectedEvent,
  more: Omit<LiveEvent, 'event'> = { confirm: null },
): LiveEvent {
  const live: LiveEvent = { ...more, event }
  scopeOf(estate, event.scope).live[event.key] = live
  return live
}

const ranks = { critical: 4, major: 3, minor: 2, warning: 1, info: 0 } as const
export const rankOf = (severity: DetectedEvent['severity']) => ranks[severity]

/** The proving poll's source, as confirmations name it. */
export const sourceOf = ({ sourceId, kind }: { sourceId: number; kind: string }) => `${sourceId} ${kind}`

export const isGood = ({ outcome, silentInstances }: PollMark) =>
  outcome === 'ok' || (outcome === 'incomplete' && silentInstances.length > 0)
