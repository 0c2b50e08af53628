import { azureDocumentedValues, type EpochMs, canUseFastPath } from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import type { TcoRow } from '../../api/index.ts'
import { Decimal, formatMoneyAmount, formatUnitPrice } from '../money.ts'
import { convertBytesToGb } from '../usage/gigabyte.ts'
import {
  getGatewayMeterName,
  findGatewayPrice,
  type HourlyPrice,
  HUB_DATA_METER,
  findHourlyPrice,
  LATER_SCALE_UNITS_METER,
  ROUTE_SERVER_METER,
  MAX_SCALE_UNITS_AT_LIST_PRICE,
} from '../prices/gateway-meters.ts'
import type { PriceSheet } from '../prices/price-sheet.ts'
import type { UnreadConfigurationTime } from '../projection/circuit-input.ts'
import type { ProjectedMeter } from '../reconcile/reconcile.ts'
import { formatUnreadNote } from './circuit-rows.ts'

/**
 * Minimum number of scale units that a scalable gateway needs for FastPath.
 * @source ExpressRoute FastPath, gateway requirements
 */
const FASTPATH_SCALE_UNITS = azureDocumentedValues.fastpath_scale_units.value

/** A gateway during an interval in which its SKU and size were unchanged. */
export interface TcoGateway {
  resourceId: string
  name: string
  customer: string
  /**
   * Short id of the circuit to which all connections of the gateway belong; null = it has no circuit, or several
   * circuits.
   */
  circuitId: string | null
  kind: 'expressRoute' | 'vpn' | 'wanExpressRoute' | 'wanVpn' | 'wanHub' | 'routeServer'
  /**
   * SKU as in ARM; empty for a Virtual WAN gateway or hub, which has units instead of a SKU, and for a Route Server.
   */
  sku: string
  region: string
  /**
   * Minimum number of units that Azure bills: scale units of ErGwScale and of Virtual WAN gateways, router units of a
   * hub, and 1 for other gateways; null = ARM did not report it.
   */
  units: number | null
  /** Maximum number of units that autoscaling may reach; absent or null = the size is fixed. */
  unitsMost?: number | null
  /** Name of the firewall in a Virtual WAN hub; absent or null = the hub has no firewall. */
  firewall?: string | null
  /**
   * Bytes that the router of a Virtual WAN hub processed in the interval, and the part of the interval for which Azure
   * Monitor reported them; absent or null = unknown.
   */
  processed?: { bytes: bigint; coveredMs: number } | null
  /**
   * Number of connections between the gateway and circuits. Azure bills each connection of a Virtual WAN gateway as a
   * connection unit.
   */
  connections: number
  from: EpochMs
  to: EpochMs
  /**
   * time before the first inventory that listed the gateway, for which the first known configuration is assumed; absent
   * = the gateway was listed for the whole interval
   */
  unread?: UnreadConfigurationTime
  /** Whether FastPath is switched on for one of the gateway's connections. */
  fastPath: boolean
}

interface Part {
  kind: TcoRow['kind']
  /** Name of the meter on a bill; empty if the SKU has no meter. */
  meter: string
  price: HourlyPrice
  units: number
  /** Maximum number of units that autoscaling may reach; null = the number is fixed at `units`. */
  unitsMost: number | null
  unit: string
  /** Text for the note of the row, in addition to the note about the price. */
  note: string
}

/**
 * Returns the meters that a gateway should have on its bill for a period, and the reason for each meter that cannot be
 * projected. If the price of a part of a meter is unknown, the whole meter is not projected, because a partial quantity
 * cannot be compared with the bill.
 */
export function listGatewayMeters(
  gateway: TcoGateway,
  sheet: PriceSheet,
  { from, to, gb }: { from: EpochMs; to: EpochMs; gb: number },
): { meters: ProjectedMeter[]; unpriced: { meter: string; why: string }[] } {
  const span = Math.max(0, Math.min(gateway.to, to) - Math.max(gateway.from, from))
  const hours = new Decimal(span).dividedBy(MS_PER_HOUR)
  if (span === 0) return { meters: [], unpriced: [] }
  const parts = partsOf(gateway, sheet, hours)
  const data = gateway.kind === 'wanHub' ? hubDataMeter(gateway, sheet, { span, gb }) : null
  const unpriced = [
    ...parts.flatMap(({ meter, price }) => (price.ok ? [] : [{ meter, why: price.why }])),
    ...(data && 'why' in data ? [data] : []),
  ]
  const priced = parts.filter(({ meter }) => !unpriced.some((one) => one.meter === meter))
  const meters = priced.flatMap(({ meter, price, units, unitsMost }): ProjectedMeter[] => {
    if (!price.ok) return []
    const { region, price: unitPrice, currency } = price.meter
    const most = unitsMost === null ? {} : { atMost: hours.times(unitsMost) }
    return [{ meter, zone: region, quantity: hours.times(units), ...most, unitPrice, currency }]
  })
  return { meters: [...meters, ...(data && 'quantity' in data ? [data] : [])], unpriced }
}

/**
 * Returns the meter for the data that the router of a hub processed. Returns a reason instead if its price is unknown,
 * or if Azure Monitor did not report nearly all of the bytes.
 */
function hubDataMeter(
  { region, processed = null }: TcoGateway,
  sheet: PriceSheet,
  { span, gb }: { span: number; gb: number },
): ProjectedMeter | { meter: string; why: string } {
  const price = findHourlyPrice(sheet, HUB_DATA_METER, region, 'gb')
  if (!price.ok) return { meter: HUB_DATA_METER, why: price.why }
  const covered = (processed?.coveredMs ?? 0) / span
  if (!processed || covered < WHOLE)
    return { meter: HUB_DATA_METER, why: `its bytes are known of ${Math.floor(covered * 100)} % of the time` }
  const { region: zone, price: unitPrice, currency } = price.meter
  return { meter: HUB_DATA_METER, zone, quantity: convertBytesToGb(processed.bytes, gb), unitPrice, currency }
}

/**
 * Returns the cost rows of a gateway. They use the actual number of hours in the period and not the mean of 730 hours a
 * month.
 */
export function createGatewayRows(
  gateway: TcoGateway,
  sheet: PriceSheet,
  { from, to, gb }: { from: EpochMs; to: EpochMs; gb: number },
): TcoRow[] {
  const hours = new Decimal(Math.max(0, Math.min(gateway.to, to) - Math.max(gateway.from, from))).dividedBy(MS_PER_HOUR)
  if (hours.isZero()) return []
  const { resourceId, name, customer, circuitId, unread } = gateway
  const parts = partsOf(gateway, sheet, hours).map(({ kind, price, units, unitsMost, unit, note: about }) => {
    const quantity = hours.times(units)
    const band = unitsMost === null ? '' : bandNote(units, unitsMost, price, hours)
    const note = [about, band, ...formatUnreadNote(unread && [unread], { from, to })].filter(Boolean).join('; ')
    const common = {
      kind,
      circuitId,
      resourceId,
      customer,
      name,
      unit,
      quantity: quantity.toDecimalPlaces(6).toFixed(),
    }
    if (!price.ok) return { ...common, unitPrice: null, cost: null, note: [price.why, note].filter(Boolean).join('; ') }
    const { price: perHour, currency, name: meter, applied } = price.meter
    return {
      ...common,
      unitPrice: formatUnitPrice(perHour, currency),
      cost: formatMoneyAmount(perHour.times(quantity), currency),
      ...(unitsMost !== null && { costAtMost: formatMoneyAmount(perHour.times(hours).times(unitsMost), currency) }),
      note: [meter, price.note, applied?.words, note].filter(Boolean).join('; '),
    }
  })
  return gateway.kind === 'wanHub'
    ? [...parts, hubDataRow(gateway, sheet, { ms: hours.times(MS_PER_HOUR), gb }), ...unpricedOfHub(gateway)]
    : parts
}

/**
 * Returns a note about the cost of automatic scaling. Azure bills the number of units that is in use at the time. The
 * row contains the cost of the minimum number, so the note adds the cost of the maximum number.
 */
function bandNote(least: number, most: number, price: HourlyPrice, hours: Decimal): string {
  const cost = price.ok ? formatMoneyAmount(price.meter.price.times(hours).times(most), price.meter.currency) : null
  return `${least} units at least; ${cost ? `${cost.amount} ${cost.currency}` : 'a price that is not known'} at ${most}, to which it may scale`
}

/**
 * Returns the cost row for the data that the router of a hub forwarded between networks and branches. If Azure Monitor
 * did not report all bytes, the cost in the row is a minimum.
 * @source learn.microsoft.com/azure/virtual-wan/pricing-concepts
 */
function hubDataRow(
  { resourceId, name, customer, circuitId, region, firewall, processed = null }: TcoGateway,
  sheet: PriceSheet,
  { ms, gb }: { ms: Decimal; gb: number },
): TcoRow {
  const price = findHourlyPrice(sheet, HUB_DATA_METER, region, 'gb')
  const quantity = processed && convertBytesToGb(processed.bytes, gb)
  const covered = processed && new Decimal(processed.coveredMs).dividedBy(ms)
  const known =
    covered === null
      ? "its bytes are not known: Azure Monitor's VirtualHubDataProcessed has them"
      : covered.lessThan(WHOLE)
        ? `at least: its bytes are known of ${covered.times(100).toDecimalPlaces(0, Decimal.ROUND_FLOOR).toFixed()} % of the time`
        : null
  const words = price.ok ? [price.meter.name, price.note, price.meter.applied?.words] : [price.why]
  return {
    kind: 'hub_data',
    circuitId,
    resourceId,
    customer,
    name,
    unit: 'GB',
    quantity: quantity && quantity.toDecimalPlaces(6).toFixed(),
    unitPrice: price.ok ? formatUnitPrice(price.meter.price, price.meter.currency) : null,
    cost: price.ok && quantity ? formatMoneyAmount(price.meter.price.times(quantity), price.meter.currency) : null,
    note: [...words, known, firewall ? SECURED : null].filter(Boolean).join('; '),
  }
}

/**
 * Minimum share of a period for which Azure Monitor must report bytes so that the bytes count as complete. It is less
 * than 1, because Azure Monitor reports the newest minutes late.
 */
const WHOLE = 0.99
/**
 * Note for a hub with a firewall, to which its routing intent may send traffic.
 * Source: learn.microsoft.com/azure/virtual-wan/monitor-virtual-wan-reference, "Virtual hub data processed".
 */
const SECURED =
  'traffic that its routing intent sends to the firewall is billed at the firewall instead of the router, and the firewall is not polled'

/**
 * Returns rows for the parts of a hub whose price is not in the price list. These are the firewall, and the router
 * units beyond the two that the price of the hub includes.
 * @source learn.microsoft.com/azure/virtual-wan/pricing-concepts
 */
function unpricedOfHub({ resourceId, name, customer, circuitId, units, firewall }: TcoGateway): TcoRow[] {
  const row = (kind: TcoRow['kind'], quantity: string | null, unit: string, note: string): TcoRow => ({
    kind,
    circuitId,
    resourceId,
    customer,
    name,
    unit,
    quantity,
    unitPrice: null,
    cost: null,
    note,
  })
  const further = (units ?? ROUTER_UNITS_OF_HUB) - ROUTER_UNITS_OF_HUB
  return [
    ...(further > 0
      ? [row('hub_router', String(further), 'units', 'the price list has none for units of a hub’s router')]
      : []),
    ...(firewall
      ? [
          row(
            'hub_firewall',
            null,
            'hours',
            `${firewall}: priced by its SKU, which is not read, and by the GB that it processes`,
          ),
        ]
      : []),
  ]
}

/**
 * Number of router units that the price of a hub includes.
 * @source learn.microsoft.com/azure/virtual-wan/hub-settings
 */
const ROUTER_UNITS_OF_HUB = 2

function partsOf(gateway: TcoGateway, sheet: PriceSheet, hours: Decimal): Part[] {
  const { kind, sku, region, connections } = gateway
  const units = gateway.units ?? 1
  const unitsMost = gateway.unitsMost ?? null
  const plain = (meter: string): Part => ({
    kind: 'gateway',
    meter,
    price: findHourlyPrice(sheet, meter, region),
    units: 1,
    unitsMost: null,
    unit: 'hours',
    note: '',
  })
  switch (kind) {
    case 'expressRoute':
      return [expressRoutePart(gateway, sheet, hours)]
    case 'vpn':
      return [plain(sku.toLowerCase() === 'basic' ? 'Basic Gateway' : sku)]
    case 'wanHub':
      return [plain('Standard Hub Unit')]
    case 'wanVpn':
      return [{ ...plain('VPN S2S Scale Unit'), units, unit: 'unit hours' }]
    case 'wanExpressRoute': {
      const inUnits = (meter: string, of: number) => ({ ...plain(meter), units: of, unit: 'unit hours' })
      const later = {
        ...inUnits(LATER_SCALE_UNITS_METER, units - MAX_SCALE_UNITS_AT_LIST_PRICE),
        meter: 'ExpressRoute Scale Unit',
      }
      return [
        {
          ...inUnits('ExpressRoute Scale Unit', Math.min(units, MAX_SCALE_UNITS_AT_LIST_PRICE)),
          // units beyond MAX_SCALE_UNITS_AT_LIST_PRICE have another price, which is unknown, so the maximum is left out
          unitsMost: unitsMost !== null && unitsMost <= MAX_SCALE_UNITS_AT_LIST_PRICE ? unitsMost : null,
        },
        ...(later.units > 0 ? [{ ...later, price: later.price.ok ? later.price : NO_LATER_PRICE }] : []),
        ...(connections > 0 ? [inUnits('ExpressRoute Connection Unit', connections)] : []),
      ]
    }
    case 'routeServer':
      return [plain(ROUTE_SERVER_METER)]
  }
}

const NO_LATER_PRICE: HourlyPrice = {
  ok: false,
  why: `the price list has one price of scale units, which applies up to the ${MAX_SCALE_UNITS_AT_LIST_PRICE}th; scale units from the ${MAX_SCALE_UNITS_AT_LIST_PRICE + 1}th on cost less, so add a price override for "${LATER_SCALE_UNITS_METER}"`,
}

function expressRoutePart(gateway: TcoGateway, sheet: PriceSheet, hours: Decimal): Part {
  const { sku, region, fastPath } = gateway
  const isUnknown = gateway.units === null
  const units = gateway.units ?? 1
  const price: HourlyPrice = isUnknown
    ? { ok: false, why: 'its price depends on scale units, which Azure does not report' }
    : findGatewayPrice(sheet, sku, region)
  const isBigEnough = canUseFastPath(sku, gateway.units) === true
  return {
    kind: fastPath && isBigEnough ? 'fastpath_gateway' : 'gateway',
    meter: getGatewayMeterName(sku),
    price,
    units,
    unitsMost: gateway.unitsMost ?? null,
    unit: units === 1 ? 'hours' : 'unit hours',
    note: fastPath ? fastPathNote(gateway, isBigEnough, price, sheet, hours) : '',
  }
}

/**
 * Returns a note about the price of FastPath, which needs a large gateway. If the gateway is large enough, the note
 * contains its additional cost compared with the next smaller SKU, which has no FastPath. If the gateway is too small,
 * the note contains the additional cost of a large enough SKU.
 */
function fastPathNote(
  { sku, region, units: ofGateway }: TcoGateway,
  isBigEnough: boolean,
  price: HourlyPrice,
  sheet: PriceSheet,
  hours: Decimal,
): string {
  const units = ofGateway ?? 1
  const inZones = /az$|scale$/i.test(sku)
  const [small, big] = inZones ? ['ErGw2AZ', 'ErGw3AZ'] : ['HighPerformance', 'UltraPerformance']
  const other = findGatewayPrice(sheet, isBigEnough ? small : big, region)
  const difference =
    price.ok && other.ok && price.meter.currency === other.meter.currency
      ? formatMoneyAmount(
          price.meter.price.times(units).minus(other.meter.price).abs().times(hours),
          price.meter.currency,
        )
      : null
  const amount = difference ? `${difference.amount} ${difference.currency}` : 'at a price that the list does not have'
  return isBigEnough
    ? `FastPath needs this size: ${amount} more than ${small}`
    : `FastPath is switched on, and needs ${big} or a scalable gateway of ${FASTPATH_SCALE_UNITS} units: ${amount} more`
}
