/** Cost Management's query of a subscription's bill, calculated from the true bytes and the list prices. */
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { edgeCounter, edgeKey } from '../keys.ts'
import type { CircuitSpec, GatewaySpec, VirtualHubSpec } from '../schema.ts'
import { hubId } from './hub-parts.ts'
import {
  type ArmOperationContext,
  createRequestScopeFilter,
  resourceId,
  getSubscriptionOfRequestPath,
} from './context.ts'
import { reachBytesOut } from './global-reach.ts'
import { ArmError } from './message.ts'
import { listPrice } from './prices.ts'

/** Number of rows in a page. It is so small that the bill of a month has several pages. */
const PAGE = 100
/** Maximum number of aggregations and of groupings that the service accepts in one query. */
const MAX_AGGREGATIONS = 2
const MAX_GROUPINGS = 2
/** Peering locations of the scenarios that are not in Zone 1. */
const ZONES: Readonly<Record<string, string>> = { Johannesburg: 'Zone 3' }
const DATA = 'Metered Data - Data Transfer Out'
const GATEWAY_METERS: Readonly<Record<string, string>> = {
  Standard: 'Standard Gateway',
  HighPerformance: 'High Performance Gateway',
  UltraPerformance: 'Ultra High Performance Gateway',
  ErGw1AZ: 'ErGw1AZ Gateway',
  ErGw2AZ: 'ErGw2AZ Gateway',
  ErGw3AZ: 'ErGw3AZ Gateway',
  ErGwScale: 'ErGwScale Unit',
}

/**
 * Hourly prices of VPN gateways, which the price list does not contain. Prices of VpnGw2AZ and larger are invented,
 * because they are in no public source.
 */
const VPN_GATEWAYS: Readonly<Record<string, number>> = {
  Basic: 0.036,
  VpnGw1: 0.19,
  VpnGw2: 0.49,
  VpnGw3: 1.25,
  VpnGw1AZ: 0.21,
  VpnGw2AZ: 0.54,
  VpnGw3AZ: 1.37,
}

interface Charge {
  readonly day: number
  readonly resourceId: string
  readonly meter: string
  readonly quantity: number
  /** cost before tax, as all amounts of Cost Management */
  readonly cost: number
}

interface Question {
  readonly from: number
  readonly to: number
  /** names of the amounts that are summed, in the order of their columns */
  readonly figures: readonly string[]
}

const bad = (message: string): ArmError => new ArmError(400, 'BadRequest', message)

function questionOf(body: string): Question {
  let asked: {
    timeframe?: string
    timePeriod?: { from?: string; to?: string }
    dataset?: {
      granularity?: string
      aggregation?: Record<string, { name?: string; function?: string }>
      grouping?: { type?: string; name?: string }[]
    }
  }
  try {
    asked = JSON.parse(body)
  } catch {
    throw bad('The request body is not valid JSON.')
  }
  const { timeframe, timePeriod, dataset } = asked
  const [from, to] = [Date.parse(timePeriod?.from ?? ''), Date.parse(timePeriod?.to ?? '')]
  if (timeframe !== 'Custom' || !(from < to)) throw bad('Invalid dataset time period; expected timeframe Custom.')
  if (dataset?.granularity !== 'Daily') throw bad('Invalid query definition: granularity Daily is what is served here.')
  const figures = Object.values(dataset.aggregation ?? {}).map(({ name = '' }) => name)
  const known = figures.every((name) => ['Cost', 'PreTaxCost', 'UsageQuantity'].includes(name))
  if (figures.length === 0 || figures.length > MAX_AGGREGATIONS || !known)
    throw bad('Invalid query definition: one or two of Cost, PreTaxCost and UsageQuantity.')
  const groups = (dataset.grouping ?? []).map(({ name = '' }) => name)
  if (groups.length !== MAX_GROUPINGS || groups[0] !== 'ResourceId' || groups[1] !== 'Meter')
    throw bad('Invalid query definition: grouping by ResourceId and Meter is what is served here.')
  return { from, to, figures }
}

/** Answers Query - Usage: columns and rows, and the URL of the next page, which is requested with the same body. */
export function answerCostUsageQuery(c: ArmOperationContext) {
  const { figures, ...span } = questionOf(c.body)
  const { id } = getSubscriptionOfRequestPath(c)
  const figureOf = (charge: Charge, name: string): number => (name === 'UsageQuantity' ? charge.quantity : charge.cost)
  const all = chargesOf(c, span).map((charge) => [
    ...figures.map((name) => figureOf(charge, name)),
    Number(new Date(charge.day).toISOString().slice(0, 10).replaceAll('-', '')),
    charge.resourceId,
    charge.meter,
    'USD',
  ])
  const skip = Number(c.query.get('$skiptoken') ?? 0)
  const next = `${c.base}/subscriptions/${id}/providers/Microsoft.CostManagement/query?api-version=${c.query.get('api-version')}&$skiptoken=${skip + PAGE}`
  return {
    id: `subscriptions/${id}/providers/Microsoft.CostManagement/query/${c.world.topology.guid(`bill/${c.at}`)}`,
    name: 'query',
    type: 'Microsoft.CostManagement/query',
    properties: {
      nextLink: skip + PAGE < all.length ? next : null,
      columns: [
        ...figures.map((name) => ({ name, type: 'Number' })),
        { name: 'UsageDate', type: 'Number' },
        ...['ResourceId', 'Meter', 'Currency'].map((name) => ({ name, type: 'String' })),
      ],
      rows: all.slice(skip, skip + PAGE),
    },
  }
}

/** Returns the charges of a time range. Records of the last days have not arrived yet. */
function chargesOf(c: ArmOperationContext, { from, to }: { from: number; to: number }): Charge[] {
  const settledUntil = Math.floor(c.at / MS_PER_DAY) * MS_PER_DAY - c.world.scenario.billing.lateDays * MS_PER_DAY
  const first = Math.max(
    Math.floor(from / MS_PER_DAY) * MS_PER_DAY,
    Math.ceil(c.world.timeline.epoch / MS_PER_DAY) * MS_PER_DAY,
  )
  const here = createRequestScopeFilter(c)
  const charges: Charge[] = []
  for (let day = first; day < Math.min(to, settledUntil); day += MS_PER_DAY) {
    for (const circuit of c.world.scenario.circuits.filter(here)) charges.push(...circuitCharges(c, circuit, day))
    for (const gateway of c.world.scenario.gateways.filter(here)) charges.push(...gatewayCharges(c, gateway, day))
    for (const hub of c.world.scenario.hubs.filter(here)) charges.push(...hubCharges(c, hub, day))
  }
  return charges
}

function circuitCharges(c: ArmOperationContext, spec: CircuitSpec, day: number): Charge[] {
  const { world } = c
  const domain = world.topology.domainOfCircuit.get(spec.name)
  const circuit = domain && world.state(domain, day + MS_PER_DAY / 2).configured(`circuit/${spec.name}`, spec)
  if (!domain || !circuit || circuit.tier === 'Basic') return []
  const zone = ZONES[circuit.peeringLocation] ?? 'Zone 1'
  const speed =
    circuit.bandwidthMbps < 1_000 ? `${circuit.bandwidthMbps} Mbps` : `${circuit.bandwidthMbps / 1_000} Gbps`
  const isMetered = circuit.family === 'MeteredData' && circuit.tier !== 'Local'
  const port =
    circuit.tier === 'Local'
      ? `Local ${speed} Circuit`
      : `${circuit.tier} ${isMetered ? 'Metered' : 'Unlimited'} Data ${speed} Circuit`
  const id = resourceId(world, spec.group, 'expressRouteCircuits', spec.name)
  const date = new Date(day)
  const daysOfMonth = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  const counters = world.counters(domain)
  const bytes = circuit.peerings.flatMap(({ type }) =>
    (['primary', 'secondary'] as const).map((path) => {
      const counter = edgeCounter(edgeKey(circuit.name, type, path), 'out')
      return counters.passed(counter, day + MS_PER_DAY) - counters.passed(counter, day)
    }),
  )
  const passed = bytes.reduce((sum, one) => sum + one, 0)
  // the bytes of Global Reach are subtracted, because separate meters charge them whose names and prices are in no list
  const gb = (passed - reachBytesOut(world, spec, domain, day, day + MS_PER_DAY)) / world.scenario.billing.gbBytes
  return [
    // Standard and Local circuits on ExpressRoute Direct are free, because the customer pays for the ports
    ...(circuit.port === undefined ? [charge(c, day, id, port, 1 / daysOfMonth, zone)] : []),
    ...(isMetered ? [charge(c, day, id, DATA, gb, zone)] : []),
  ]
}

function gatewayCharges(c: ArmOperationContext, spec: GatewaySpec, day: number): Charge[] {
  const { world } = c
  const domain = world.topology.domainOfGateway.get(spec.name)
  const gateway = domain && world.state(domain, day + MS_PER_DAY / 2).configured(`gateway/${spec.name}`, spec)
  if (!gateway) return []
  const id = resourceId(world, spec.group, 'virtualNetworkGateways', spec.name)
  const perHour = gateway.kind === 'Vpn' ? VPN_GATEWAYS[gateway.sku] : undefined
  if (perHour !== undefined) return [chargeAt(c, day, id, gateway.sku, 24, perHour)]
  const meter = GATEWAY_METERS[gateway.sku]
  if (!meter || gateway.kind !== 'ExpressRoute') return []
  const region = gateway.location ?? world.topology.groups.get(gateway.group)?.location ?? ''
  const units = gateway.sku === 'ErGwScale' ? (gateway.scaleUnits ?? 1) : 1
  return [charge(c, day, id, meter, 24 * units, region)]
}

/**
 * Returns the charges of a hub: the hub by the hour, its router's traffic by the GB, and its gateways by scale units
 * and connections.
 */
function hubCharges(c: ArmOperationContext, hub: VirtualHubSpec, day: number): Charge[] {
  const { world } = c
  const region = hub.location ?? world.topology.groups.get(hub.group)?.location ?? ''
  const hours = (id: string, meter: string, units: number) => charge(c, day, id, meter, 24 * units, region)
  const own = hubId(c, hub)
  const gb = (hub.routedMbps * 125 * MS_PER_DAY) / world.scenario.billing.gbBytes
  const expressRoute = hub.expressRoute && resourceId(world, hub.group, 'expressRouteGateways', hub.expressRoute.name)
  const vpn = hub.vpn && resourceId(world, hub.group, 'vpnGateways', hub.vpn.name)
  return [
    hours(own, 'Standard Hub Unit', 1),
    ...(gb > 0 ? [charge(c, day, own, 'Standard Hub Data Processed', gb, region)] : []),
    ...(hub.expressRoute && expressRoute
      ? [
          hours(expressRoute, 'ExpressRoute Scale Unit', hub.expressRoute.scaleUnits),
          hours(expressRoute, 'ExpressRoute Connection Unit', hub.expressRoute.connections.length),
        ]
      : []),
    ...(hub.vpn && vpn ? [hours(vpn, 'VPN S2S Scale Unit', hub.vpn.scaleUnits)] : []),
  ]
}

const charge = (
  c: ArmOperationContext,
  day: number,
  id: string,
  meter: string,
  quantity: number,
  region: string,
): Charge => chargeAt(c, day, id, meter, quantity, listPrice(meter, region))

function chargeAt(
  c: ArmOperationContext,
  day: number,
  id: string,
  meter: string,
  quantity: number,
  price: number,
): Charge {
  const { discount } = c.world.scenario.billing
  return { day, resourceId: id, meter, quantity, cost: quantity * price * (1 - discount) }
}
