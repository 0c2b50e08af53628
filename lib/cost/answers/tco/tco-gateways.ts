import { decodeConfig } from '#lib/azure/config/index.ts'
import {
  armTypes,
  type EpochMs,
  gatewayTypes,
  hubConnectionPath,
  isAutoscaling,
  isKnownToApply,
  parseArmId,
  type ResourceConfig,
  UNALLOCATED,
  isScalableSku,
} from '#lib/contract/index.ts'
import { portionsOf, type Shared, type TcoFacts, type TcoFrame, type TcoGateway } from '../../rules/index.ts'
import { type ConfiguredResource, configIntervals, usage } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import {
  connectionsOfCircuit,
  connectionsOfGateway,
  hubConnectionsOfCircuit,
  hubConnectionsOfGateway,
  type Topology,
} from '#lib/questions/index.ts'
import { bytesByHour, type BytesByHour, sumCommonHours } from '../circuits/bytes-by-hour.ts'
import { mapConcurrent } from '../map-concurrent.ts'
import type { Owned, TcoNetworks } from './tco-networks.ts'

/**
 * Returns gateways of every kind, including gateways deleted in the time. A gateway that changed its SKU has one row
 * for each SKU.
 */
export async function readTcoGateways(
  q: Queryable,
  networks: TcoNetworks,
  time: Pick<TcoFrame, 'from' | 'to'>,
): Promise<TcoFacts['gateways']> {
  const rows = await mapConcurrent(await readGatewaySizes(q, networks, time), async ({ gateway, sizes }) => {
    const payers = sizes.length > 0 ? await payersOf(q, gateway, networks, time) : null
    return payers === null ? [] : sizes.map((size) => ({ ...size, ...payers }))
  })
  return rows.flat()
}

/**
 * Returns gateways of every kind that existed in a time, each with the intervals in which its price was unchanged.
 * Payers are not read.
 */
export async function readGatewaySizes(
  q: Queryable,
  networks: Pick<TcoNetworks, 'estate'>,
  time: Pick<TcoFrame, 'from' | 'to'>,
): Promise<{ gateway: ConfiguredResource; sizes: Omit<TcoGateway, 'customer'>[] }[]> {
  const lists = await Promise.all(
    gatewayTypes.map(async ({ type }) => ({ type, list: await configIntervals(q, { type, since: time.from }) })),
  )
  const gateways = lists.flatMap(({ type, list }) => list.map((gateway) => ({ type, gateway })))
  const shared = sharedSubnets(gateways)
  return mapConcurrent(gateways, async ({ type, gateway }) => ({
    gateway,
    sizes: await mapConcurrent(sizesOf(type, gateway, networks, time.to, shared), async (size) => ({
      ...size,
      ...(size.kind === 'wanHub' && { processed: await processedBy(q, gateway.id, size, time) }),
    })),
  }))
}

/** Returns the bytes that passed a hub's router while the hub had one price; null = Azure Monitor reported no data. */
async function processedBy(
  q: Queryable,
  scope: string,
  size: Pick<TcoGateway, 'from' | 'to'>,
  time: Pick<TcoFrame, 'from' | 'to'>,
): Promise<TcoGateway['processed']> {
  const [from, to] = [Math.max(size.from, time.from), Math.min(size.to, time.to)]
  if (from >= to) return null
  const { points } = await usage(q, { scope, from, to, step: 'hour' })
  const known = points.filter(({ out }) => out.coveredMs > 0)
  if (known.length === 0) return null
  const coveredMs = known.reduce((sum, { out }) => sum + out.coveredMs, 0)
  return { bytes: known.reduce((sum, { out }) => sum + out.bytes, 0n), coveredMs }
}

/**
 * Returns the customers who pay for a gateway. A gateway without a customer is paid by the customers whose circuits
 * connect to it, in proportion to the bytes of its connections.
 */
async function payersOf(
  q: Queryable,
  gateway: ConfiguredResource,
  networks: TcoNetworks,
  { from, to }: Pick<TcoFrame, 'from' | 'to'>,
): Promise<Pick<TcoGateway, 'customer'> & Shared> {
  const { estate, customerOf, payerOf } = networks
  const owned: Owned = { ...gateway, config: gateway.intervals.at(-1)?.config }
  const whole = { customer: payerOf(owned), portions: [], sharedBy: [] }
  const links = [
    ...connectionsOfGateway(estate, gateway.resourceId).map(({ resource, circuit }) => ({
      measured: { scope: resource.id },
      circuit,
    })),
    ...hubConnectionsOfGateway(estate, gateway.resourceId).map(({ name, circuitKey }) => ({
      measured: { scope: gateway.id, path: hubConnectionPath(name) },
      circuit: circuitKey === null ? null : (estate.byKey.get(circuitKey) ?? null),
    })),
  ].map((link) => ({ ...link, customer: link.circuit && customerOf(link.circuit) }))
  const sharedBy = [...new Set(links.flatMap(({ customer }) => customer ?? []))]
  const [only] = sharedBy
  if (customerOf(owned) !== null || only === undefined) return whole
  if (links.every(({ customer }) => customer === only)) return { ...whole, customer: only }
  const carried: BytesByHour[] = []
  for (const { measured, circuit } of links) {
    const own = bytesByHour(await usage(q, { ...measured, from, to, step: 'hour' })).byHour
    const isOnly = circuit !== null && isOnlyLink(estate, circuit.resourceId)
    // on many connections Azure reports only zeros; if a circuit has a single connection, the connection carries the
    // bytes of the circuit
    const isCounted = [...own.values()].some((bytes) => bytes > 0n)
    carried.push(
      isCounted || !isOnly ? own : bytesByHour(await usage(q, { scope: circuit.id, from, to, step: 'hour' })).byHour,
    )
  }
  const bytes = sumCommonHours(carried)
  const uses = links.map(({ customer }, n) => ({ customers: [customer ?? UNALLOCATED], bytes: bytes[n] ?? 0n }))
  return { customer: UNALLOCATED, portions: portionsOf(uses, 0n, []), sharedBy }
}

/** Reports whether a circuit has exactly one connection, to a gateway of a virtual network or of a hub. */
const isOnlyLink = (estate: Topology, circuit: string): boolean =>
  connectionsOfCircuit(estate, circuit).length + hubConnectionsOfCircuit(estate, circuit).length === 1

/**
 * Returns the networks for which several ExpressRoute gateways are listed: both gateways of a migration, or a deleted
 * gateway and its successor.
 */
function sharedSubnets(gateways: readonly { type: string; gateway: ConfiguredResource }[]): ReadonlySet<string> {
  const own = gateways.flatMap(({ type, gateway }) => {
    const config = decodeConfig(type, gateway.intervals.at(-1)?.config)
    const isOne = config?.resource === 'gateway' && config.kind === 'expressRoute' && config.networkKey !== null
    return isOne ? [{ network: config.networkKey ?? '', id: gateway.id }] : []
  })
  const byNetwork = Map.groupBy(own, ({ network }) => network)
  return new Set([...byNetwork].filter(([, some]) => some.length > 1).map(([network]) => network))
}

/**
 * Returns the intervals of a gateway in which its price was unchanged. During a migration two gateways share a network,
 * and the standby gateway has no price of its own.
 */
function sizesOf(
  type: string,
  gateway: ConfiguredResource,
  { estate }: Pick<TcoNetworks, 'estate'>,
  now: EpochMs,
  shared: ReadonlySet<string>,
): Omit<TcoGateway, 'customer'>[] {
  const { resourceId, name, location, intervals } = gateway
  const connections = connectionsOfGateway(estate, resourceId)
  const circuitIds = new Set(connections.map(({ circuit }) => circuit?.id ?? null))
  const [only] = circuitIds
  const sizes: Omit<TcoGateway, 'customer'>[] = []
  for (const { from, to, since, config } of intervals) {
    const decoded = decodeConfig(type, config)
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
      fastPath: connections.some(({ config }) => config.fastPath === true && isKnownToApply(config)),
    })
  }
  return sizes
}

/** Returns the configuration that determines the price; null for a resource without a price by the hour. */
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
