/** The Retail Prices API: anonymous, filtered by a subset of OData, with a hundred items in a page. */
import { readFileSync } from 'node:fs'
import { hash32, madeUpGuid } from '../hash.ts'
import { ArmError, JSON_TYPE, type SimulatedHttpResponse } from './message.ts'

const PAGE = 100

type Item = Readonly<Record<string, string | number | boolean>>
interface Sheet {
  readonly columns: readonly string[]
  /** Cells joined by a bar, in the order of the columns. */
  readonly rows: readonly string[]
}
let sheet: readonly Item[] | undefined

/** Returns the shipped price list in the API's format. Identifiers are hashes, because no public copy has them. */
function items(): readonly Item[] {
  if (sheet) return sheet
  const { columns, rows }: Sheet = JSON.parse(
    readFileSync(new URL('../scenarios/data/prices.json', import.meta.url), 'utf8'),
  )
  sheet = rows.map((row) => {
    const cells = row.split('|')
    const item: Record<string, string> = Object.fromEntries(columns.map((name, n) => [name, cells[n] ?? '']))
    const retailPrice = Number(item.retailPrice)
    const productId = `SYN${hash32(`${item.productName}`).toString(16).padStart(8, '0').toUpperCase()}`
    const skuId = `${productId}/${hash32(`${item.skuName}/${item.armRegionName}`).toString(16).slice(0, 4).toUpperCase()}`
    return {
      ...item,
      currencyCode: 'USD',
      tierMinimumUnits: 0,
      retailPrice,
      unitPrice: retailPrice,
      effectiveStartDate: `${item.effectiveStartDate}T00:00:00Z`,
      meterId: madeUpGuid(row),
      productId,
      skuId,
      serviceId: `SYN${hash32(`${item.serviceName}`).toString(16).padStart(8, '0').toUpperCase()}`,
      serviceFamily: 'Networking',
      type: 'Consumption',
      isPrimaryMeterRegion: true,
      armSkuName: '',
    }
  })
  return sheet
}

/**
 * Returns a meter's list price in a zone or region. If the list has none for this region, the price of another region
 * is used.
 */
export function listPrice(meter: string, region: string): number {
  const all = items().filter((item) => item.meterName === meter)
  const found = all.find((item) => item.armRegionName === region) ?? all[0]
  if (!found) throw new RangeError(`the sheet has no "${meter}"`)
  return Number(found.retailPrice)
}

type Test = (item: Item) => boolean

/** Parses a comparison. Values are case-sensitive and names are not, as in the preview versions of the API. */
function comparison(text: string): Test {
  const [, name, operator, quoted] = /^(\w+)\s+(eq|ne)\s+'((?:[^']|'')*)'$/i.exec(text) ?? []
  const [, inner, part] = /^contains\((\w+),\s*'((?:[^']|'')*)'\)$/i.exec(text) ?? []
  const field = (item: Item, wanted: string): string => {
    const alias = wanted.toLowerCase() === 'pricetype' ? 'type' : wanted.toLowerCase()
    const key = Object.keys(item).find((k) => k.toLowerCase() === alias)
    return key === undefined ? '' : String(item[key])
  }
  if (name && operator) {
    const value = (quoted ?? '').replaceAll("''", "'")
    const equal = operator.toLowerCase() === 'eq'
    return (item) => (field(item, name) === value) === equal
  }
  if (inner) return (item) => field(item, inner).includes((part ?? '').replaceAll("''", "'"))
  throw new ArmError(400, 'BadRequest', `Invalid OData parameters supplied: ${text}`)
}

/** Splits at a word outside quotes and parentheses. */
function split(text: string, word: 'and' | 'or'): string[] {
  const parts: string[] = []
  let depth = 0
  let quoted = false
  let start = 0
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (char === "'") quoted = !quoted
    else if (!quoted && char === '(') depth++
    else if (!quoted && char === ')') depth--
    else if (!quoted && depth === 0 && text.slice(i, i + word.length + 2).toLowerCase() === ` ${word} `) {
      parts.push(text.slice(start, i))
      start = i + word.length + 2
    }
  }
  return [...parts, text.slice(start)].map((p) => p.trim())
}

/** Parses `a eq 'x' and (b eq 'y' or c ne 'z')`. */
export function parseRetailPriceFilter(text: string): Test {
  const any = split(text, 'or')
  if (any.length > 1) {
    const tests = any.map(parseRetailPriceFilter)
    return (item) => tests.some((t) => t(item))
  }
  const all = split(text, 'and')
  if (all.length > 1) {
    const tests = all.map(parseRetailPriceFilter)
    return (item) => tests.every((t) => t(item))
  }
  const bare = text.trim()
  return bare.startsWith('(') && bare.endsWith(')') ? parseRetailPriceFilter(bare.slice(1, -1)) : comparison(bare)
}

/** Answers GET /api/retail/prices. */
export function answerRetailPriceRequest({
  url,
  base,
}: {
  readonly url: URL
  readonly base: string
}): SimulatedHttpResponse {
  const filter = url.searchParams.get('$filter')
  const currency = (url.searchParams.get('currencyCode') ?? 'USD').replaceAll("'", '')
  if (currency !== 'USD') throw new ArmError(400, 'BadRequest', `The currency '${currency}' is not on this sheet.`)
  const test = filter ? parseRetailPriceFilter(filter) : () => true
  const skip = Number(url.searchParams.get('$skip') ?? 0)
  const hits = items().filter(test)
  const next = new URL(url)
  next.searchParams.set('$skip', String(skip + PAGE))
  const body = {
    BillingCurrency: currency,
    CustomerEntityId: 'Default',
    CustomerEntityType: 'Retail',
    Items: hits.slice(skip, skip + PAGE),
    NextPageLink: skip + PAGE < hits.length ? `${base}${next.pathname}${next.search}` : null,
    Count: Math.min(PAGE, Math.max(0, hits.length - skip)),
  }
  return { status: 200, headers: JSON_TYPE, body: JSON.stringify(body) }
}
