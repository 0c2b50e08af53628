import type { BilledRow } from '#lib/contract/index.ts'
import type { Arm } from './arm.ts'
import { send } from './send.ts'
import type { Answer, Call } from './call.ts'
import { arrayAt, bodyOf, objectOf } from './decode.ts'
import { malformed } from './failure.ts'
import { describe } from './fields.ts'
import type { Json, JsonObject } from './json.ts'
import { member } from './members.ts'
import type { BillQuestion } from './types.ts'

const API_VERSION = '2025-03-01'
/** Meters of an edge's building blocks, by the category that the bill has them under. */
const CATEGORIES = ['ExpressRoute', 'Virtual WAN', 'VPN Gateway', 'Virtual Network']
/** Callers that name themselves have a quota of their own; all others of a tenant share one that is mostly used up. */
const CLIENT = { ClientType: 'Peerwatch' }
/** A page has some thousand rows; beyond this a server is assumed to go in circles. */
const MOST_PAGES = 200

/**
 * What the resources of a subscription were billed for, by day and meter. Cost Management adds up at most two figures in one question,
 * so that what it costs before tax is a second one.
 * @source Cost Management REST, Query - Usage, 2025-03-01
 */
export async function readBill(call: Call, arm: Arm, question: BillQuestion): Promise<BilledRow[]> {
  const billed = await readRows(call, arm, question, { cost: 'Cost', quantity: 'UsageQuantity' })
  const preTax = await readRows(call, arm, question, { cost: 'PreTaxCost' })
  const byKey = new Map(preTax.map((row) => [keyOf(row), row.cost]))
  return billed.map((row) => ({ ...row, preTaxCost: byKey.get(keyOf(row)) ?? null }))
}

type Figures = { cost: 'Cost' | 'PreTaxCost'; quantity?: 'UsageQuantity' }

const keyOf = ({ day, resourceId, meter, currency }: BilledRow) =>
  `${day} ${resourceId.toLowerCase()} ${meter} ${currency}`

async function readRows(call: Call, arm: Arm, question: BillQuestion, figures: Figures): Promise<BilledRow[]> {
  const body = bodyOfQuestion(question, figures)
  const rows: BilledRow[] = []
  const seen = new Set<string>()
  const path = `/subscriptions/${question.subscriptionId}/providers/Microsoft.CostManagement/query?api-version=${API_VERSION}`
  for (let url: string | null = path; url !== null; ) {
    const at: string = url
    const answer = await send(call, () => arm.post(at, body, CLIENT))
    const table = objectOf(member(objectOf(bodyOf(answer)), 'properties') ?? null)
    rows.push(...rowsOf(table, figures))
    url = nextPage(table, answer, seen)
  }
  return rows
}

function bodyOfQuestion({ from, to }: BillQuestion, { cost, quantity }: Figures): JsonObject {
  const sum = (name: string) => ({ name, function: 'Sum' })
  return {
    type: 'ActualCost',
    timeframe: 'Custom',
    // both ends are included
    timePeriod: { from: new Date(from).toISOString(), to: new Date(to - 1_000).toISOString() },
    dataset: {
      granularity: 'Daily',
      aggregation: { cost: sum(cost), ...(quantity ? { quantity: sum(quantity) } : {}) },
      grouping: [
        { type: 'Dimension', name: 'ResourceId' },
        { type: 'Dimension', name: 'Meter' },
      ],
      filter: { dimensions: { name: 'MeterCategory', operator: 'In', values: CATEGORIES } },
    },
  }
}

/** Columns come in an order of the server's own. */
function rowsOf(table: JsonObject, { cost, quantity }: Figures): BilledRow[] {
  const columns = arrayAt(member(table, 'columns'), 'properties.columns')
  const names = columns.map((column) => String(member(objectOf(column), 'name')).toLowerCase())
  const place = (name: string): number => {
    const found = names.indexOf(name.toLowerCase())
    if (found < 0) throw malformed(`properties.columns: there is no ${name}`, 'MALFORMED_FIELD')
    return found
  }
  const places = {
    cost: place(cost),
    quantity: quantity ? place(quantity) : null,
    day: place('UsageDate'),
    resourceId: place('ResourceId'),
    meter: place('Meter'),
    currency: place('Currency'),
  }
  return arrayAt(member(table, 'rows'), 'properties.rows').map((row, index): BilledRow => {
    const cells = arrayAt(row, `properties.rows[${index}]`)
    return {
      day: dayOf(cells[places.day], index),
      resourceId: textOf(cells[places.resourceId], 'ResourceId', index),
      meter: textOf(cells[places.meter], 'Meter', index),
      currency: textOf(cells[places.currency], 'Currency', index),
      cost: amountOf(cells[places.cost], cost, index),
      quantity: places.quantity === null ? '0' : amountOf(cells[places.quantity], 'UsageQuantity', index),
      preTaxCost: null,
    }
  })
}

function textOf(cell: Json | undefined, name: string, index: number): string {
  if (typeof cell === 'string') return cell
  throw wrong(cell, name, index, 'text')
}

/** A number as JSON has it; its shortest decimal text is what was written, up to 15 digits. */
function amountOf(cell: Json | undefined, name: string, index: number): string {
  if (typeof cell === 'bigint') return String(cell)
  if (typeof cell !== 'number' || !Number.isFinite(cell)) throw wrong(cell, name, index, 'number')
  return /e/.test(String(cell)) ? cell.toFixed(20).replace(/0+$/, '0') : String(cell)
}

/** A day is a number such as 20261101. */
function dayOf(cell: Json | undefined, index: number): string {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})$/.exec(String(cell)) ?? []
  if (year === undefined) throw wrong(cell, 'UsageDate', index, 'a day such as 20261101')
  return `${year}-${month}-${day}`
}

const wrong = (cell: unknown, name: string, index: number, expected: string) =>
  malformed(`properties.rows[${index}].${name}: expected ${expected}, got ${describe(cell)}`, 'MALFORMED_FIELD')

/** The next page is asked for with the same body. */
function nextPage(table: JsonObject, answer: Answer, seen: Set<string>): string | null {
  const nextLink = member(table, 'nextLink')
  if (nextLink === undefined || nextLink === null || nextLink === '') return null
  if (typeof nextLink !== 'string' || !URL.canParse(nextLink, answer.url))
    throw malformed('properties.nextLink: is no address', 'MALFORMED_FIELD')
  const { href } = new URL(nextLink, answer.url)
  if (seen.has(href) || seen.size >= MOST_PAGES) throw malformed('nextLink does not come to an end', 'LOOPING_LINK')
  seen.add(href)
  return href
}
