import { z } from 'zod'
import { wordTable } from '#lib/bgp/word-table.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { Decimal } from '../money.ts'
import { checkMeter, checkSheet } from './checks.ts'
import { isPriced } from './gateway-meters.ts'
import type { PriceMeter, MeterUnit, PriceSheet, SheetFault } from './sheet.ts'

type SheetReading =
  | {
      ok: true
      sheet: PriceSheet
      /** rows that were left out, and what became of their prices */
      refused: SheetFault[]
    }
  | { ok: false; faults: SheetFault[] }

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
/** What says whether anybody wants an item that can't be read. */
const anyItem = z.looseObject({
  type: z.string().exactOptional(),
  serviceName: z.string().exactOptional(),
  meterName: z.string().exactOptional(),
  armRegionName: z.string().nullish(),
})

const page = z.object({
  BillingCurrency: z.string(),
  Items: z.array(z.unknown()),
  NextPageLink: z.string().nullish(),
  Count: z.number(),
})

const UNITS: Record<string, MeterUnit> = wordTable({ '1/Month': 'month', '1 Hour': 'hour', '1 GB': 'gb' })
const SERVICES = new Set(['ExpressRoute', 'Virtual WAN', 'Virtual Network', 'VPN Gateway'])

/** At most so many faults are listed: a broken sheet has thousands of one kind. */
const MOST_FAULTS = 20
/** A list of which more than this share of rows is odd is no list with odd rows. */
const MOST_REFUSED = 0.1

/**
 * Reads the pages of one answer of the Retail Prices API into a sheet. An odd row, such as one in a unit that nobody knows, is left out and named:
 * new meters come every few months, and the others hold. Of a meter that figures are made of, the last list's price stays. What speaks against
 * the list as a whole, or too many odd rows, refuses it, and the caller keeps the last good one.
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
      : one.error.issues.map((issue) => ({
          check: 'shape',
          detail: `page ${i + 1}, ${issue.path.join('.')}: ${issue.message}`,
        })),
  )
  if (faults.length > 0) return { ok: false, faults: faults.slice(0, MOST_FAULTS) }
  const bodies = read.flatMap((one) => (one.success ? [one.data] : []))
  const currencies = new Set(bodies.map((body) => body.BillingCurrency))
  const currency = [...currencies][0] ?? ''
  for (const [i, body] of bodies.entries()) {
    if (body.Count !== body.Items.length) {
      faults.push({ check: 'count', detail: `page ${i + 1} says ${body.Count} items and holds ${body.Items.length}` })
    }
  }
  if (currencies.size !== 1 || !/^[A-Z]{3}$/.test(currency)) {
    faults.push({ check: 'currency', detail: `one currency is wanted, found: ${[...currencies].join(', ') || 'none'}` })
  }
  const rows = bodies.flatMap((body, i) => body.Items.flatMap((one, n) => rowOf(one, `page ${i + 1}, Items.${n}`)))
  const meters: PriceMeter[] = []
  const refused: (SheetFault & { key: string })[] = []
  for (const row of rows) {
    const fault = 'fault' in row ? row.fault : faultOf(row.item, currency)
    const meter = 'fault' in row || fault ? null : meterOf(row.item, about.source)
    const odd = fault ?? (meter && checkMeter(meter, about.readAt))
    if (odd) refused.push({ ...odd, key: row.key })
    else if (meter) meters.push(meter)
  }
  if (refused.length > Math.max(1, rows.length * MOST_REFUSED))
    for (const one of refused.slice(0, MOST_FAULTS)) faults.push(faultAlone(one))
  const kept = keptPrices(refused, meters, about.last)
  const sheet: PriceSheet = {
    source: about.source,
    readAt: about.readAt,
    currency,
    meters: [...meters, ...kept.values()],
  }
  if (faults.length === 0) faults.push(...checkSheet(sheet, about.last))
  if (faults.length > 0) return { ok: false, faults: faults.slice(0, MOST_FAULTS) }
  const words = refused.map((one) => {
    const { check, detail } = faultAlone(one)
    return { check, detail: kept.has(one.key) ? `${detail}; the price of the last list stays` : detail }
  })
  return { ok: true, sheet, refused: words.slice(0, MOST_FAULTS) }
}

const faultAlone = ({ check, detail }: SheetFault): SheetFault => ({ check, detail })

const keyOf = (name: string, region: string | null | undefined): string => `${name} in ${region || 'no region'}`

/** By key, of refused rows of meters that figures are made of: what the last list has and this one lacks. */
function keptPrices(
  refused: readonly { key: string }[],
  meters: readonly PriceMeter[],
  last: PriceSheet | undefined,
): Map<string, PriceMeter> {
  const listed = new Set(meters.map(({ name, region, sku }) => `${sku} ${keyOf(name, region)}`))
  const wanted = new Set(refused.map(({ key }) => key))
  const lost = (last?.meters ?? []).filter(
    (meter) =>
      wanted.has(keyOf(meter.name, meter.region)) &&
      isPriced(meter) &&
      !listed.has(`${meter.sku} ${keyOf(meter.name, meter.region)}`),
  )
  return new Map(lost.map((meter) => [keyOf(meter.name, meter.region), meter]))
}

type Row = { key: string } & ({ item: Item } | { fault: SheetFault })

/** Nothing for what is no price of the network. */
function rowOf(value: unknown, at: string): Row[] {
  const read = item.safeParse(value)
  if (read.success) {
    const { data } = read
    return isWanted(data) ? [{ key: keyOf(data.meterName, data.armRegionName), item: data }] : []
  }
  const about = anyItem.safeParse(value).data ?? {}
  const { type = 'Consumption', serviceName, meterName, armRegionName } = about
  if (type !== 'Consumption' || (serviceName !== undefined && !SERVICES.has(serviceName))) return []
  const key = keyOf(meterName ?? at, armRegionName)
  const [issue] = read.error.issues
  return [{ key, fault: { check: 'shape', detail: `${key}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` } }]
}

/** Pay-as-you-go prices of networking. Reservations, dev/test and other services are in an unfiltered answer, and no fault. */
function isWanted({ type, serviceName, tierMinimumUnits, unitOfMeasure, meterName }: Item): boolean {
  if (type !== 'Consumption' || !SERVICES.has(serviceName)) return false
  // None of the meters that are used has volume tiers; an upper tier of another would be taken for its price.
  if (tierMinimumUnits !== 0) return false
  return serviceName === 'ExpressRoute' || unitOfMeasure in UNITS || / (Gateway|Unit)$/.test(meterName)
}

function faultOf(one: Item, currency: string): SheetFault | null {
  const name = keyOf(one.meterName, one.armRegionName)
  if (one.currencyCode !== currency)
    return { check: 'currency', detail: `${name}: ${one.currencyCode}, not ${currency}` }
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
