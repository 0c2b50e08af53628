import { type Bounds, type EpochMs, type EventKind, FOLLOWS_FAULT, type Outcome } from '#lib/contract/index.ts'
import type { FoldContext } from '../model/context.ts'
import type { LiveEvent } from '../model/scope-state.ts'
import type { PolledTarget } from './facts.ts'

/** Faults of the network with which a resource may stop to answer at all. */
export const silencingKinds: readonly EventKind[] = ['circuit_down', 'gateway_isolated']

/** A fault of the network: one that goes on, or that is over and silenced something. */
export interface NetworkFault {
  /** key of its event */
  key: string
  /** the circuit or gateway that is lost */
  scope: string
  /** key of its incident; null = it has none yet */
  incident: string | null
  ended: Bounds | null
}

/** What is out of reach may be so because it is lost; a refusal, or a throttled request, was made by something that works. */
const outOfReach: ReadonlySet<Outcome | null> = new Set(['unavailable', 'timeout'])

/**
 * The fault of the network that explains why so many polls fail: nearly all of them ask what it, and others of its incident, have
 * lost (docs/rules/detection.md 7: as much as a root must explain).
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

/** The fault could not come back any more, and its silence goes on: that has another reason, and is reported by itself. */
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
 * Makes a degraded collector a part of the fault that explains it. An incident that it had opened before, because the fault was
 * proved later, is left empty and closed: nobody is notified of one element twice.
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
