/**
 * The true losses of an estate, derived only from the simulator: prefixes that have no path, and prefixes that have
 * only their last path although they had more. Statements of the product are compared with them.
 */
import type { EpochMs } from '#lib/contract/index.ts'
import { findHubCircuit, findHubGateway, inboundHubRoutes } from '../simulator/hub-routes.ts'
import { listEffectChangeTimes, type SimulatedWorld } from '../simulator/index.ts'
import { listRoutesLearnedBySession } from '../simulator/rib.ts'

/** A path over which a network truly reaches a prefix. */
interface TruePath {
  /** the edge of a circuit, the VPN device, or the connection of a hub */
  name: string
  /** names of the circuit or VPN connection, and of the gateway */
  on: readonly string[]
}

export interface TrueLoss {
  prefix: string
  /** `cut` = the prefix has no path; `last` = the prefix has one path, although it had more */
  kind: 'cut' | 'last'
  /** begin of the loss */
  since: EpochMs
  /** names of the circuits, VPN connections and gateways of the lost paths */
  on: ReadonlySet<string>
}

/** Returns the working paths of each prefix, by network and prefix. A path that loses all packets does not work. */
function pathsAt(world: SimulatedWorld, at: EpochMs): Map<string, Map<string, TruePath>> {
  const found = new Map<string, Map<string, TruePath>>()
  const add = (network: string, prefix: string, path: TruePath) => {
    const key = `${network} ${prefix}`
    found.set(key, (found.get(key) ?? new Map<string, TruePath>()).set(path.name, path))
  }
  for (const domain of world.topology.domains) {
    const state = world.state(domain, at)
    for (const peer of domain.peers) {
      if (peer.role === 'internal' || !peer.source) continue
      const isDead = state.lost(peer.source, 'in') === 1 || state.lost(peer.source, 'out') === 1
      if (isDead) continue
      const on = [peer.connection?.circuit ?? peer.connection?.name ?? '', peer.gateway.name]
      for (const { prefix } of listRoutesLearnedBySession(state, peer).routes)
        add(peer.gateway.vnet, prefix.text, { name: peer.source, on })
    }
    for (const hub of world.scenario.hubs)
      if (domain.circuits.some(({ name }) => hub.expressRoute?.connections.some(({ circuit }) => circuit === name)))
        for (const { prefix, hop, connection } of inboundHubRoutes(state, hub)) {
          if (hop === 'network') continue
          const circuit = findHubCircuit(hub, connection)
          const gateway = findHubGateway(hub, hop) ?? ''
          add(hub.name, prefix.text, { name: connection, on: [circuit ?? connection, gateway] })
        }
  }
  return found
}

/** Returns a function from a moment to the losses of that moment, which must be called with ascending moments. */
export function createPrefixLossLookUp(
  world: SimulatedWorld,
  start: EpochMs,
  end: EpochMs,
): (at: EpochMs) => TrueLoss[] {
  const moments = [start, ...listEffectChangeTimes(world, start + 1, end)]
  const usual = new Map<string, Map<string, TruePath>>()
  const open = new Map<string, TrueLoss>()
  const take = (at: EpochMs) => {
    const now = pathsAt(world, at)
    for (const [key, before] of usual) {
      const left = now.get(key) ?? new Map<string, TruePath>()
      const gone = [...before.values()].filter(({ name }) => !left.has(name))
      const kind = left.size === 0 ? 'cut' : left.size === 1 && before.size > 1 ? 'last' : null
      const known = open.get(key)
      if (kind === null) open.delete(key)
      else if (known?.kind !== kind) {
        const on = new Set(gone.flatMap((path) => path.on))
        open.set(key, { prefix: key.split(' ')[1] ?? '', kind, since: at, on })
      }
    }
    for (const [key, paths] of now) usual.set(key, new Map([...(usual.get(key) ?? []), ...paths]))
  }
  return (at) => {
    while (moments[0] !== undefined && moments[0] <= at) take(moments.shift() ?? at)
    return [...open.values()]
  }
}
