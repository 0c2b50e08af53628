import type { DetectedEvent, EventKind } from '#lib/contract/index.ts'
import { type DetectionContext, listLiveEvents } from '../../model/context.ts'
import type { LiveEvent } from '../../model/scope-state.ts'
import { hasEndedBefore } from '../facts/hold-time.ts'
import { findCausingRemoval } from '../facts/neighbor-claims.ts'
import { canExplainByTime, canBeSymptomOfCarryingResource } from './carrying-resource.ts'
import { parentEventRules } from './parent-rules.ts'

/**
 * Makes events that follow from a larger event parts of that event, by setting `partOf` (docs/rules/detection.md 3.1,
 * "Merge rules"). Each evaluation searches a parent for the events that have none. A parent that was found is kept.
 */
export function assignParentEvents(context: DetectionContext): void {
  const lives = listLiveEvents(context)
  const byKind = Map.groupBy(lives, ({ event }) => event.kind)
  const flapping = byKind.get(FLAPPING) ?? []
  for (const live of lives) {
    // An outage explains the fall of a session better than a session_flapping event does. Therefore a parent of the
    // kind session_flapping may still be replaced.
    if (live.event.partOf && !flapping.some(({ event }) => event.key === live.event.partOf)) continue
    const removal = canBeSymptomOfCarryingResource(live)
      ? (findCausingRemoval(context, live) ?? actEnded(lives, live))
      : null
    if (removal !== null) {
      live.event = { ...live.event, partOf: removal }
      continue
    }
    const parent = findParentByRules(context, live, lives, byKind)
    if (parent !== null) live.event = { ...live.event, partOf: parent }
  }
  for (const live of flapping) foldFlapping(context, live, lives)
}

/**
 * Returns the key of the event of which an event is a part, by the rules; null = there is none. A parent that had ended
 * before the event began is used only if no later rule finds a parent that was ongoing, because an event may begin
 * shortly after the end of its reason.
 */
function findParentByRules(
  context: DetectionContext,
  live: LiveEvent,
  lives: readonly LiveEvent[],
  byKind: ReadonlyMap<EventKind, readonly LiveEvent[]>,
): string | null {
  let former: string | null = null
  for (const rule of parentEventRules) {
    if (!rule.children.includes(live.event.kind)) continue
    const leadMs = rule.lead ? context.settings[rule.lead] : 0
    const parents = (byKind.get(rule.parent) ?? []).filter(
      (candidate) =>
        candidate !== live &&
        canExplainByTime(context, candidate.event, live.event, leadMs) &&
        rule.problems(context, candidate, live),
    )
    const parent = nearest(parents, live.event)
    if (!parent || leadsTo(lives, parent.event, live.event.key)) continue
    if (!hasEndedBefore(parent.event, live.event)) return parent.event.key
    former ??= parent.event.key
  }
  return former
}

const FLAPPING: EventKind = 'session_flapping'

/**
 * Makes the flapping event of a session a part of the event that explains the latest fall of the session
 * (docs/rules/detection.md 3.1). Falls of the session that no other event explains are counted. If there are enough of
 * them for flapping, the flapping event stays independent.
 */
function foldFlapping({ settings }: DetectionContext, flapping: LiveEvent, lives: readonly LiveEvent[]): void {
  const { key, scope, subject } = flapping.event
  const falls = lives.filter(
    ({ event }) =>
      (event.kind === 'session_down' || event.kind === 'session_flap') &&
      event.scope === scope &&
      event.subject === subject,
  )
  const alone = falls.filter(({ event }) => !event.partOf || event.partOf === key)
  const latest = falls
    .filter((fall) => !alone.includes(fall))
    .toSorted((a, b) => b.event.started.latest - a.event.started.latest)[0]
  if (latest && alone.length < settings['session.flapping'])
    flapping.event = { ...flapping.event, partOf: latest.event.partOf }
  if (!flapping.event.partOf) return
  for (const fall of alone) if (fall.event.partOf === key) fall.event = { ...fall.event, partOf: null }
}

/**
 * Returns the key of a `resource_removed` event as the parent of a `session_up` event, if the fall that this
 * `session_up` ends was a part of that removal; otherwise null.
 */
function actEnded(lives: readonly LiveEvent[], { event: { kind, scope, subject, started } }: LiveEvent): string | null {
  if (kind !== 'session_up') return null
  const fall = lives.find(
    ({ event }) =>
      event.kind === 'session_down' &&
      event.scope === scope &&
      event.subject === subject &&
      event.ended?.latest === started.latest,
  )
  const whole = lives.find(({ event }) => event.key === fall?.event.partOf)
  return whole?.event.kind === 'resource_removed' ? whole.event.key : null
}

/**
 * Returns the parent that was ongoing when the child began or, if there is none, the parent that is closest in time. So
 * the parent of a new fall is not the cause of an earlier fall.
 */
function nearest(parents: readonly LiveEvent[], { started }: DetectedEvent): LiveEvent | undefined {
  const apartMs = ({ event }: LiveEvent) => {
    const until = event.ended?.latest ?? Number.POSITIVE_INFINITY
    return Math.max(0, event.started.earliest - started.latest, started.earliest - until)
  }
  return parents.toSorted((a, b) => apartMs(a) - apartMs(b))[0]
}

function leadsTo(lives: readonly LiveEvent[], from: DetectedEvent, key: string): boolean {
  let at: DetectedEvent | undefined = from
  for (let steps = 0; at && steps < lives.length; steps++) {
    if (at.key === key) return true
    const next: string | null | undefined = at.partOf
    at = next ? lives.find(({ event }) => event.key === next)?.event : undefined
  }
  return false
}
