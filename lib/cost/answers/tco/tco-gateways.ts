import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import {
  armTypes,
  type EpochMs,
  gatewayTypes,
  formatHubConnectionPath,
  isAutoscaling,
  isConfigKnownEffective,
  parseArmId,
  type ResourceConfig,
  UNALLOCATED_CUSTOMER,
  isScalableSku,
} from '#lib/contract/index.ts'
import {
  computeCustomerPortions,
  type SharedCostPortions,
  type TcoInput,
  type TotalCostPeriod,
  type TcoGateway,
} from '../../rules/index.ts'
import { type ConfiguredResource, readConfigIntervals, readUsage } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  listCircuitConnections,
  listGatewayConnections,
  listCircuitHubConnections,
  listGatewayHubConnections,
  type EstateTopology,
} from '#lib/questions/index.ts'
import { computeBytesByHour, type BytesByHour, sumHoursKnownInAllSeries } from '../circuits/bytes-by-hour.ts'
import { mapWithLimitedConcurrency } from '../map-concurrent.ts'
import type { CustomerOwnedResource, NetworksWithSharedGateways } from './tco-networks.ts'

/**
 * Returns all gateways that existed in the requested time, including deleted ones, with the customers who pay for them.
 * A gateway whose SKU or size changed has one entry for each interval without a change.
 */
export async function readTcoGateways(
  q: SqlExecutor,
  networks: NetworksWithSharedGateways,
  time: Pick<TotalCostPeriod, 'from' | 'to'>,
): Promise<TcoInput['gateways']> {
  const rows = await mapWithLimitedConcurrency(
    await readGatewaySizes(q, networks, time),
    async ({ gateway, sizes }) => {
      const payers = sizes.length > 0 ? await payersOf(q, gateway, networks, time) : null
      return payers === null ? [] : sizes.map((size) => ({ ...size, ...payers }))
    },
  )
  return rows.flat()
}

/**
 * Returns all gateways that existed in the requested time, each with the intervals in which its SKU and size were
 * unchanged. The result does not contain the customers who pay.
 */
export async function readGatewaySizes(
  q: SqlExecutor,
  networks: Pick<NetworksWithSharedGateways, 'estate'>,
  time: Pick<TotalCostPeriod, 'from' | 'to'>,
): Promise<{ gateway: ConfiguredResource; sizes: Omit<TcoGateway, 'customer'>[] }[]> {
  const lists = await Promise.all(
    gatewayTypes.map(async ({ type }) => ({ type, list: await readConfigIntervals(q, { type, since: time.from }) })),
  )
  const gateways = lists.flatMap(({ type, list }) => list.map((gateway) => ({ type, gateway })))
  const shared = sharedSubnets(gateways)
  return mapWithLimitedConcurrency(gateways, async ({ type, gateway }) => ({
    gateway,
    sizes: await mapWithLimitedConcurrency(sizesOf(type, gateway, networks, time.to, shared), async (size) => ({
      ...size,
      ...(size.kind === 'wanHub' && { processed: await processedBy(q, gateway.id, size, time) }),
    })),
  }))
}

/**
 * Returns the bytes that the router of a Virtual WAN hub processed in an interval in which the hub's size was
 * unchanged; null = Azure Monitor reported no data.
 */
async function processedBy(
  q: SqlExecutor,
  scope: string,
  size: Pick<TcoGateway, 'from' | 'to'>,
  time: Pick<TotalCostPeriod, 'from' | 'to'>,
): Promise<TcoGateway['processed']> {
  const [from, to] = [Math.max(size.from, time.from), Math.min(size.to, time.to)]
  if (from >= to) return null
  const { points } = await readUsage(q, { scope, from, to, step: 'hour' })
  const known = points.filter(({ out }) => out.coveredMs > 0)
  if (known.length === 0) return null
  const coveredMs = known.reduce((sum, { out }) => sum + out.coveredMs, 0)
  return { bytes: known.reduce((sum, { out }) => sum + out.bytes, 0n), coveredMs }
}

/**
 * Returns the customer who pays for a gateway. If the gateway belongs to no customer, the customers whose circuits
 * connect to it share the cost in proportion to the bytes of their connections.
 */
async function payersOf(
  q: SqlExecutor,
  gateway: ConfiguredResource,
  networks: NetworksWithSharedGateways,
  { from, to }: Pick<TotalCostPeriod, 'from' | 'to'>,
): Promise<Pick<TcoGateway, 'customer'> & SharedCostPortions> {
  const { estate, customerOf, payerOf } = networks
  const owned: CustomerOwnedResource = { ...gateway, config: gateway.intervals.at(-1)?.config }
  const whole = { customer: payerOf(owned), portions: [], sharedBy: [] }
  const links = [
    ...listGatewayConnections(estate, gateway.resourceId).map(({ resource, circuit }) => ({
      measured: { scope: resource.id },
      circuit,
    })),
    ...listGatewayHubConnections(estate, gateway.resourceId).map(({ name, circuitKey }) => ({
      measured: { scope: gateway.id, path: formatHubConnectionPath(name) },
      circuit: circuitKey === null ? null : (estate.byKey.get(circuitKey) ?? null),
    })),
  ].map((link) => ({ ...link, customer: link.circuit && customerOf(link.circuit) }))
  const sharedBy = [...new Set(links.flatMap(({ customer }) => customer ?? []))]
  const [only] = sharedBy
  if (customerOf(owned) !== null || only === undefined) return whole
  if (links.every(({ customer }) => customer === only)) return { ...whole, customer: only }
  const carried: BytesByHour[] = []
  for (const { measured, circuit } of links) {
    const own = computeBytesByHour(await readUsage(q, { ...measured, from, to, step: 'hour' })).byHour
    const isOnly = circuit !== null && isOnlyLink(estate, circuit.resourceId)
    // For many connections, Azure reports only zeros. If the circuit has no other connection, all bytes of the circuit
    // passed this connection and are used instead.
    const isCounted = [...own.values()].some((bytes) => bytes > 0n)
    carried.push(
      isCounted || !isOnly
        ? own
        : computeBytesByHour(await readUsage(q, { scope: circuit.id, from, to, step: 'hour' })).byHour,
    )
  }
  const bytes = sumHoursKnownInAllSeries(carried)
  const uses = links.map(({ customer }, n) => ({
    customers: [customer ?? UNALLOCATED_CUSTOMER],
    bytes: bytes[n] ?? 0n,
  }))
  return { customer: UNALLOCATED_CUSTOMER, portions: computeCustomerPortions(uses, 0n, []), sharedBy }
}

/** Reports whether a circuit has exactly one connection, to a gateway of a virtual network or of a hub. */
const isOnlyLink = (estate: EstateTopology, circuit: string): boolean =>
  listCircuitConnections(estate, circuit).length + listCircuitHubConnections(estate, circuit).length === 1

/**
 * Returns the keys of the networks for which more than one ExpressRoute gateway is listed. This happens during a
 * migration, or if a gateway was deleted and replaced.
 */
function sharedSubnets(gateways: readonly { type: string; gateway: ConfiguredResource }[]): ReadonlySet<string> {
  const own = gateways.flatMap(({ type, gateway }) => {
    const config = decodeResourceConfig(type, gateway.intervals.at(-1)?.config)
    const isOne = config?.resource === 'gateway' && config.kind === 'expressRoute' && config.networkKey !== null
    return isOne ? [{ network: config.networkKey ?? '', id: gateway.id }] : []
  })
  const byNetwork = Map.groupBy(own, ({ network }) => network)
  return new Set([...byNetwork].filter(([, some]) => some.length > 1).map(([network]) => network))
}

/**
 * Returns the intervals in which the SKU and size of a gateway were unchanged. During a migration, a network has two
 * gateways. The gateway on standby is left out, because Azure does not charge for it.
 */
function sizesOf(
  type: string,
  gateway: ConfiguredResource,
  { estate }: Pick<NetworksWithSharedGateways, 'estate'>,
  now: EpochMs,
  shared: ReadonlySet<string>,
): Omit<TcoGateway, 'customer'>[] {
  const { resourceId, name, location, intervals } = gateway
  const connections = listGatewayConnections(estate, resourceId)
  const circuitIds = new Set(connections.map(({ circuit }) => circuit?.id ?? null))
  const [only] = circuitIds
  const sizes: Omit<TcoGateway, 'customer'>[] = []
  for (const { from, to, since, config } of intervals) {
    const decoded = decodeResourceConfig(type, config)
    const size = sizeOf(type, decoded)
    const waits = decoded?.resource === 'gateway' && decoded.isStandby && shared.has(decoded.networkKey ?? '')
    if (!size || waits) continue
    const before = sizes.at(-1)
    const begin = from ?? before?.to ?? 0
    if (
      before &&
      before.to === begin &&
      before.sku === size.sku &&
      before.units === size.units &&
      before.unitsMost === size.unitsMost &&
      before.firewall === size.firewall
    ) {
      before.to = to ?? now
      continue
    }
    sizes.push({
      ...size,
      resourceId,
      name,
      circuitId: circuitIds.size === 1 ? (only ?? null) : null,
      region: location ?? '',
      connections:
        type === armTypes.expressRouteGateway && decoded?.resource === 'gateway'
          ? decoded.hubConnections.length
          : connections.length,
      from: begin,
      to: to ?? now,
      ...(from === null && { unread: { from: since.earliest, to: since.latest } }),
      fastPath: connections.some(({ config }) => config.fastPath === true && isConfigKnownEffective(config)),
    })
  }
  return sizes
}

/**
 * Returns the part of a resource's configuration that determines its price; null for a resource without an hourly
 * price.
 */
function sizeOf(
  type: string,
  config: ResourceConfig | null,
): Pick<TcoGateway, 'kind' | 'sku' | 'units' | 'unitsMost' | 'firewall'> | null {
  if (type === armTypes.virtualHub && config?.resource === 'network') {
    const { routerUnits = null, firewallKey = null } = config.hub ?? {}
    const firewall = firewallKey === null ? null : (parseArmId(firewallKey)?.name ?? 'a firewall')
    return { kind: 'wanHub', sku: '', units: routerUnits, firewall }
  }
  if (config?.resource !== 'gateway') return null
  const { kind, scaleUnits } = config
  const unitsMost = isAutoscaling(config) ? config.scaleUnitsMost : null
  if (kind === 'routeServer') return { kind, sku: '', units: 1 }
  if (kind === 'vwan') {
    return {
      kind: type === armTypes.vpnGateway ? 'wanVpn' : 'wanExpressRoute',
      sku: '',
      units: scaleUnits ?? 1,
      unitsMost,
    }
  }
  const sku = config.sku.name ?? 'an unknown SKU'
  return isScalableSku(sku) ? { kind, sku, units: scaleUnits, unitsMost } : { kind, sku, units: 1 }
}
