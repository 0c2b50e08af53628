import { armTypes, type ConnectionRow, isProvisioned, reachLists, shellWord } from '#lib/contract/index.ts'
import { send } from '../../call/send.ts'
import type { CallAnswer } from '../../call/call.ts'
import { decodeConfig } from '../../config/index.ts'
import { bodyOf, decode, objectOf } from '../../decode/decode.ts'
import { member } from '../../decode/members.ts'
import { fetchPagedRows } from '../../call/paging.ts'
import { type Read, unsupported } from '../../read.ts'
import { on, plainGet } from '../by-hand.ts'
import { type KindDefinition, type PlannedResource, type Result, wholeResource } from '../kind.ts'
import { withUnreadRows, Unread } from '../../decode/unread.ts'
import { connectionOf, gatewayBody, hubLinksIn, reachIn } from './decode.ts'

/**
 * State of connections. For a gateway's connection: status, weight, FastPath and bytes. For a hub's VPN gateway: status
 * and bytes of all links of its connections, which are in the gateway's own body. For a circuit's peering: the status
 * of its Global Reach connections, in one list for connections that were created on the circuit and another list for
 * those created on other circuits.
 */
export const connection: KindDefinition<'connection'> = {
  types: [armTypes.connection, armTypes.circuit, armTypes.vpnGateway],
  actions: [
    'Microsoft.Network/connections/read',
    'Microsoft.Network/vpnGateways/read',
    'Microsoft.Network/expressRouteCircuits/peerings/connections/read',
    'Microsoft.Network/expressRouteCircuits/peerings/peerConnections/read',
  ],
  command: (polled) =>
    on(armTypes.connection, (name) => `az network vpn-connection show --name ${name}`)(polled) ??
    on(armTypes.vpnGateway, (name) => `az network vpn-gateway show --name ${name}`)(polled) ??
    on(armTypes.circuit, reachCommand)(polled),
  putOff: 'later',
  interval: 'circuitsMs',
  subresources: subresourcesOf,
  nothing: () => [],
  read: async (read) => {
    if (read.id.type === armTypes.circuit) return readReach(read)
    const { call, arm, id } = read
    if (id.type === armTypes.vpnGateway) {
      return linksIn(await send(call, () => arm.network.vpnGateways.get(id.resourceGroup, id.name)))
    }
    return connectionIn(
      await send(call, () => arm.network.virtualNetworkGatewayConnections.get(id.resourceGroup, id.name)),
    )
  },
  plainRequest: ({ resourceId, subresource }) =>
    plainGet(`${resourceId}${subresource === '' ? '' : `/peerings/${subresource}`}`),
  decode: (answer, { type }) => {
    if (type === armTypes.vpnGateway) return linksIn(answer)
    const body = objectOf(bodyOf(answer))
    const list = member(body, 'value')
    return Array.isArray(list) ? reachIn(list) : connectionIn(answer)
  },
}

function connectionIn(answer: CallAnswer): Result<ConnectionRow[]> {
  const unread = new Unread()
  return withUnreadRows([connectionOf(objectOf(bodyOf(answer)), unread)], unread)
}

function subresourcesOf(resource: PlannedResource): readonly string[] {
  const { type, config } = resource
  if (type === armTypes.circuit) return reachSubresources(resource)
  if (type !== armTypes.vpnGateway) return wholeResource()
  const gateway = decodeConfig(type, config)
  return gateway?.resource === 'gateway' && gateway.hubConnections.length > 0 ? wholeResource() : []
}

function linksIn(answer: CallAnswer): Result<ConnectionRow[]> {
  const { connections } = decode(gatewayBody, objectOf(bodyOf(answer))).properties
  return hubLinksIn(connections ?? [])
}

/** Returns the lists that have entries, for example `AzurePrivatePeering/connections`. */
function reachSubresources({ config }: PlannedResource): string[] {
  const circuit = decodeConfig(armTypes.circuit, config)
  if (!isProvisioned(circuit)) return []
  return circuit.peerings.flatMap(({ name, globalReach }) =>
    reachLists
      .filter((list) => globalReach.some(({ isOwn }) => isOwn === (list === 'connections')))
      .map((list) => `${name}/${list}`),
  )
}

async function readReach({ call, arm, id, subresource }: Read): Promise<Result<ConnectionRow[]>> {
  const [peering = '', list] = subresource.split('/')
  const { expressRouteCircuitConnections, peerExpressRouteCircuitConnections } = arm.network
  const own = list === 'connections' ? expressRouteCircuitConnections : peerExpressRouteCircuitConnections
  if (!reachLists.some((known) => known === list)) {
    throw unsupported(
      `Global Reach is polled for a list of a peering such as AzurePrivatePeering/connections, not for "${subresource}"`,
    )
  }
  return reachIn(await fetchPagedRows(call, () => own.list(id.resourceGroup, id.name, peering)))
}

/**
 * Returns the command that prints a list of Global Reach connections, for example of `AzurePrivatePeering/connections`.
 */
function reachCommand(name: string, subresource: string): string | null {
  const [peering = '', list] = subresource.split('/')
  const command = list === 'connections' ? 'connection' : 'peer-connection'
  return `az network express-route peering ${command} list --circuit-name ${name} --peering-name ${shellWord(peering)}`
}
