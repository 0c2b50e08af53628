import { z } from 'zod'
import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { Decimal } from '../money.ts'
import { checkPriceMeter, checkPriceMeters, checkPriceSheet } from './sheet-checks.ts'
import { isMeterPriced } from './gateway-meters.ts'
import type { PriceMeter, MeterUnit, PriceSheet, PriceSheetFault, UnusedPriceRows } from './price-sheet.ts'

type SheetReading =
  | {
      ok: true
      sheet: PriceSheet
      /**
       * The first 20 rows that were left out of the list, each with the reason. If the price of the last list is used
       * for such a row, the reason mentions it.
       */
      refused: PriceSheetFault[]
      /** Total number of rows that were left out. */
      refusedRows: number
      unused: UnusedPriceRows
    }
  | { ok: false; faults: PriceSheetFault[] }

/**
 * Fields of an item of the Azure Retail Prices API that Peerwatch reads. The times may have fractions of a second or
 * not.
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
/**
 * The fields that are read from an item that does not match the full schema. They are sufficient to decide whether cost
 * calculations need the item.
 */
const anyItem = z.looseObject({
  type: z.string().exactOptional(),
  serviceName: z.string().exactOptional(),
  meterName: z.string().exactOptional(),
  productName: z.string().exactOptional(),
  armRegionName: z.string().nullish(),
})

/**
 * A page of the response. All fields except the items may be missing. A stricter schema would refuse the whole page, so
 * that all its items would be lost.
 */
const page = z.object({
  BillingCurrency: z.string().nullish(),
  Items: z.array(z.unknown()),
  Count: z.number().nullish().catch(null),
})

const UNITS: Record<string, MeterUnit> = createSafeLookupTable({ '1/Month': 'month', '1 Hour': 'hour', '1 GB': 'gb' })
const SERVICES = new Set(['ExpressRoute', 'Virtual WAN', 'Virtual Network', 'VPN Gateway'])

/** Maximum number of faults in a result. A broken price list may have thousands of similar faults. */
const MAX_FAULTS = 20
const MAX_EXAMPLES = 3
/**
 * Maximum share of unusable rows among the rows that cost calculations need. If there are more, the whole list is
 * refused. A single unusable row is always accepted.
 */
const MAX_REFUSED = 0.1

/**
 * Reads a price list from the pages of one response of the Retail Prices API. An unusable row is left out and reported,
 * for example a row with an unknown unit or a price that contradicts another row. Azure adds new kinds of rows every
 * few months, and the other rows remain correct. If cost calculations need the meter of an unusable row, the price of
 * the last list is used for it. The whole list is refused if too many of the needed rows are unusable, or if the list
 * as a whole fails a check. The caller then keeps the last valid list.
 * @param pages the bodies of the response, in order, as parsed from JSON
 * @param about.last the price list that is currently in use
 */
export function parsePriceSheet(
  pages: readonly unknown[],
  about: { source: PriceSheet['source']; readAt: EpochMs; last?: PriceSheet | undefined },
): SheetReading {
  const { source, readAt, last } = about
  const read = pages.map((one) => page.safeParse(one))
  const faults: PriceSheetFault[] = read.flatMap((one, i) =>
    one.success
      ? []
      : one.error.issues.map((issue) => ({
          check: 'shape',
          detail: `page ${i + 1}, ${issue.path.join('.')}: ${issue.message}`,
        })),
  )
  if (faults.length > 0) return { ok: false, faults: faults.slice(0, MAX_FAULTS) }
  const bodies = read.flatMap((one) => (one.success ? [one.data] : []))
  const items = bodies.flatMap((body, i) => body.Items.map((one, n) => itemOf(one, `page ${i + 1}, Items.${n}`)))
  const stated = bodies.flatMap(({ BillingCurrency }) => BillingCurrency ?? [])
  const currencies = new Set(
    stated.length > 0 ? stated : items.flatMap((one) => ('item' in one ? one.item.currencyCode : [])),
  )
  const currency = [...currencies][0] ?? ''
  for (const [i, { Count, Items }] of bodies.entries()) {
    if (typeof Count === 'number' && Count !== Items.length) {
      faults.push({ check: 'count', detail: `page ${i + 1} says ${Count} items and holds ${Items.length}` })
    }
  }
  if (currencies.size !== 1 || !/^[A-Z]{3}$/.test(currency)) {
    faults.push({ check: 'currency', detail: `one currency is wanted, found: ${[...currencies].join(', ') || 'none'}` })
  }
  const meters: PriceMeter[] = []
  const refused: RefusedRow[] = []
  const unused: string[] = []
  for (const row of items) {
    if ('unused' in row) unused.push(row.unused)
    else if ('fault' in row) refused.push(row)
    else {
      const meter = meterOf(row.item, source)
      const fault = faultOf(row.item, currency) ?? checkPriceMeter(meter, readAt)
      if (fault) refused.push({ key: keyOf(meter), isUsed: isMeterPriced(meter), fault })
      else meters.push(meter)
    }
  }
  const contradicting = checkPriceMeters(meters, last?.currency === currency ? last.meters : [])
  const taken = meters.filter((meter) => !contradicting.has(meter))
  for (const [meter, fault] of contradicting) refused.push({ key: keyOf(meter), isUsed: isMeterPriced(meter), fault })
  const odd = refused.filter(({ isUsed }) => isUsed)
  const used = odd.length + taken.filter(isMeterPriced).length
  if (odd.length > Math.max(1, used * MAX_REFUSED)) faults.push(...odd.slice(0, MAX_FAULTS).map(({ fault }) => fault))
  const kept = keptPrices(refused, taken, last)
  const sheet: PriceSheet = { source, readAt, currency, meters: [...taken, ...kept] }
  if (faults.length === 0) faults.push(...checkPriceSheet(sheet, last, new Set(refused.map(({ key }) => key))))
  if (faults.length > 0) return { ok: false, faults: faults.slice(0, MAX_FAULTS) }
  const keptKeys = new Set(kept.map(keyOf))
  const words = refused.slice(0, MAX_FAULTS).map(({ key, fault: { check, detail } }) => ({
    check,
    detail: keptKeys.has(key) ? `${detail}; the price of the last list is kept` : detail,
  }))
  const examples = [...new Set(unused)].slice(0, MAX_EXAMPLES)
  return { ok: true, sheet, refused: words, refusedRows: refused.length, unused: { rows: unused.length, examples } }
}

/** Key of an unusable row that has no meter name. Such a row may belong to any meter. */
const ANY_METER = ''

interface RefusedRow {
  /** name and region of the meter, or {@link ANY_METER} */
  key: string
  /** Whether cost calculations use the meter of the row. */
  isUsed: boolean
  fault: PriceSheetFault
}

const keyOf = ({ name, region }: { name: string; region: string | null | undefined }): string =>
  `${name} in ${region || 'no region'}`

/**
 * Returns meters of the last list that replace meters of the new list. A meter is returned if cost calculations need
 * it, the new list does not contain it, and an unusable row of the new list belongs or may belong to it.
 */
function keptPrices(
  refused: readonly RefusedRow[],
  meters: readonly PriceMeter[],
  last: PriceSheet | undefined,
): PriceMeter[] {
  const listed = new Set(meters.map((meter) => `${meter.sku} ${keyOf(meter)}`))
  const wanted = new Set(refused.map(({ key }) => key))
  return (last?.meters ?? []).filter(
    (meter) =>
      (wanted.has(keyOf(meter)) || wanted.has(ANY_METER)) &&
      isMeterPriced(meter) &&
      !listed.has(`${meter.sku} ${keyOf(meter)}`),
  )
}

type Row = { item: Item } | RefusedRow | { unused: string }

function itemOf(value: unknown, at: string): Row {
  const read = item.safeParse(value)
  if (read.success) {
    const { data } = read
    const { type, meterName, skuName, tierMinimumUnits } = data
    if (isWanted(data)) return { item: data }
    return {
      unused: `${keyOf({ name: meterName, region: data.armRegionName })} (${type}, ${skuName}, ${data.unitOfMeasure}${tierMinimumUnits > 0 ? `, from ${tierMinimumUnits}` : ''})`,
    }
  }
  const about = anyItem.safeParse(value).data ?? {}
  const { type = 'Consumption', serviceName, meterName, productName = '', armRegionName } = about
  const key = keyOf({ name: meterName ?? at, region: armRegionName })
  if (type !== 'Consumption' || (serviceName !== undefined && !SERVICES.has(serviceName))) return { unused: key }
  const [issue] = read.error.issues
  const fault = { check: 'shape', detail: `${key}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` }
  if (meterName === undefined) return { key: ANY_METER, isUsed: false, fault }
  return { key, isUsed: isMeterPriced({ name: meterName, product: productName }), fault }
}

/**
 * Reports whether an item is a pay-as-you-go price of networking. The response also contains reservations, dev/test
 * prices and other services. Cost calculations do not support price tiers. An item for an upper tier of a meter that
 * they need is therefore included, so that it is reported as unusable.
 */
function isWanted({ type, serviceName, productName, tierMinimumUnits, unitOfMeasure, meterName }: Item): boolean {
  if (type !== 'Consumption' || !SERVICES.has(serviceName)) return false
  if (tierMinimumUnits > 0 && !isMeterPriced({ name: meterName, product: productName })) return false
  return serviceName === 'ExpressRoute' || unitOfMeasure in UNITS || / (Gateway|Unit)$/.test(meterName)
}

function faultOf(one: Item, currency: string): PriceSheetFault | null {
  const name = keyOf({ name: one.meterName, region: one.armRegionName })
  if (one.currencyCode !== currency)
    return { check: 'currency', detail: `${name}: ${one.currencyCode}, not ${currency}` }
  if (one.tierMinimumUnits !== 0)
    return { check: 'tier', detail: `${name}: figures use no tier that begins at ${one.tierMinimumUnits}` }
  if (!(one.unitOfMeasure in UNITS)) return { check: 'unit', detail: `${name}: unit ${one.unitOfMeasure} is not known` }
  if (Number.isNaN(Date.parse(one.effectiveStartDate))) {
    return { check: 'date', detail: `${name}: ${one.effectiveStartDate} is no date` }
  }
  if (one.retailPrice !== one.unitPrice) {
    return { check: 'two_prices', detail: `${name}: retail price ${one.retailPrice}, unit price ${one.unitPrice}` }
  }
  return null
}

function meterOf(one: Item, source: PriceSheet['source']): PriceMeter {
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
