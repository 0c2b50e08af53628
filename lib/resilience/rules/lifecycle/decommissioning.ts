import { quoteShellWord } from '#lib/contract/index.ts'
import type { StoredCircuit } from '#lib/circuits/api/index.ts'
import type { DecommissioningStep, CircuitLifecycleSteps } from '../../api/index.ts'

type Decommissioned = CircuitLifecycleSteps['decommissioning'][number]
type Standing = Pick<StoredCircuit, 'name' | 'resourceId'>

/**
 * Resources that are used only by one circuit: gateways, networks without any other gateway, and both sides of the
 * peerings that use these gateways.
 */
export type ResourcesUsedOnlyByCircuit = Readonly<Record<'gateways' | 'networks' | 'peerings', readonly Standing[]>>

/**
 * Maximum rate in bit/s at which a path counts as unused. Keepalives and ARP cause some traffic even on an unused path.
 */
const QUIET_BITS_PER_SECOND = 10_000

/**
 * Returns the steps for removing a circuit, in the necessary order. Each step lists the resources that still exist.
 * First, traffic and routes are removed. Then the resources that Azure bills, the service of the provider, and the
 * circuit itself are removed (the circuit is billed until it is deleted). Networks are last. A gateway can be deleted
 * only after its connections and peerings.
 */
export function listDecommissioningSteps(
  circuit: StoredCircuit,
  alone: ResourcesUsedOnlyByCircuit | null,
): Decommissioned[] {
  const { peerings, connections, globalReachConnections, authorizations, provisioning, name } = circuit
  const paths = peerings.flatMap((peering) =>
    peering.paths.map((path) => ({ ...path, name: `${peering.name} ${path.path}` })),
  )
  const own = `--resource-group ${circuit.resourceGroup} --subscription ${circuit.subscriptionId}`
  const rates = paths.map((path) => ({
    name: path.name,
    rate:
      path.bitsInPerSecond === null || path.bitsOutPerSecond === null
        ? null
        : Math.max(path.bitsInPerSecond, path.bitsOutPerSecond),
  }))
  const busy = rates.filter(({ rate }) => rate !== null && rate > QUIET_BITS_PER_SECOND)
  const announcing = paths.filter(({ routesReceived }) => (routesReceived ?? 0) > 0)
  const provider = provisioning.provider
  const isUsedUnseen = authorizations.inUse > connections.length
  const standing = (name: DecommissioningStep, of: keyof ResourcesUsedOnlyByCircuit, type: string, detail: string) => {
    const left = alone?.[of] ?? []
    return step(name, left, isUsedUnseen || alone === null, {
      left: left.map((one) => one.name),
      detail,
      ...(left.length > 0 && {
        command: `az network ${type} delete --ids ${left.map(({ resourceId }) => quoteShellWord(resourceId)).join(' ')}`,
      }),
    })
  }
  return [
    step(
      'traffic_diverted',
      busy,
      rates.some(({ rate }) => rate === null),
      {
        left: busy.map((path) => path.name),
        detail: 'Its paths carry no traffic: prepend on it, or lower its routing weight, and watch it change paths.',
      },
    ),
    step(
      'routes_withdrawn',
      announcing,
      paths.some(({ routesReceived }) => routesReceived === null),
      {
        left: announcing.map(({ name: path, routesReceived: n }) => `${path}: ${n} ${n === 1 ? 'prefix' : 'prefixes'}`),
        detail: 'The customer’s routers announce nothing on it.',
      },
    ),
    standing(
      'network_peerings_deleted',
      'peerings',
      'vnet peering',
      'No other network uses a dedicated gateway of it.',
    ),
    step('connections_deleted', connections, isUsedUnseen, {
      left: connections.map((one) => `${one.name}${one.gatewayName ? ` to ${one.gatewayName}` : ''}`),
      detail: 'No gateway is connected: a circuit with a connection can’t be deleted.',
      ...(connections.length > 0 && { command: connections.map(deletionOf).join(' && ') }),
    }),
    standing(
      'gateways_deleted',
      'gateways',
      'vnet-gateway',
      'It has no dedicated gateway. A gateway is billed until it is deleted. Gateways of Virtual WAN hubs are not counted here.',
    ),
    step('global_reach_deleted', globalReachConnections, false, {
      left: globalReachConnections.map((one) => `${one.name} to ${one.circuitName ?? 'a circuit that is not seen'}`),
      detail: 'No Global Reach connection leads to or from it.',
      command: `az network express-route peering connection delete --circuit-name ${name} --peering-name AzurePrivatePeering --name <connection> ${own}`,
    }),
    step('authorizations_deleted', authorizations.total > 0 ? [authorizations] : [], false, {
      left: authorizations.total > 0 ? [`${authorizations.total} authorizations, ${authorizations.inUse} in use`] : [],
      detail: 'No authorization lets another subscription connect to it.',
      command: `az network express-route auth delete --circuit-name ${name} --name <authorization> ${own}`,
    }),
    step('peerings_deleted', peerings, false, {
      left: peerings.map((peering) => peering.name),
      detail: 'It has no peering: the sessions end with it.',
      command: `az network express-route peering delete --circuit-name ${name} --name <peering> ${own}`,
    }),
    step('provider_deprovisioned', provider?.toLowerCase() === 'notprovisioned' ? [] : [provider], provider === null, {
      left: provider === null ? [] : [provider],
      detail: 'The provider has released it: ask by its service key. It is billed until it is deleted.',
    }),
    step('circuit_deleted', [circuit], false, {
      left: [name],
      detail: 'The circuit is deleted: billing ends then, and Azure refuses it while the provider has it provisioned.',
      command: `az network express-route delete --name ${name} ${own}`,
    }),
    standing(
      'networks_deleted',
      'networks',
      'vnet',
      'No network is left for it, and no resource group: what else is in one is not read, and goes with a group.',
    ),
  ]
}

/**
 * Returns the command that deletes a connection. A connection of a hub's gateway needs another command, because it is
 * not a resource.
 * Source: Azure CLI reference, az network express-route gateway connection, az network vpn-connection.
 */
function deletionOf({ resourceId }: StoredCircuit['connections'][number]): string {
  const [, subscription = '', group = '', gateway, name] = HUB_CONNECTION.exec(resourceId) ?? []
  if (gateway === undefined || name === undefined)
    return `az network vpn-connection delete --ids ${quoteShellWord(resourceId)}`
  const place = `--resource-group ${quoteShellWord(group)} --subscription ${quoteShellWord(subscription)}`
  return `az network express-route gateway connection delete --gateway-name ${quoteShellWord(gateway)} --name ${quoteShellWord(name)} ${place}`
}

const HUB_CONNECTION =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/.*\/expressRouteGateways\/([^/]+)\/expressRouteConnections\/([^/]+)$/i

/**
 * Returns one step of the removal with its state.
 * @param left resources that still exist
 * @param isBlind true = there may be further resources that the caller may not see
 */
function step(
  name: DecommissioningStep,
  left: readonly unknown[],
  isBlind: boolean,
  own: Pick<Decommissioned, 'left' | 'detail'> & { command?: string },
): Decommissioned {
  const isLeft = left.length > 0 && !(isBlind && own.left.length === 0)
  const state = isLeft ? 'open' : isBlind ? 'unknown' : 'done'
  return { step: name, state, command: null, ...own }
}
