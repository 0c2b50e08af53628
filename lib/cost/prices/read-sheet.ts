import { z } from 'zod'
import type { EpochMs } from '#lib/contract/index.ts'
import { Decimal } from '../money.ts'
import { checkSheet } from './checks.ts'
import type { Meter, MeterUnit, PriceSheet, SheetFault } from './sheet.ts'

export type SheetReading = { ok: true; sheet: PriceSheet } | { ok: false; faults: SheetFault[] }

/**
 * An item of the Azure Retail Prices API, as far as it is read. Times come with or without fractions.
 * @source learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices
 */
const item = z.object({
  currencyCode: z.string(),
  tierMinimumUnits: z.number(),
  retailPrice: z.number(),
  unitPrice: z.number(),
  armRegionName: z.string().nullish(),
  location: z.string().nullish(),
  effectiveStartDate: z.string(),
  meterId: z.string(),
  meterName: z.string(),
  productName: z.string(),
  skuName: z.string(),
  serviceName: z.string(),
  unitOfMeasure: z.string(),
  type: z.string(),
})
type Item = z.infer<typeof item>

const page = z.object({
  BillingCurrency: z.string(),
  Items: z.array(item),
  NextPageLink: z.string().nullish(),
  Count: z.number(),
})

const UNITS: Record<string, MeterUnit> = { '1/Month': 'month', '1 Hour': 'hour', '1 GB': 'gb' }
const SERVICES = new Set(['ExpressRoute', 'Virtual WAN', 'Virtual Network', 'VPN Gateway'])

/** At most so many faults are listed: a broken sheet has thousands of one kind. */
const MOST_FAULTS = 20

/**
 * Reads the pages of one answer of the Retail Prices API into a sheet. It is taken whole or not at all: one malformed item, or one
 * absurd price, and the caller keeps the last good one.
 * @param pages the answer's bodies, in order, as parsed from JSON
 * @param last the last good sheet: prices that moved by more than a factor of five are refused
 */
export function readPriceSheet(
  pages: readonly unknown[],
  about: { source: PriceSheet['source']; readAt: EpochMs; last?: PriceSheet | undefined },
): SheetReading {
  const read = pages.map((one) => page.safeParse(one))
  const faults: SheetFault[] = read.flatMap((one, i) =>
    one.success
      ? []
      : one.error.issues
          .slice(0, MOST_FAULTS)
          .map((issue) => ({ check: 'shape', detail: `page ${i + 1}, ${issue.path.join('.')}: ${issue.message}` })),
  )
  if (faults.length > 0) return { ok: false, faults: faults.slice(0, MOST_FAULTS) }
  const bodies = read.flatMap((one) => (one.success ? [one.data] : []))
  const items = bodies.flatMap((body) => body.Items).filter(isWanted)
  const currencies = new Set([...bodies.map((body) => body.BillingCurrency), ...items.map((one) => one.currencyCode)])
  const currency = [...currencies][0] ?? ''
  for (const [i, body] of bodies.entries()) {
    if (body.Count !== body.Items.length) {
      faults.push({ check: 'count', detail: `page ${i + 1} says ${body.Count} items and holds ${body.Items.length}` })
    }
  }
  if (currencies.size !== 1 || !/^[A-Z]{3}$/.test(currency)) {
    faults.push({ check: 'currency', detail: `one currency is wanted, found: ${[...currencies].join(', ') || 'none'}` })
  }
  const meters: Meter[] = []
  for (const one of items) {
    const fault = faultOf(one)
    if (fault) faults.push(fault)
    else meters.push(meterOf(one, about.source))
  }
  const sheet: PriceSheet = { source: about.source, readAt: about.readAt, currency, meters }
  if (faults.length === 0) faults.push(...checkSheet(sheet, about.last))
  return faults.length > 0 ? { ok: false, faults: faults.slice(0, MOST_FAULTS) } : { ok: true, sheet }
}

/** Pay-as-you-go prices of networking. Reservations, dev/test and other services are in an unfiltered answer, and no fault. */
function isWanted({ type, serviceName, tierMinimumUnits, unitOfMeasure, meterName }: Item): boolean {
  if (type !== 'Consumption' || !SERVICES.has(serviceName)) return false
  // None of the meters that are used has volume tiers; an upper tier of another would be taken for its price.
  if (tierMinimumUnits !== 0) return false
  return serviceName === 'ExpressRoute' || unitOfMeasure in UNITS || / (Gateway|Unit)$/.test(meterName)
}

function faultOf(one: Item): SheetFault | null {
  const name = `${one.meterName} in ${one.armRegionName || 'no region'}`
  if (!(one.unitOfMeasure in UNITS)) return { check: 'unit', detail: `${name}: unit ${one.unitOfMeasure} is not known` }
  if (Number.isNaN(Date.parse(one.effectiveStartDate))) {
    return { check: 'date', detail: `${name}: ${one.effectiveStartDate} is no date` }
  }
  if (one.retailPrice !== one.unitPrice) {
    return { check: 'two_prices', detail: `${name}: retail price ${one.retailPrice}, unit price ${one.unitPrice}` }
  }
  return null
}

function meterOf(one: Item, source: PriceSheet['source']): Meter {
  return {
    name: one.meterName,
    service: one.serviceName,
    product: one.productName,
    sku: one.skuName,
    unit: UNITS[one.unitOfMeasure] ?? 'month',
    region: one.armRegionName ?? '',
    price: new Decimal(String(one.retailPrice)),
    currency: one.currencyCode,
    effectiveFrom: Date.parse(one.effectiveStartDate),
    meterId: source === 'snapshot' ? null : one.meterId,
  }
}
