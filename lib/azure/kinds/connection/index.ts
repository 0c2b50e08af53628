import {
  armTypeCliCommands,
  armTypes,
  type ConnectionRow,
  isCircuitProvisioned,
  globalReachListNames,
  quoteShellWord,
} from '#lib/contract/index.ts'
import { sendThroughSdk } from '../../call/send-request.ts'
import type { ArmResponse } from '../../call/call.ts'
import { decodeResourceConfig } from '../../config/index.ts'
import { parseResponseBody, decodeArmValue, requireBodyObject } from '../../decode/decode.ts'
import { getArmMember } from '../../decode/members.ts'
import { fetchPagedRows } from '../../call/paging.ts'
import { type PollInput, createUnsupportedFailure } from '../../poll-input.ts'
import { createCommandBuilder, buildArmGet } from '../arm-requests.ts'
import { type KindDefinition, type PlannedResource, type KindPollResult, getWholeResourcePaths } from '../kind.ts'
import { buildResultWithUnreadCount, UnreadRowCounter } from '../../decode/unread-row-counter.ts'
import {
  decodeConnectionRow,
  hubVpnGatewaySchema,
  decodeHubVpnLinks,
  decodeGlobalReach,
  decodeUserVpnClients,
} from './decode.ts'

/** Types whose polled data is in the resource itself, so that the usual command prints it. */
const SHOWN_TYPES = [armTypes.connection, armTypes.vpnGateway, armTypes.userVpnGateway] as const

/**
 * Polls the state of connections:
 * - for a connection of a gateway its status, weight, FastPath setting and bytes
 * - for a hub's VPN gateway the status and bytes of all links, which are part of the gateway resource
 * - for a hub's user VPN gateway the number of users and their bytes
 * - for a circuit's peering the status of its Global Reach connections. Connections that were created on this circuit
 * and connections that were created on another circuit are in two separate lists.
 */
export const connectionPollKind: KindDefinition<'connection'> = {
  types: [armTypes.connection, armTypes.circuit, armTypes.vpnGateway, armTypes.userVpnGateway],
  actions: [
    'Microsoft.Network/connections/read',
    'Microsoft.Network/vpnGateways/read',
    'Microsoft.Network/p2sVpnGateways/read',
    'Microsoft.Network/expressRouteCircuits/peerings/connections/read',
    'Microsoft.Network/expressRouteCircuits/peerings/peerConnections/read',
  ],
  command: (polled) =>
    SHOWN_TYPES.map((type) => createCommandBuilder(type, (name) => `${armTypeCliCommands[type]} ${name}`)(polled)).find(
      (command) => command !== null,
    ) ?? createCommandBuilder(armTypes.circuit, reachCommand)(polled),
  putOff: 'later',
  interval: 'circuitsMs',
  subresources: subresourcesOf,
  nothing: () => [],
  read: async (read) => {
    if (read.id.type === armTypes.circuit) return readReach(read)
    const { call, arm, id } = read
    if (id.type === armTypes.vpnGateway) {
      return linksIn(await sendThroughSdk(call, () => arm.network.vpnGateways.get(id.resourceGroup, id.name)))
    }
    if (id.type === armTypes.userVpnGateway) {
      return clientsIn(await sendThroughSdk(call, () => arm.network.p2SVpnGateways.get(id.resourceGroup, id.name)))
    }
    return connectionIn(
      await sendThroughSdk(call, () => arm.network.virtualNetworkGatewayConnections.get(id.resourceGroup, id.name)),
    )
  },
  plainRequest: ({ resourceId, subresource }) =>
    buildArmGet(`${resourceId}${subresource === '' ? '' : `/peerings/${subresource}`}`),
  decode: (answer, { type }) => {
    if (type === armTypes.vpnGateway) return linksIn(answer)
    if (type === armTypes.userVpnGateway) return clientsIn(answer)
    const body = requireBodyObject(parseResponseBody(answer))
    const list = getArmMember(body, 'value')
    return Array.isArray(list) ? decodeGlobalReach(list) : connectionIn(answer)
  },
}

function connectionIn(answer: ArmResponse): KindPollResult<ConnectionRow[]> {
  const unread = new UnreadRowCounter()
  return buildResultWithUnreadCount([decodeConnectionRow(requireBodyObject(parseResponseBody(answer)), unread)], unread)
}

function subresourcesOf(resource: PlannedResource): readonly string[] {
  const { type, config } = resource
  if (type === armTypes.circuit) return reachSubresources(resource)
  if (type !== armTypes.vpnGateway) return getWholeResourcePaths()
  const gateway = decodeResourceConfig(type, config)
  return gateway?.resource === 'gateway' && gateway.hubConnections.length > 0 ? getWholeResourcePaths() : []
}

function linksIn(answer: ArmResponse): KindPollResult<ConnectionRow[]> {
  const { connections } = decodeArmValue(hubVpnGatewaySchema, requireBodyObject(parseResponseBody(answer))).properties
  return decodeHubVpnLinks(connections ?? [])
}

function clientsIn(answer: ArmResponse): KindPollResult<ConnectionRow[]> {
  const unread = new UnreadRowCounter()
  const row = decodeUserVpnClients(requireBodyObject(parseResponseBody(answer)), unread)
  return buildResultWithUnreadCount([row], unread)
}

/**
 * Returns the names of a circuit's Global Reach lists that are not empty, for example
 * `AzurePrivatePeering/connections`.
 */
function reachSubresources({ config }: PlannedResource): string[] {
  const circuit = decodeResourceConfig(armTypes.circuit, config)
  if (!isCircuitProvisioned(circuit)) return []
  return circuit.peerings.flatMap(({ name, globalReach }) =>
    globalReachListNames
      .filter((list) => globalReach.some(({ isOwn }) => isOwn === (list === 'connections')))
      .map((list) => `${name}/${list}`),
  )
}

async function readReach({ call, arm, id, subresource }: PollInput): Promise<KindPollResult<ConnectionRow[]>> {
  const [peering = '', list] = subresource.split('/')
  const { expressRouteCircuitConnections, peerExpressRouteCircuitConnections } = arm.network
  const own = list === 'connections' ? expressRouteCircuitConnections : peerExpressRouteCircuitConnections
  if (!globalReachListNames.some((known) => known === list)) {
    throw createUnsupportedFailure(
      `Global Reach is polled for a list of a peering such as AzurePrivatePeering/connections, not for "${subresource}"`,
    )
  }
  return decodeGlobalReach(await fetchPagedRows(call, () => own.list(id.resourceGroup, id.name, peering)))
}

/**
 * Returns the command that prints a list of Global Reach connections.
 * @param subresource for example `AzurePrivatePeering/connections`
 */
function reachCommand(name: string, subresource: string): string | null {
  const [peering = '', list] = subresource.split('/')
  const command = list === 'connections' ? 'connection' : 'peer-connection'
  return `az network express-route peering ${command} list --circuit-name ${name} --peering-name ${quoteShellWord(peering)}`
}
