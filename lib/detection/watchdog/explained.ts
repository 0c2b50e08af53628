import { type Bounds, type EpochMs, type EventKind, FOLLOWS_FAULT, type Outcome } from '#lib/contract/index.ts'
import type { FoldContext } from '../model/context.ts'
import type { LiveEvent } from '../model/scope-state.ts'
import type { PolledTarget } from './facts.ts'

/** Kinds of network faults during which a resource may stop answering. */
export const silencingKinds: readonly EventKind[] = ['circuit_down', 'gateway_isolated']

/** A fault of the network that is ongoing, or that is over and caused missing answers. */
export interface NetworkFault {
  /** key of the fault's event */
  key: string
  /** the circuit or gateway that is lost */
  scope: string
  /** key of the fault's incident; null = no incident yet */
  incident: string | null
  ended: Bounds | null
}

/**
 * Outcomes of polls that a lost resource can cause. A refusal or a throttled request is an answer of a working service.
 */
const outOfReach: ReadonlySet<Outcome | null> = new Set(['unavailable', 'timeout'])

/**
 * Returns the fault of the network that explains why many polls fail: nearly all of them poll resources that this
 * fault, or other open faults, have lost (docs/rules/detection.md 7: the share that a root must explain).
 * @param failing targets that fail for one reason
 */
export function faultBehind(
  { settings }: Pick<FoldContext, 'settings'>,
  faults: readonly NetworkFault[],
  failing: readonly PolledTarget[],
): NetworkFault | null {
  if (failing.some(({ lastOutcome }) => !outOfReach.has(lastOutcome))) return null
  const asked = Map.groupBy(failing, ({ scope }) => scope)
  const open = faults.filter(({ ended }) => ended === null)
  const explained = new Set(open.map(({ scope }) => scope))
  const ofLost = failing.filter(({ scope }) => explained.has(scope))
  if (failing.length === 0 || ofLost.length / failing.length < settings['incident.explains']) return null
  const silences = ({ scope }: NetworkFault) => asked.get(scope)?.length ?? 0
  const [most = null] = open.toSorted((a, b) => silences(b) - silences(a) || (a.key < b.key ? -1 : 1))
  return most
}

/**
 * Reports whether a fault ended too long ago to return while its resources still do not answer. The missing answers
 * then have another reason and are reported separately.
 */
export function hasOutlived(
  { settings, mark }: FoldContext,
  { event }: LiveEvent,
  faults: readonly NetworkFault[],
): boolean {
  if (!event.flags.includes(FOLLOWS_FAULT)) return false
  const fault = faults.find(({ key }) => key === event.partOf)
  return !fault || (fault.ended !== null && mark.finishedAt - fault.ended.latest > settings['incident.reopen'])
}

/**
 * Makes a degraded collector a part of the fault that explains it. An incident that it opened before the fault was
 * proven becomes empty and is closed, so that one fault does not notify twice.
 */
export function followFault(context: FoldContext, live: LiveEvent, fault: NetworkFault, now: EpochMs): void {
  const { event } = live
  if (event.partOf) return
  leaveIncidents(context, event.key, now)
  const flags = [...event.flags, FOLLOWS_FAULT]
  live.event = { ...event, flags, partOf: fault.key, incident: fault.incident ?? event.incident ?? null }
}

function leaveIncidents({ scopes }: FoldContext, key: string, now: EpochMs): void {
  for (const incident of Object.values(scopes).flatMap(({ incidents }) => incidents)) {
    if (!incident.members.includes(key)) continue
    incident.members = incident.members.filter((member) => member !== key)
    if (incident.members.length > 0 || incident.closedAt !== null) continue
    incident.ended = { earliest: incident.started.earliest, latest: now }
    incident.closedAt = now
  }
}
