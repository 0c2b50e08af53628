import type { StoredTco, TcoRow } from '../../api/index.ts'
import { UNALLOCATED_CUSTOMER } from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { Decimal, formatMoneyAmount, formatUnitPrice, sumMoneyByCurrency } from '../money.ts'
import { findGatewayPrice, computeNetworkPeeringPrice } from '../prices/gateway-meters.ts'
import type { PriceSheet } from '../prices/price-sheet.ts'
import { convertBytesToGb } from '../usage/gigabyte.ts'
import { createGatewayRows, type TcoGateway } from './gateway-hours.ts'
import { createPeeringRows, type TcoPeering } from './peering-rows.ts'
import { createCircuitRows, type TcoCircuit, type TotalCostPeriod } from './circuit-rows.ts'
import { type CustomerPortion, splitRowAmongCustomers } from './customer-portions.ts'

/**
 * A network whose ExpressRoute gateway is shared with peered networks (spokes). Without the shared gateway, each spoke
 * would need its own gateway.
 */
export interface SharedHubGateway {
  hub: string
  spokes: number
  sku: string
  region: string
  /**
   * Bytes into Azure and out of Azure on the circuits of this gateway. They are the maximum for the bytes of the
   * peerings with the spokes.
   */
  atMostIn: bigint
  atMostOut: bigint
}

/** How the cost of a shared resource is divided among customers. */
export interface SharedCostPortions {
  portions: readonly CustomerPortion[]
  /** customers who may have to pay for the part of the cost that is in nobody's share */
  sharedBy: readonly string[]
}

/** Functions that decide which part of the cost the caller may see. */
export interface VisibleTcoPart {
  /** Returns the row as the caller may see it; null = the caller may not see the row. */
  rowSeen(row: TcoRow): TcoRow | null
  isNamed(customer: string): boolean
}

const EVERYTHING: VisibleTcoPart = { rowSeen: (row) => row, isNamed: () => true }

export interface TcoInput {
  /** circuits, each with its bytes into and out of Azure on both paths in the period */
  circuits: readonly (TcoCircuit & SharedCostPortions & { bytesIn: bigint; bytesOut: bigint })[]
  gateways: readonly (TcoGateway & SharedCostPortions)[]
  peerings: readonly TcoPeering[]
  hubs: readonly SharedHubGateway[]
  /** Price list for the gateways and peerings. */
  sheet: PriceSheet
  /** names of subscriptions that pay, by their ID in lower case; a missing ID means that the name is unknown */
  names?: ReadonlyMap<string, string>
}

/** Mean number of hours in a month (8,760 h / 12), for monthly amounts that do not refer to a particular month. */
const MEAN_MONTH_HOURS = 730

/** A cost row. If it is not assigned to a customer, `sharedBy` contains the customers who may have to pay for it. */
interface Counted {
  row: TcoRow
  sharedBy: readonly string[]
}

/**
 * Returns the cost of all circuits, gateways, hubs and peerings. The result contains rows, and sums of them by circuit,
 * by customer and in total, separately for each currency. The sums by customer, including the unallocated part, add up
 * to the total.
 * @param sight decides which rows the caller may see; by default all rows
 */
export function computeTco(facts: TcoInput, frame: TotalCostPeriod, sight: VisibleTcoPart = EVERYTHING): StoredTco {
  const all: Counted[] = [
    ...facts.circuits.flatMap((circuit) => split(createCircuitRows(circuit, frame), circuit)),
    ...facts.gateways.flatMap((gateway) => split(createGatewayRows(gateway, facts.sheet, frame), gateway)),
    ...facts.peerings.flatMap((peering) =>
      createPeeringRows(peering, facts.sheet, frame.gb).map((row) => ({ row, sharedBy: [] })),
    ),
  ]
  const rows = all.flatMap(({ row }) => sight.rowSeen(row) ?? [])
  return {
    from: frame.from,
    to: frame.to,
    months: frame.months.length,
    rows,
    perCircuit: facts.circuits.map(({ circuitId, bytesIn, bytesOut }) =>
      perCircuit(circuitId, bytesIn + bytesOut, rows, frame.gb),
    ),
    perCustomer: customersIn(all, rows, sight).map((customer) => {
      const own = rows.filter((row) => row.customer === customer)
      const mayHave = all.flatMap(({ row, sharedBy }) => (sharedBy.includes(customer) ? row : []))
      return {
        customer,
        name: facts.names?.get(customer.toLowerCase()) ?? null,
        totals: sumMoneyByCurrency(costsOf(own)),
        atMost: sumMoneyByCurrency(costsOf([...own, ...mayHave])),
        unpriced: [...own, ...mayHave].filter(({ cost }) => cost === null).length,
      }
    }),
    totals: sumMoneyByCurrency(costsOf(rows)),
    gatewaysSaved: facts.hubs.flatMap((hub) => saved(hub, facts.sheet, frame)),
  }
}

/**
 * Returns the customers to whom rows are assigned, and the visible customers who may have to pay for unallocated rows.
 */
function customersIn(all: readonly Counted[], rows: readonly TcoRow[], { isNamed }: VisibleTcoPart): string[] {
  const mayPay = all.flatMap(({ sharedBy }) => sharedBy).filter(isNamed)
  return [...new Set([...rows.map(({ customer }) => customer), ...mayPay])]
}

const split = (rows: readonly TcoRow[], { portions, sharedBy }: SharedCostPortions): Counted[] =>
  rows
    .flatMap((row) => splitRowAmongCustomers(row, portions))
    .map((row) => ({ row, sharedBy: row.customer === UNALLOCATED_CUSTOMER ? sharedBy : [] }))

const costsOf = (rows: readonly TcoRow[]) => rows.flatMap(({ cost }) => cost ?? [])

function perCircuit(
  circuitId: string,
  moved: bigint,
  rows: readonly TcoRow[],
  gb: number,
): StoredTco['perCircuit'][number] {
  const own = rows.filter((row) => row.circuitId === circuitId)
  const totals = sumMoneyByCurrency(costsOf(own))
  const gbTransferred = convertBytesToGb(moved, gb)
  return {
    circuitId,
    totals,
    perGb: gbTransferred.isZero()
      ? []
      : totals.map(({ amount, currency }) =>
          formatUnitPrice(new Decimal(amount).dividedBy(gbTransferred).toDecimalPlaces(4), currency),
        ),
    gbTransferred: gbTransferred.toDecimalPlaces(3).toFixed(),
    unpriced: own.filter(({ cost }) => cost === null).length,
  }
}

function saved(
  { hub, spokes, sku, region, atMostIn, atMostOut }: SharedHubGateway,
  sheet: PriceSheet,
  { from, to, gb }: TotalCostPeriod,
): StoredTco['gatewaysSaved'] {
  const gateway = findGatewayPrice(sheet, sku, region)
  if (!gateway.ok || spokes === 0) return []
  const peering = computeNetworkPeeringPrice(sheet, { isGlobal: false, zone: null, region })
  const each = gateway.meter.price.times(MEAN_MONTH_HOURS)
  const hours = (to - from) / MS_PER_HOUR
  const perMonth = (bytes: bigint) => convertBytesToGb(bytes, gb).times(MEAN_MONTH_HOURS).dividedBy(hours)
  return [
    {
      hub,
      gateways: spokes,
      perMonth: formatMoneyAmount(each.times(spokes), gateway.meter.currency),
      // Azure charges a GB only on the side of the spoke, once for each direction.
      peeringAtMostPerMonth:
        peering.ok && hours > 0 && peering.price.in.currency === peering.price.out.currency
          ? formatMoneyAmount(
              peering.price.in.price.times(perMonth(atMostIn)).plus(peering.price.out.price.times(perMonth(atMostOut))),
              peering.price.in.currency,
            )
          : null,
    },
  ]
}
