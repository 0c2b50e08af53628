import {
  type TimestampBounds,
  type EpochMs,
  type EventKind,
  FOLLOWS_NETWORK_FAULT_FLAG,
  type PollOutcome,
} from '#lib/contract/index.ts'
import type { DetectionContext } from '../model/context.ts'
import type { LiveEvent } from '../model/scope-state.ts'
import type { PolledTarget } from './polled-target.ts'

/** Kinds of network faults during which a resource may stop responding to polls. */
export const silencingFaultKinds: readonly EventKind[] = ['circuit_down', 'gateway_isolated']

/** Network fault that may explain failing polls. It is ongoing, or ended recently. */
export interface PollBlockingNetworkFault {
  /** key of the fault's event */
  key: string
  /** the circuit or gateway that is lost */
  scope: string
  /** key of the fault's incident; null = no incident yet */
  incident: string | null
  ended: TimestampBounds | null
}

/**
 * Outcomes of polls that can follow from the loss of a resource's network. Refused or throttled requests are not
 * included, because a working service responded to them.
 */
const outOfReach: ReadonlySet<PollOutcome | null> = new Set(['unavailable', 'timeout'])

/**
 * Returns the network fault that explains why many polls fail; null if no fault explains it. Nearly all failing polls
 * must be of resources that ongoing faults have cut off (for the share see docs/rules/detection.md 7). If there are
 * several faults, the fault that explains most of these polls is returned.
 * @param failing polled targets that fail for one reason
 */
export function findExplainingFault(
  { settings }: Pick<DetectionContext, 'settings'>,
  faults: readonly PollBlockingNetworkFault[],
  failing: readonly PolledTarget[],
): PollBlockingNetworkFault | null {
  if (failing.some(({ lastOutcome }) => !outOfReach.has(lastOutcome))) return null
  const asked = Map.groupBy(failing, ({ scope }) => scope)
  const open = faults.filter(({ ended }) => ended === null)
  const explained = new Set(open.map(({ scope }) => scope))
  const ofLost = failing.filter(({ scope }) => explained.has(scope))
  if (failing.length === 0 || ofLost.length / failing.length < settings['incident.explains']) return null
  const silences = ({ scope }: PollBlockingNetworkFault) => asked.get(scope)?.length ?? 0
  const [most = null] = open.toSorted((a, b) => silences(b) - silences(a) || (a.key < b.key ? -1 : 1))
  return most
}

/**
 * Reports whether the fault that explained an event ended long ago, while polls still fail. "Long ago" means longer
 * than the time in which an incident can be reopened. The polls then fail for another reason, which is reported
 * separately.
 */
export function hasFaultEndedLongAgo(
  { settings, mark }: DetectionContext,
  { event }: LiveEvent,
  faults: readonly PollBlockingNetworkFault[],
): boolean {
  if (!event.flags.includes(FOLLOWS_NETWORK_FAULT_FLAG)) return false
  const fault = faults.find(({ key }) => key === event.partOf)
  return !fault || (fault.ended !== null && mark.finishedAt - fault.ended.latest > settings['incident.reopen'])
}

/**
 * Makes a collector_degraded event (many polls fail) a part of the network fault that explains it. If the event had
 * already opened an incident, that incident becomes empty and is closed, so that one fault does not notify twice.
 */
export function attachToNetworkFault(
  context: DetectionContext,
  live: LiveEvent,
  fault: PollBlockingNetworkFault,
  now: EpochMs,
): void {
  const { event } = live
  if (event.partOf) return
  leaveIncidents(context, event.key, now)
  const flags = [...event.flags, FOLLOWS_NETWORK_FAULT_FLAG]
  live.event = { ...event, flags, partOf: fault.key, incident: fault.incident ?? event.incident ?? null }
}

function leaveIncidents({ scopes }: DetectionContext, key: string, now: EpochMs): void {
  for (const incident of Object.values(scopes).flatMap(({ incidents }) => incidents)) {
    if (!incident.members.includes(key)) continue
    incident.members = incident.members.filter((member) => member !== key)
    if (incident.members.length > 0 || incident.closedAt !== null) continue
    incident.ended = { earliest: incident.started.earliest, latest: now }
    incident.closedAt = now
  }
}
