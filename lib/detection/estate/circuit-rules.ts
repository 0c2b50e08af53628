import { type Bounds, circuitPaths, type Severity } from '#lib/contract/index.ts'
import { sinceAll, sinceAny } from '../event-key.ts'
import { prefixLimit } from '../headroom/index.ts'
import { type PathView, type PeeringView, peeringView } from './circuit-facts.ts'
import { LINK_LOST, reconcile } from './condition.ts'
import { pathEvidence } from './evidence.ts'
import { type Estate, liveEvents, openEvent, scopeOf } from './estate.ts'
import { headroom } from './headroom-rule.ts'
import type { LiveEvent } from './state.ts'
import type { CircuitNode, PeeringNode } from './topology.ts'

/** Paths and redundancy of every circuit: path_down, redundancy_lost and _restored, circuit_down, prefix limits. */
export function circuitRules(estate: Estate): LiveEvent[] {
  return estate.topology.circuits.flatMap((circuit) =>
    circuit.peerings.flatMap((peering) => {
      const view = peeringView(estate, circuit, peering)
      return [
        ...circuitPaths.map((path) => pathDown(estate, circuit, view.paths[path], view)),
        redundancyLost(estate, circuit, peering, view),
        circuitDown(estate, circuit, peering, view),
        limitExceeded(estate, circuit, peering, view),
        ...circuitPaths.flatMap((path) => headroom(estate, circuit, peering, view.paths[path])),
      ].flatMap((live) => live ?? [])
    }),
  )
}

function pathDown(estate: Estate, circuit: CircuitNode, path: PathView, view: PeeringView): LiveEvent | null {
  const { state, since, layer, part } = path
  const live = reconcile(estate, {
    kind: 'path_down',
    scope: circuit.scope,
    subject: part,
    holds: state === 'down' ? true : state === 'unknown' ? null : false,
    since,
    severity: view.redundancy === 'no_path' && !hasOther(estate, circuit) ? 'critical' : 'major',
    // two layers that agree need no second sample
    ...(layer === 'L2' && path.session?.level === 'down' ? { confirm: 1 } : {}),
    evidence: pathEvidence(path),
  })
  if (live && state === 'down' && !live.event.flags.includes(LINK_LOST)) {
    // ARP is read after the session: the layer and what speaks for it may be told later than the fall
    const flags = [...live.event.flags.filter((flag) => flag !== 'L3'), layer ?? 'L3']
    live.event = { ...live.event, flags, evidence: pathEvidence(path) }
  }
  return live
}

function redundancyLost(
  estate: Estate,
  circuit: CircuitNode,
  peering: PeeringNode,
  view: PeeringView,
): LiveEvent | null {
  const { primary, secondary } = view.paths
  const downs = [primary, secondary].filter(({ state }) => state === 'down' || state === 'degraded')
  const holds = holdsByRedundancy(view)
  return reconcile(estate, {
    kind: 'redundancy_lost',
    scope: circuit.scope,
    subject: peering.name,
    holds,
    since: holds ? firstOf(downs) : wellSince(estate, circuit, [primary, secondary]),
    severity: 'major',
    mayBegin: view.redundancy === 'reduced' && downs.length > 0,
    ...(view.redundancy === 'redundant' ? { paired: 'redundancy_restored' as const } : {}),
  })
}

/** Both paths are well since the later of their sessions came up; where only bytes or ARP had failed, since these are well. */
function wellSince(estate: Estate, { scope }: CircuitNode, paths: readonly PathView[]): Bounds {
  const lost = openEvent(estate, 'redundancy_lost', scope, paths[0]?.part.split('/')[0] ?? '')?.event.started
  const healed = paths.flatMap(({ traffic, arp }) => [traffic.movedAgain ?? [], arp?.since ?? []].flat())
  const after = healed.filter(({ latest }) => lost !== undefined && latest > lost.latest)
  const ups = paths.map(({ since }) => since)
  const isDeadOnly = lost !== undefined && ups.every(({ latest }) => latest < lost.earliest)
  return sinceAll(isDeadOnly ? [...ups, ...after] : ups)
}

function holdsByRedundancy({ redundancy }: PeeringView): boolean | null {
  if (redundancy === 'unknown') return null
  return redundancy === 'reduced' || redundancy === 'no_path'
}

function circuitDown(estate: Estate, circuit: CircuitNode, peering: PeeringNode, view: PeeringView): LiveEvent | null {
  const { primary, secondary } = view.paths
  const both = [primary, secondary]
  const configured = both.filter(({ state }) => state !== 'not_configured')
  const holds = view.redundancy === 'unknown' && view.atLeastPaths === 0 ? null : view.redundancy === 'no_path'
  const ups = both.filter(({ state }) => state === 'up' || state === 'degraded')
  const severity = severityOfLoss(estate, circuit)
  return reconcile(estate, {
    kind: 'circuit_down',
    scope: circuit.scope,
    subject: peering.name,
    holds,
    since: holds
      ? (view.lostToGateways ?? sinceAll(configured.map(({ since }) => since)))
      : ups.length > 0
        ? firstOf(ups)
        : sinceAll(both.map(({ since }) => since)),
    severity,
    flags: view.lostToGateways ? ['by_gateway_peers'] : [],
    // one path alone, the other never established, is single-homed: its loss is the circuit's all the same
    mayBegin: configured.length > 0,
  })
}

/** Held down by the MSEE for its number of prefixes, or lost right at the limit with layer 2 in order. */
function limitExceeded(
  estate: Estate,
  circuit: CircuitNode,
  peering: PeeringNode,
  view: PeeringView,
): LiveEvent | null {
  const { settings } = estate
  const limit = prefixLimit(peering.name, circuit.premium, settings)
  const held = circuitPaths
    .map((path) => view.paths[path])
    .filter(({ session, state, layer }) => {
      if (session?.downReason === 'prefixLimit') return true
      const near = limit !== null && (session?.lastPrefixes ?? 0) >= settings['headroom.exceeded'] * limit
      return state === 'down' && layer === 'L3' && near
    })
  const open = openEvent(estate, 'prefix_limit_exceeded', circuit.scope, peering.name)
  const up = circuitPaths.map((path) => view.paths[path]).filter(({ state }) => state === 'up')
  return reconcile(estate, {
    kind: 'prefix_limit_exceeded',
    scope: circuit.scope,
    subject: peering.name,
    holds: held.length > 0 ? true : open && up.length === 0 ? null : false,
    since: held.length > 0 ? firstOf(held) : up.length > 0 ? firstOf(up) : view.paths.primary.since,
    severity: 'critical',
    flags: held.some(({ session }) => session?.downReason === 'prefixLimit') ? [] : ['inferred'],
    evidence: held.flatMap(pathEvidence),
  })
}

/** Major where every prefix has another way, critical otherwise; a site without any path decides it (detection.md 3.1). */
function severityOfLoss(estate: Estate, circuit: CircuitNode): Severity {
  const stranded = liveEvents(estate).some(({ event }) => event.kind === 'no_path' && event.ended === null)
  return hasOther(estate, circuit) && !stranded ? 'major' : 'critical'
}

function hasOther(estate: Estate, circuit: CircuitNode): boolean {
  if (circuit.backedUp === false) return false
  const others = estate.topology.circuits.filter(({ scope }) => scope !== circuit.scope)
  return others.some(({ scope }) =>
    Object.values(scopeOf(estate, scope).sessions).some(({ part, level }) => part !== '' && level === 'up'),
  )
}

const firstOf = (paths: readonly PathView[]): Bounds => sinceAny(paths.map(({ since }) => since))
