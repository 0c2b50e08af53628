import { getSampleBounds, createSampleEvidence } from '../../../model/create-event.ts'
import { type CircuitPath, circuitPaths, type Evidence, type Severity } from '#lib/contract/index.ts'
import { computeEarliestBeginBounds } from '../../../model/event-key.ts'
import { trafficDirections } from '../../../model/traffic-baseline.ts'
import { updateEventByCondition } from '../../../model/event-condition.ts'
import { type DetectionContext, findOpenEvent, ensureResourceState } from '../../../model/context.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import { findTrafficState } from '../../facts/traffic/traffic-state.ts'
import { type CircuitNode, getCountedPartForBandwidth, type CircuitPeeringNode } from '../../../model/topology.ts'
import { getUsableMeterFact } from '../../facts/traffic/path-traffic.ts'

/**
 * Raises bandwidth_high for a path whose traffic nearly fills its bandwidth in at least one direction. Each direction
 * has the full bandwidth.
 */
export function detectHighBandwidth(
  context: DetectionContext,
  circuit: CircuitNode,
  { name }: CircuitPeeringNode,
  path: CircuitPath,
): LiveEvent | null {
  const subject = `${name}/${path}`
  const open = findOpenEvent(context, 'bandwidth_high', circuit.scope, subject)
  const fact = getUsableMeterFact(context, circuit, path, getCountedPartForBandwidth(circuit))
  if (!fact) return open
  const loaded = trafficDirections.filter((direction) => fact[direction].load !== 'clear')
  if (!open && loaded.length === 0) return null
  const own = loaded.length > 0 ? loaded : trafficDirections
  const since = own.flatMap((direction) => fact[direction].loadSince ?? [])
  const isFull = loaded.some((direction) => fact[direction].load === 'major')
  const isDropping = loaded.some((direction) => fact[direction].isDropping)
  const at =
    findTrafficState(ensureResourceState(context, circuit.scope), getCountedPartForBandwidth(circuit))?.at ??
    context.mark.finishedAt
  return updateEventByCondition(context, {
    kind: 'bandwidth_high',
    scope: circuit.scope,
    subject,
    holds: loaded.length > 0,
    since: since.length > 0 ? computeEarliestBeginBounds(since) : getSampleBounds(context.mark),
    severity: severityOf(isFull, isDropping),
    flags: [...loaded, ...(isDropping ? ['dropping'] : [])],
    evidence: loaded.map((direction): Evidence => {
      const after = `${fact[direction].bps} of ${circuit.bandwidthBps} bit/s ${direction}`
      return createSampleEvidence('bitsPerSecond', after, { earliest: at, latest: at })
    }),
  })
}

/** Returns the severity of a high load, which is higher if bits are dropped. */
function severityOf(isFull: boolean, isDropping: boolean): Severity {
  if (isFull) return isDropping ? 'critical' : 'major'
  return isDropping ? 'minor' : 'warning'
}

/**
 * Raises n1_capacity_risk if the traffic of both paths together does not fit on one path, so that traffic would be lost
 * if one path failed.
 */
export function detectCapacityRisk(
  context: DetectionContext,
  circuit: CircuitNode,
  { name, customers }: CircuitPeeringNode,
): LiveEvent | null {
  const { settings, mark } = context
  const { bandwidthBps, scope } = circuit
  const busiest = findTrafficState(ensureResourceState(context, scope), getCountedPartForBandwidth(circuit))?.fact
    ?.busiest
  const isPair = circuitPaths.every((path) => customers[path] !== null)
  if (!busiest || bandwidthBps === null || !isPair) return null
  const rates = trafficDirections.flatMap((direction) => busiest[direction] ?? [])
  const open = findOpenEvent(context, 'n1_capacity_risk', scope, name)
  const share = Math.max(...rates, 0) / bandwidthBps
  const holds = share > settings[open ? 'capacity.n1.clear' : 'capacity.n1']
  return updateEventByCondition(context, {
    kind: 'n1_capacity_risk',
    scope,
    subject: name,
    holds: rates.length === 0 ? null : holds,
    since: { earliest: mark.previousOkAt ?? mark.startedAt, latest: mark.finishedAt },
    severity: 'minor',
    // the event is about the traffic of the last month, so it is raised even at the first poll
    atFirstSight: true,
    evidence: trafficDirections.map((direction): Evidence => {
      const after = `${busiest[direction]} of ${bandwidthBps} bit/s`
      const field = `95th percentile ${direction}, both paths`
      return createSampleEvidence(field, after, null)
    }),
  })
}
