import { type Cause, type DetectedEvent, parseHubLinkConnection } from '#lib/contract/index.ts'
import { type DetectionContext, hasPollUsableRows, isEventOpen, ensureResourceState } from '../../../model/context.ts'
import type { LiveEvent, SessionFact, LastTunnelState } from '../../../model/scope-state.ts'
import { findHubConnectionOfNeighbor } from '../../../model/topology.ts'
import { isSessionInsideGateway } from '../../facts/gateway-sessions.ts'
import { ONE_REMOTE_END_FLAG } from '../../rules/gateway-rules.ts'
import { createCause } from './create-cause.ts'

const DEVICE_BGP = 'vpn_device_bgp'

/**
 * Returns the causes of a loss behind a VPN gateway that affects a single remote device. If the tunnels to the device
 * were still up after the loss, the cause is BGP on the device. Otherwise the device or its Internet access is more
 * likely than Azure's end, especially if other devices are still reached or its tunnels are down.
 * @returns null if the loss is about several devices, or if the gateway is not a VPN gateway
 */
export function findRemoteEndCauses(context: DetectionContext, event: DetectedEvent): Cause[] | null {
  const neighbor = lostNeighbor(context, event)
  if (neighbor === null) return null
  const tunnels = tunnelsTo(context, event.scope, neighbor)
  if (stayedUp(event, tunnels) && areSeenSince(context, event, tunnels)) {
    const step = `The tunnels to ${neighbor} are up: check BGP on the device, its neighbor address, ASN and hold time.`
    return [createCause(DEVICE_BGP, 'onprem', 0.6, step)]
  }
  const isDown = tunnels.some(({ state }) => state === 'down')
  const othersUp = sessionsOf(context, event.scope).some((one) => one.neighbor !== neighbor && one.level === 'up')
  const step = `All lost sessions and tunnels are behind one remote end, ${neighbor}: check the device and its Internet access before a case for the gateway.`
  return [createCause('vpn_remote_end', 'onprem', othersUp || isDown ? 0.7 : 0.5, step)]
}

/**
 * Reports whether the causes of an event must be evaluated again at the next poll of a VPN connection, because that
 * poll may show that its tunnels stayed up.
 */
export function isAwaitingTunnelPoll(context: DetectionContext, live: LiveEvent): boolean {
  if (!isEventOpen(live)) return false
  const neighbor = lostNeighbor(context, live.event)
  if (neighbor === null) return false
  const tunnels = tunnelsTo(context, live.event.scope, neighbor)
  return stayedUp(live.event, tunnels) && !isDecided(live.event)
}

/**
 * Reports whether all tunnels have been up since before the loss. If a tunnel came up after the loss, it had fallen
 * too.
 */
const stayedUp = ({ started }: DetectedEvent, tunnels: readonly Tunnel[]) =>
  tunnels.length > 0 && tunnels.every(({ state, since }) => state === 'up' && since.latest <= started.latest)

const isDecided = ({ causes }: DetectedEvent) => causes.some(({ class: name }) => name === DEVICE_BGP)

function lostNeighbor(context: DetectionContext, { kind, scope, subject, flags }: DetectedEvent): string | null {
  const isVpn = context.topology.gateways.some((gateway) => gateway.scope === scope && gateway.kind === 'vpn')
  if (!isVpn) return null
  if (kind === 'peer_lost') return subject
  if (kind !== 'gateway_isolated' || !flags.includes(ONE_REMOTE_END_FLAG)) return null
  return sessionsOf(context, scope).find(({ level }) => level === 'down')?.neighbor ?? null
}

const sessionsOf = (context: DetectionContext, gateway: string): SessionFact[] =>
  Object.values(ensureResourceState(context, gateway).sessions).filter(
    (session) => !isSessionInsideGateway(context, gateway, session),
  )

interface Tunnel extends LastTunnelState {
  connection: string
}

function tunnelsTo({ topology, scopes }: DetectionContext, gateway: string, neighbor: string): Tunnel[] {
  const own = (topology.connections ?? []).filter((one) => one.gateway === gateway && one.neighbor === neighbor)
  const ofHub = findHubConnectionOfNeighbor(topology, gateway, neighbor)
  if (ofHub !== null) {
    const links = Object.entries(scopes[gateway]?.tunnels ?? {})
    return links.flatMap(([name, fact]) =>
      parseHubLinkConnection(name) === ofHub ? [{ ...fact, connection: gateway }] : [],
    )
  }
  return own.flatMap(({ scope }) =>
    Object.entries(scopes[scope]?.tunnels ?? {}).flatMap(([name, fact]) =>
      name === '' ? [] : [{ ...fact, connection: scope }],
    ),
  )
}

/**
 * Reports whether this poll read the tunnels after the loss. A state that was read before the loss does not show that
 * the tunnels stayed up. If an earlier poll has already decided the causes of the event in this way, the result is true
 * as well.
 */
function areSeenSince({ mark }: DetectionContext, event: DetectedEvent, tunnels: readonly Tunnel[]): boolean {
  const isOfConnection = mark.kind === 'connection' && tunnels.some(({ connection }) => connection === mark.scope)
  return isDecided(event) || (isOfConnection && hasPollUsableRows(mark) && mark.startedAt >= event.started.latest)
}
