import {
  type CircuitPath,
  circuitPaths,
  type DetectedEvent,
  eventKindRecords,
  isExpectedByMaintenance,
  MAINTENANCE_FLAG,
  MAINTENANCE_OVERRUN_FLAG,
  parsePathSubject,
} from '#lib/contract/index.ts'
import { parseSubjectNeighbor } from '../../model/subject.ts'
import { type DetectionContext, isEventOpen, listLiveEvents } from '../../model/context.ts'
import { getRecheckTimeIfNeeded, type DetectionRecheckTime } from '../../model/recheck.ts'
import type { LiveEvent, ResourceState } from '../../model/scope-state.ts'
import { type MaintenanceWindow, findPathOfCustomerAddress } from '../../model/topology.ts'
import { isMaintenanceFlag } from '../facts/apply-events.ts'

/**
 * Sets the flag `maintenance:<id>` on events that began inside a maintenance window and that the maintenance explains.
 * For open events the flag is determined at each evaluation, because a window that was cancelled or has ended must no
 * longer suppress their notifications. For ended events the flag is determined only when the event is detected.
 */
export function flagMaintenanceEvents(context: DetectionContext): void {
  for (const live of listLiveEvents(context)) {
    const isNew = live.event.detectedAt === context.mark.finishedAt
    if (!isEventOpen(live) && !isNew) continue
    const own = live.event.flags.filter((flag) => !isMaintenanceFlag(flag))
    const flags = [...own, ...maintenanceFlags(context, live)]
    if (flags.join() !== live.event.flags.join()) live.event = { ...live.event, flags }
  }
}

/**
 * Returns the next poll as the time of the next evaluation while maintenance explains an open event, because no poll
 * reports that the window was cancelled or has passed its planned end.
 */
export function findMaintenanceRecheckTime({ live }: ResourceState): DetectionRecheckTime {
  return getRecheckTimeIfNeeded(
    Object.values(live).some((one) => isEventOpen(one) && isExpectedByMaintenance(one.event)),
  )
}

function maintenanceFlags(context: DetectionContext, live: LiveEvent): string[] {
  if (eventKindRecords[live.event.kind].maintenance !== 'expected') return []
  const { topology, mark, settings } = context
  return topology.maintenance
    .filter((window) => beganIn(window, live.event) && isAbout(context, window, live))
    .map(({ id, to }) => {
      const isOverrun = isEventOpen(live) && mark.finishedAt > to + settings['maintenance.grace']
      return `${isOverrun ? MAINTENANCE_OVERRUN_FLAG : MAINTENANCE_FLAG}${id}`
    })
}

/**
 * Reports whether an event may have begun while the window was open. The bounds of its start need only overlap the
 * window.
 */
function beganIn({ from, to }: MaintenanceWindow, { started }: DetectedEvent): boolean {
  return started.latest >= from && started.earliest <= to
}

/**
 * Reports whether a maintenance window covers an event. A window without resources covers all resources. Otherwise the
 * window must name the event's resource, or all circuits on which the event depends. If the window names paths, the
 * event must depend only on these paths.
 */
function isAbout(context: DetectionContext, window: MaintenanceWindow, live: LiveEvent): boolean {
  const hangsOn = pathsOf(context, live)
  const isNamed = window.scopes.length === 0 || window.scopes.includes(live.event.scope)
  const isCarried = hangsOn.length > 0 && hangsOn.every(({ circuit }) => window.scopes.includes(circuit))
  const isOnPaths =
    window.paths.length === 0 || (hangsOn.length > 0 && hangsOn.every(({ path }) => window.paths.includes(path)))
  return (isNamed || isCarried) && isOnPaths
}

interface CircuitPathRef {
  circuit: string
  path: CircuitPath
}

/** Returns the circuit paths that an event is about; empty if they are unknown. */
function pathsOf(context: DetectionContext, live: LiveEvent): CircuitPathRef[] {
  const { scope, subject, kind } = live.event
  const { circuits, mappings } = context.topology
  const neighbors = neighborsOf(live)
  const circuit = circuits.find((known) => known.scope === scope)
  if (circuit && neighbors === null) {
    const named = circuitPaths.filter(
      (path) =>
        parsePathSubject(subject).path === path ||
        circuit.peerings.some((one) => findPathOfCustomerAddress(one, parseSubjectNeighbor(subject)) === path),
    )
    const paths = named.length > 0 ? named : kind.startsWith('redundancy_') ? failedPaths(context, live.event) : []
    return paths.map((path) => ({ circuit: scope, path }))
  }
  const peers = neighbors ?? [parseSubjectNeighbor(subject)]
  // The routes of a site may have been lost on a circuit other than that of the event.
  const isAnywhere = kind === 'n1_stranding'
  const found = peers.map((peer) =>
    mappings.find(
      ({ gateway, neighbor, circuit: id }) => neighbor === peer && (isAnywhere || gateway === scope || id === scope),
    ),
  )
  return found.every((mapping) => mapping !== undefined) ? found : []
}

/** Returns the neighbors that no longer carry the routes of an event; null if the event is not about routes. */
function neighborsOf({ peersBefore, peersAfter = [] }: LiveEvent): string[] | null {
  if (!peersBefore) return null
  const lost = peersBefore.filter((peer) => !peersAfter.includes(peer))
  return lost.length > 0 ? lost : peersBefore
}

/** Returns the paths whose failure removed the redundancy of a peering, or whose return restored it. */
function failedPaths(context: DetectionContext, { scope, subject, started }: DetectedEvent): CircuitPath[] {
  const slack = context.settings['burst.slack']
  const falls = listLiveEvents(context).filter(({ event }) => {
    const isNear =
      event.started.earliest <= started.latest + slack &&
      (event.ended?.latest ?? started.earliest) >= started.earliest - slack
    return event.scope === scope && (event.kind === 'path_down' || event.kind === 'green_but_dead') && isNear
  })
  return circuitPaths.filter((path) => falls.some(({ event }) => event.subject === `${subject}/${path}`))
}
