import type { EpochMs } from '#lib/contract/index.ts'
import type { TcoRow } from '../../api/index.ts'
import { Decimal, formatMoneyAmount, formatUnitPrice } from '../money.ts'
import type { DeclaredCharge } from '../prices/overrides.ts'
import { quoteOffer } from '../prices/quote-offer.ts'
import { classifyMeter, type PriceSheet } from '../prices/price-sheet.ts'
import { formatUnreadConfigurationPeriods } from '../projection/assumptions.ts'
import type { UnreadConfigurationTime } from '../projection/circuit-input.ts'
import { type BilledHour } from '../usage/billed-usage.ts'
import { convertBytesToGb } from '../usage/gigabyte.ts'
import type { BillingMonth } from '../usage/month.ts'
import { prorateMonthlyPrice, type PricedInterval, clipPricedIntervals } from '../usage/sold-intervals.ts'

/**
 * The period over which costs are summed. It is a number of billing months, and the last of them is the current month
 * until now.
 */
export interface TotalCostPeriod {
  from: EpochMs
  to: EpochMs
  months: readonly BillingMonth[]
  gb: number
}

export interface TcoCircuit {
  circuitId: string
  resourceId: string
  name: string
  customer: string
  direct: boolean
  globalReach: boolean
  /** Reason why the circuit has no price; null = it has a price. */
  unpricedBecause: string | null
  sheet: PriceSheet
  sold: readonly PricedInterval[]
  unread?: readonly UnreadConfigurationTime[]
  /** billed usage of each hour in the period */
  hours: readonly BilledHour[]
  charges: readonly DeclaredCharge[]
}

/**
 * Returns the cost rows of a circuit: the port at the price of the tier Standard, the additional price of Premium,
 * data, charges that operators declared, and rows for parts whose price is unknown.
 */
export function createCircuitRows(circuit: TcoCircuit, frame: TotalCostPeriod): TcoRow[] {
  return [
    ...portRows(circuit, frame),
    ...dataRows(circuit, frame),
    ...circuit.charges.flatMap((charge) => chargeRow(circuit, charge, frame)),
    ...unpricedRows(circuit),
  ]
}

/**
 * Returns the rows for parts of a circuit's cost whose price is unknown. The rows are listed, but sums do not include
 * them.
 */
function unpricedRows(circuit: TcoCircuit): TcoRow[] {
  const declared: ReadonlySet<string> = new Set(circuit.charges.map(({ charge }) => charge))
  const ofOthers = (
    charge: DeclaredCharge['charge'],
    kind: TcoRow['kind'],
    what: string,
  ): [TcoRow['kind'], boolean, string] => [
    kind,
    !declared.has(charge),
    `not declared: ${what}; add it as a charge of the circuit, at 0 where there is none`,
  ]
  const missing: [kind: TcoRow['kind'], isMissing: boolean, why: string][] = [
    ['circuit', circuit.unpricedBecause !== null, circuit.unpricedBecause ?? ''],
    [
      'direct_port',
      circuit.direct && !declared.has('direct_port'),
      'no list has the price of an ExpressRoute Direct port pair or LAG: declare it',
    ],
    [
      'global_reach',
      circuit.globalReach && !declared.has('global_reach'),
      "no list has Global Reach's fee and rates, out of the source's zone and into the destination's: declare what it costs",
    ],
    // a circuit on a port of the customer (ExpressRoute Direct) has no provider
    ...(circuit.direct ? [] : [ofOthers('provider_l2', 'provider_l2', "the provider's service")]),
    ofOthers('cross_connect', 'cross_connect_monthly', 'cross-connects, one to each of the two edges'),
    ofOthers('colocation', 'colocation', 'rack, power and routers where the circuit ends'),
  ]
  return missing
    .filter(([, isMissing]) => isMissing)
    .map(([kind, , note]) => ({
      ...of(circuit),
      kind,
      circuitId: circuit.circuitId,
      quantity: null,
      unit: 'months',
      unitPrice: null,
      cost: null,
      note,
    }))
}

function portRows(circuit: TcoCircuit, frame: TotalCostPeriod): TcoRow[] {
  return frame.months.flatMap((month) =>
    clipPricedIntervals(circuit.sold, Math.max(month.from, frame.from), Math.min(month.to, frame.to)).flatMap((one) => {
      const share = prorateMonthlyPrice(new Decimal(1), one.from, one.to, month)
      const { currency, zone, plan, bandwidthMbps, tier } = one.quote
      const standard =
        tier === 'Premium'
          ? quoteOffer(circuit.sheet, zone, { plan, tier: 'Standard', bandwidthMbps }, circuit.direct)
          : null
      const { port: base, meters } = standard?.ok ? standard.quote : one.quote
      const meter = meters.find(({ name }) => classifyMeter(name) === 'circuit')?.name ?? 'ExpressRoute Direct'
      const row = (kind: TcoRow['kind'], price: Decimal, note: string): TcoRow => ({
        ...of(circuit),
        kind,
        circuitId: circuit.circuitId,
        quantity: share.toDecimalPlaces(6).toFixed(),
        unit: 'months',
        unitPrice: formatUnitPrice(price, currency),
        cost: formatMoneyAmount(price.times(share), currency),
        note: [note, ...formatUnreadNote(circuit.unread, one)].join('; '),
      })
      const premium = one.quote.port.minus(base)
      return [
        row('circuit', base, `${month.name}: ${meter}, ${zone}`),
        ...(premium.isZero() ? [] : [row('premium', premium, `${month.name}: Premium less Standard, ${zone}`)]),
      ]
    }),
  )
}

/**
 * Returns a text about the parts of a row's period in which the configuration was not read; empty if it was read for
 * the whole period.
 */
export const formatUnreadNote = (
  unread: readonly UnreadConfigurationTime[] = [],
  time: { from: EpochMs; to: EpochMs },
): string[] =>
  formatUnreadConfigurationPeriods(
    unread.filter(({ from, to }) => from < time.to && to > time.from),
    time.from,
  )

function dataRows(circuit: TcoCircuit, frame: TotalCostPeriod): TcoRow[] {
  return clipPricedIntervals(circuit.sold, frame.from, frame.to).flatMap((one): TcoRow[] => {
    if (one.quote.plan !== 'metered') return []
    const bytes = circuit.hours
      .filter(({ start }) => one.from <= start && start < one.to)
      .reduce((sum, hour) => sum + hour.bytes + hour.late, 0n)
    const quantity = convertBytesToGb(bytes, frame.gb)
    return [
      {
        ...of(circuit),
        kind: 'metered_data',
        circuitId: circuit.circuitId,
        quantity: quantity.toDecimalPlaces(9).toFixed(),
        unit: 'GB',
        unitPrice: formatUnitPrice(one.quote.perGb, one.quote.currency),
        cost: formatMoneyAmount(quantity.times(one.quote.perGb), one.quote.currency),
        note: `measured, out of Azure, ${one.quote.zone}; traffic during gaps is not included`,
      },
    ]
  })
}

/**
 * Returns the rows of a charge that an operator declared. A monthly amount is included for the time in which the charge
 * is in force. A one-time amount is included if it is due within the period.
 */
function chargeRow(circuit: TcoCircuit, charge: DeclaredCharge, frame: TotalCostPeriod): TcoRow[] {
  const { currency, from, until } = charge
  const months = frame.months.reduce((sum, month) => {
    const begin = Math.max(month.from, from, frame.from)
    const end = Math.min(month.to, until ?? month.to, frame.to)
    return begin < end ? sum.plus(prorateMonthlyPrice(new Decimal(1), begin, end, month)) : sum
  }, new Decimal(0))
  // a one-time amount is due at the begin of the charge; without a begin, it is due at the time of its declaration
  const due = from > 0 ? from : charge.at
  const isDue = frame.from <= due && due < frame.to
  const row = (kind: TcoRow['kind'], amount: string, times: Decimal, unit: string): TcoRow => ({
    ...of(circuit),
    kind,
    circuitId: circuit.circuitId,
    name: charge.name,
    quantity: times.toDecimalPlaces(6).toFixed(),
    unit,
    unitPrice: formatUnitPrice(new Decimal(amount), currency),
    cost: formatMoneyAmount(times.times(amount), currency),
    note: `${circuit.name}; declared by ${charge.by}: ${charge.why}`,
  })
  const kindOf = (how: 'monthly' | 'once'): TcoRow['kind'] =>
    charge.charge === 'cross_connect' ? `cross_connect_${how}` : charge.charge
  return [
    ...(charge.monthly !== null && !months.isZero() ? [row(kindOf('monthly'), charge.monthly, months, 'months')] : []),
    ...(charge.once !== null && isDue ? [row(kindOf('once'), charge.once, new Decimal(1), 'once')] : []),
  ]
}

function of({ resourceId, name, customer }: { resourceId: string; name: string; customer: string }) {
  return { resourceId, name, customer }
}
