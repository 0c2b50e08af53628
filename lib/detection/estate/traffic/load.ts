import { type CircuitPath, circuitPaths, type Evidence, type Severity } from '#lib/contract/index.ts'
import { sinceAny } from '../../event-key.ts'
import { trafficDirections } from '../../fold/index.ts'
import { reconcile } from '../condition.ts'
import { type Estate, openEvent, scopeOf } from '../estate.ts'
import type { LiveEvent } from '../state.ts'
import type { CircuitNode, PeeringNode } from '../topology.ts'
import { meterOf } from './path-traffic.ts'

/** A path that is nearly full in one direction or in both: each has the whole bandwidth for itself. */
export function bandwidthHigh(
  estate: Estate,
  circuit: CircuitNode,
  { name }: PeeringNode,
  path: CircuitPath,
): LiveEvent | null {
  const subject = `${name}/${path}`
  const open = openEvent(estate, 'bandwidth_high', circuit.scope, subject)
  const fact = meterOf(estate, circuit.scope, path)
  if (!fact) return open
  const loaded = trafficDirections.filter((direction) => fact[direction].load !== 'clear')
  if (!open && loaded.length === 0) return null
  const own = loaded.length > 0 ? loaded : trafficDirections
  const since = own.flatMap((direction) => fact[direction].loadSince ?? [])
  const isFull = loaded.some((direction) => fact[direction].load === 'major')
  const isDropping = loaded.some((direction) => fact[direction].isDropping)
  const at = scopeOf(estate, circuit.scope).traffic?.at ?? estate.mark.finishedAt
  return reconcile(estate, {
    kind: 'bandwidth_high',
    scope: circuit.scope,
    subject,
    holds: loaded.length > 0,
    since: since.length > 0 ? sinceAny(since) : { earliest: estate.mark.startedAt, latest: estate.mark.finishedAt },
    severity: severityOf(isFull, isDropping),
    flags: [...loaded, ...(isDropping ? ['dropping'] : [])],
    evidence: loaded.map((direction): Evidence => {
      const after = `${fact[direction].bps} of ${circuit.bandwidthBps} bit/s ${direction}`
      return {
        field: 'bitsPerSecond',
        before: null,
        after,
        sampledBefore: null,
        sampledAfter: { earliest: at, latest: at },
      }
    }),
  })
}

/** Dropped bits raise it by one step. */
function severityOf(isFull: boolean, isDropping: boolean): Severity {
  if (isFull) return isDropping ? 'critical' : 'major'
  return isDropping ? 'minor' : 'warning'
}

/** What both paths carry together does not fit on one of them: twice the bandwidth is only there while both are. */
export function capacityRisk(estate: Estate, circuit: CircuitNode, { name, customers }: PeeringNode): LiveEvent | null {
  const { settings, mark } = estate
  const { bandwidthBps, scope } = circuit
  const busiest = scopeOf(estate, scope).traffic?.fact?.busiest
  const isPair = circuitPaths.every((path) => customers[path] !== null)
  if (!busiest || bandwidthBps === null || !isPair) return null
  const rates = trafficDirections.flatMap((direction) => busiest[direction] ?? [])
  const open = openEvent(estate, 'n1_capacity_risk', scope, name)
  const share = Math.max(...rates, 0) / bandwidthBps
  const holds = share > settings[open ? 'capacity.n1.clear' : 'capacity.n1']
  return reconcile(estate, {
    kind: 'n1_capacity_risk',
    scope,
    subject: name,
    holds: rates.length === 0 ? null : holds,
    since: { earliest: mark.previousOkAt ?? mark.startedAt, latest: mark.finishedAt },
    severity: 'minor',
    // a finding about the last month, whenever it is first looked at
    atFirstSight: true,
    evidence: trafficDirections.map((direction): Evidence => {
      const after = `${busiest[direction]} of ${bandwidthBps} bit/s`
      const field = `95th percentile ${direction}, both paths`
      return { field, before: null, after, sampledBefore: null, sampledAfter: null }
    }),
  })
}
