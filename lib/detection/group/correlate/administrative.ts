import type { DetectedEvent, EventKind, Severity } from '#lib/contract/index.ts'
import { SESSION_FALL_KINDS } from '../../model/subject.ts'
import { MIN_NAMED_CONFIDENCE } from './causes/create-cause.ts'
import { canExplainByTime } from './carrying-resource.ts'
import { hasOnlyReleasedNeighbors, REMOVAL_UNDONE_FLAG } from '../facts/neighbor-claims.ts'
import { type DetectionContext, isEventOpen, listLiveEvents, getSeverityRank } from '../../model/context.ts'
import { findEarliestRecheck, type DetectionRecheckTime } from '../../model/recheck.ts'
import type { LiveEvent, ResourceState } from '../../model/scope-state.ts'

/**
 * Flag of an event that follows from a deliberate change by an authorized person. Its severity is lowered, because it
 * is not a fault.
 */
export const ADMINISTRATIVE_FLAG = 'administrative'

const acts: ReadonlySet<EventKind> = new Set<EventKind>(['peering_disabled', 'resource_removed'])
const consequences: ReadonlySet<EventKind> = new Set<EventKind>(['failover', 'site_state_changed'])

/**
 * Sets the severity of events that follow from deliberate acts, for example from disabling a peering, because they are
 * not faults. Events that are a part or a consequence of an act become at most minor. Events about fallen sessions of a
 * standby gateway become at most info. If the Activity Log still has no entry for an act when the time of the setting
 * `config.noEntry` has passed, the event of the act becomes major (docs/rules/detection.md 3.1).
 */
export function adjustDeliberateChangeSeverities(context: DetectionContext): void {
  const lives = listLiveEvents(context)
  const done = lives.filter(({ event }) => acts.has(event.kind) && !event.flags.includes(REMOVAL_UNDONE_FLAG))
  for (const act of done) {
    if (isOverdue(context, act) && getSeverityRank(act.event.severity) < getSeverityRank('major'))
      act.event = { ...act.event, severity: 'major' }
  }
  const asked = done.filter(({ event }) => event.severity === 'info')
  const keys = new Set(asked.map(({ event }) => event.key))
  const byKey = new Map(lives.map(({ event }) => [event.key, event]))
  for (const live of lives) {
    if (isOnStandby(context, live)) lower(live, 'info')
    else if (isPartOfAny(live.event, keys, byKey)) lower(live, 'minor')
    else if (!consequences.has(live.event.kind)) continue
    else if (asked.some((act) => followsFrom(context, live, act)) || hasOnlyReleasedNeighbors(context, live))
      lower(live, 'minor')
  }
}

function lower(live: LiveEvent, to: Severity): void {
  const severity = getSeverityRank(live.event.severity) > getSeverityRank(to) ? to : live.event.severity
  live.event = { ...live.event, severity, flags: [...new Set([...live.event.flags, ADMINISTRATIVE_FLAG])] }
}

/**
 * Reports whether an event is about a fallen session of a gateway on standby. Such a gateway is not expected to have
 * sessions.
 */
function isOnStandby({ topology }: DetectionContext, { event }: LiveEvent): boolean {
  return (
    SESSION_FALL_KINDS.has(event.kind) &&
    topology.gateways.some(({ scope, isStandby }) => scope === event.scope && isStandby)
  )
}

/**
 * Reports whether an event is a part of one of these deliberate acts (for example of a disabled peering), or a part of
 * such a part. A `no_path` event never counts as a part, because a site without any path is serious whatever the
 * reason.
 * @param keys keys of the events of the acts
 */
function isPartOfAny(
  { kind, partOf }: DetectedEvent,
  keys: ReadonlySet<string>,
  byKey: ReadonlyMap<string, DetectedEvent>,
): boolean {
  if (kind === 'no_path') return false
  let at = partOf
  for (let steps = 0; at && steps < byKey.size; steps++) {
    if (keys.has(at)) return true
    at = byKey.get(at)?.partOf ?? null
  }
  return false
}

const followsFrom = (context: DetectionContext, { event }: LiveEvent, { event: act }: LiveEvent): boolean =>
  act.scope === event.scope && canExplainByTime(context, act, event)

/**
 * Reports whether the Activity Log contains an entry that explains a deliberate act. An entry about another resource of
 * the same resource group is not sufficient.
 */
const isLogged = ({ event }: LiveEvent) =>
  event.causes.some(
    ({ class: name, confidence }) => name === 'configuration_change' && confidence >= MIN_NAMED_CONFIDENCE,
  )

function isOverdue({ mark, settings }: DetectionContext, act: LiveEvent): boolean {
  return !isLogged(act) && mark.finishedAt - act.event.detectedAt >= settings['config.noEntry']
}

/**
 * Returns the time at which a deliberate act becomes major because the Activity Log has no entry for it; null if no act
 * is waiting for an entry.
 */
export function findDeliberateChangeRecheckTime(
  context: DetectionContext,
  { live }: ResourceState,
): DetectionRecheckTime {
  return findEarliestRecheck(Object.values(live).map((one) => overdueFrom(context, one)))
}

function overdueFrom({ settings }: DetectionContext, live: LiveEvent): DetectionRecheckTime {
  const { event } = live
  const isPending =
    acts.has(event.kind) &&
    !event.flags.includes(REMOVAL_UNDONE_FLAG) &&
    event.severity === 'info' &&
    (isEventOpen(live) || event.kind === 'resource_removed') &&
    !isLogged(live)
  return isPending ? event.detectedAt + settings['config.noEntry'] : null
}
