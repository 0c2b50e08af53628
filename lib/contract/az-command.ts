import { wordTable } from '#lib/bgp/word-table.ts'
import { type ArmId, owningResource, parseArmId } from './arm-id.ts'
import { armTypes } from './arm-types.ts'
import type { PollKind } from './poll.ts'
import { parsePath } from './events/subject.ts'

/** The Azure CLI's own words for one resource of each type, with the option that names it. */
const showCommands: Record<string, string> = wordTable({
  [armTypes.circuit]: 'az network express-route show --name',
  [armTypes.port]: 'az network express-route port show --name',
  [armTypes.expressRouteGateway]: 'az network express-route gateway show --name',
  [armTypes.virtualNetworkGateway]: 'az network vnet-gateway show --name',
  [armTypes.connection]: 'az network vpn-connection show --name',
  [armTypes.localNetworkGateway]: 'az network local-gateway show --name',
  [armTypes.vpnGateway]: 'az network vpn-gateway show --name',
  [armTypes.virtualHub]: 'az network vhub show --name',
  [armTypes.virtualNetwork]: 'az network vnet show --name',
  [armTypes.networkInterface]: 'az network nic show --name',
  [armTypes.routeTable]: 'az network route-table show --name',
  [armTypes.publicAddress]: 'az network public-ip show --name',
  [armTypes.routeFilter]: 'az network route-filter show --name',
})

/** Connections inside the gateways of hubs. */
const hubConnections: Record<string, string> = wordTable({
  [`${armTypes.expressRouteGateway}/expressrouteconnections`]: 'az network express-route gateway connection show',
  [`${armTypes.vpnGateway}/vpnconnections`]: 'az network vpn-gateway connection show',
})

/** What of a polled resource's metrics Peerwatch reads; other types have other metrics. */
const metricNames: Record<string, string> = wordTable({
  [armTypes.circuit]: 'BgpAvailability ArpAvailability BitsInPerSecond BitsOutPerSecond',
})

/**
 * The Azure CLI command that shows, now, what a poll of this source reads: for comparing a stored answer with Azure's own.
 * @param source `subresource` as in PollTarget
 * @returns null where the CLI has no command for it, or the id is no ARM id
 * @source Azure CLI reference: az network express-route, vnet-gateway, vpn-connection, vhub; az monitor
 */
export function azCommand({
  resourceId,
  kind,
  subresource = '',
}: {
  resourceId: string
  kind: PollKind
  subresource?: string
}): string | null {
  // the CLI names a nested resource by the one that holds it
  const id = parseArmId(owningResource(resourceId))
  if (!id) return null
  const command = commands[kind]({ id, resourceId, subresource })
  return command && inPlace(command, id)
}

/** A command that names its resource by the whole id needs no more. */
function inPlace(command: string, { resourceGroup, subscriptionId }: ArmId): string {
  if (/ --(?:ids|resource) /.test(command)) return command
  const group = resourceGroup === null ? '' : ` --resource-group ${shellWord(resourceGroup)}`
  return `${command}${group} --subscription ${shellWord(subscriptionId)}`
}

interface Polled {
  id: ArmId
  resourceId: string
  subresource: string
}

/** One entry for each kind of poll; null where the CLI has no command for the resource's type. */
const commands: Record<PollKind, (polled: Polled) => string | null> = {
  activity: () => 'az monitor activity-log list --offset 6h --namespace Microsoft.Network',
  inventory: ({ id, resourceId }) => showCommand(id, resourceId),
  metrics: ({ id, resourceId }) => metricsCommand(id, resourceId),
  connection: (polled) =>
    on(armTypes.connection, (name) => `az network vpn-connection show --name ${name}`)(polled) ??
    on(armTypes.vpnGateway, (name) => `az network vpn-gateway show --name ${name}`)(polled) ??
    on(armTypes.circuit, reachCommand)(polled),
  peers: (polled) =>
    on(
      armTypes.virtualNetworkGateway,
      (name) => `az network vnet-gateway list-bgp-peer-status --name ${name}`,
    )(polled) ?? on(armTypes.virtualHub, (name) => `az network routeserver peering list --routeserver ${name}`)(polled),
  learned: (polled) =>
    on(
      armTypes.virtualNetworkGateway,
      (name) => `az network vnet-gateway list-learned-routes --name ${name}`,
    )(polled) ?? peerTable('list-learned-routes')(polled),
  advertised: (polled) =>
    on(armTypes.virtualNetworkGateway, (name, subresource) =>
      subresource === ''
        ? null
        : `az network vnet-gateway list-advertised-routes --name ${name} --peer ${shellWord(subresource)}`,
    )(polled) ?? peerTable('list-advertised-routes')(polled),
  stats: on(armTypes.circuit, (name, subresource) => {
    if (subresource === '') return `az network express-route get-stats --name ${name}`
    const peering = parsePath(subresource).peering ?? ''
    return `az network express-route peering get-stats --circuit-name ${name} --name ${shellWord(peering)}`
  }),
  tables: (polled) => hubTable(polled) ?? pathTable('list-route-tables')(polled),
  effective: on(armTypes.networkInterface, (name) => `az network nic show-effective-route-table --name ${name}`),
  summary: pathTable('list-route-tables-summary'),
  arp: pathTable('list-arp-tables'),
  probe: () => null,
}

/** A command for resources of one type. `name` is quoted, `subresource` is not. */
function on(type: string, command: (name: string, subresource: string) => string | null) {
  return ({ id, subresource }: Polled) => (id.type === type ? command(shellWord(id.name), subresource) : null)
}

function pathTable(list: string) {
  return on(armTypes.circuit, (name, subresource) => {
    const { peering, path } = parsePath(subresource)
    if (peering === null || path === null) return null
    return `az network express-route ${list} --name ${name} --peering-name ${shellWord(peering)} --path ${shellWord(path)}`
  })
}

/** A table of a Route Server's peer, which is a resource inside it. */
const peerTable =
  (list: string) =>
  ({ id, resourceId }: Polled): string | null => {
    const peer = parseArmId(resourceId)
    if (peer?.type !== armTypes.hubBgpConnection) return null
    return `az network routeserver peering ${list} --routeserver ${shellWord(id.name)} --name ${shellWord(peer.name)}`
  }

/** A list of Global Reach connections, such as `AzurePrivatePeering/connections`. */
function reachCommand(name: string, subresource: string): string | null {
  const [peering = '', list] = subresource.split('/')
  const command = list === 'connections' ? 'connection' : 'peer-connection'
  return `az network express-route peering ${command} list --circuit-name ${name} --peering-name ${shellWord(peering)}`
}

/** The default route table is a part of its hub, another one is a resource inside it. */
function hubTable({ id, resourceId, subresource }: Polled): string | null {
  if (id.type !== armTypes.virtualHub) return null
  const isTable = parseArmId(resourceId)?.type === armTypes.hubRouteTable
  if (isTable === (subresource !== '')) return null
  const table = shellWord(isTable ? resourceId : `${resourceId}/hubRouteTables/${subresource}`)
  return `az network vhub get-effective-routes --name ${shellWord(id.name)} --resource-type RouteTable --resource-id ${table}`
}

function showCommand({ type, name }: ArmId, resourceId: string): string {
  if (isContainer(type)) return 'az resource list'
  const within = parseArmId(resourceId)
  const ofHub = within && hubConnections[within.type]
  if (ofHub) return `${ofHub} --gateway-name ${shellWord(name)} --name ${shellWord(within.name)}`
  const show = showCommands[type]
  return show ? `${show} ${shellWord(name)}` : `az resource show --ids ${shellWord(resourceId)}`
}

function metricsCommand({ type }: ArmId, resourceId: string): string | null {
  if (isContainer(type)) return null
  const names = metricNames[type]
  return names
    ? `az monitor metrics list --resource ${shellWord(resourceId)} --metrics ${names}`
    : `az monitor metrics list-definitions --resource ${shellWord(resourceId)}`
}

/** A subscription or a resource group. */
const isContainer = (type: string) => type.startsWith('microsoft.resources/')

/** One word of a POSIX shell. An id may come from anywhere, and people paste these commands. */
export function shellWord(word: string): string {
  return /^[\w.:/@-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
