import type { BilledRow } from '#lib/contract/index.ts'
import type { Arm } from './call/arm.ts'
import { send } from './call/send.ts'
import type { CallAnswer, Call } from './call/call.ts'
import { arrayAt, bodyOf, objectOf } from './decode/decode.ts'
import { malformed } from './call/failure.ts'
import { describe } from './decode/fields.ts'
import { type Json, type JsonObject, plainJson } from './decode/json.ts'
import { good, type Result } from './kinds/kind.ts'
import { member } from './decode/members.ts'
import type { BillQuestion } from './types.ts'

const API_VERSION = '2025-03-01'
/**
 * Meter categories of the bill that contain the resources of a network edge, for example circuits, gateways and hubs.
 */
const CATEGORIES = ['ExpressRoute', 'Virtual WAN', 'VPN Gateway', 'Virtual Network']
/**
 * Header that identifies the client. Identified clients have their own quota; all others of a tenant share a quota that
 * is mostly used up.
 */
const CLIENT = { ClientType: 'Peerwatch' }
/** Maximum number of pages. A page has some thousand rows, so a longer bill means that the server links in a loop. */
const MAX_PAGES = 200

/**
 * Returns the billed cost of a subscription's resources by day and meter, before tax. A row with an unreadable figure
 * is left out and reported in the error. A row without a resource or meter is kept with empty names, because it is
 * still a cost.
 * @throws PollFailure `malformed` if the table lacks a column, or if no row can be read
 * @source Cost Management REST, Query - Usage, 2025-03-01. Its figures exclude taxes: "Understand the terms in your
 *   Azure usage and charges file" (learn.microsoft.com/azure/cost-management-billing/understand/understand-usage)
 */
export async function readBill(call: Call, arm: Arm, question: BillQuestion): Promise<Result<BilledRow[]>> {
  const body = buildQueryBody(question)
  const rows: BilledRow[] = []
  const unread: UnreadRow[] = []
  const known = new Set<string>()
  let count = 0
  const seen = new Set<string>()
  const path = `/subscriptions/${question.subscriptionId}/providers/Microsoft.CostManagement/query?api-version=${API_VERSION}`
  for (let url: string | null = path; url !== null; ) {
    const at: string = url
    const answer = await send(call, () => arm.post(at, body, CLIENT))
    const table = objectOf(member(objectOf(bodyOf(answer)), 'properties') ?? null)
    for (const read of rowsOf(table, question)) {
      count++
      const isRepeated = read.row !== null && known.has(read.sample)
      known.add(read.sample)
      if (read.row && !isRepeated) rows.push(read.row)
      const why = isRepeated ? 'the same row was read before and counts once' : read.why
      if (why !== null) unread.push({ why, sample: read.sample.slice(0, MAX_SAMPLE_LENGTH) })
    }
    url = nextPage(table, answer, seen)
  }
  const [first] = unread
  if (first && rows.length === 0) throw malformed(first.why, 'MALFORMED_FIELD')
  if (!first) return good(rows)
  const others = unread.slice(1, MAX_EXAMPLES).map(({ why }) => `; ${why}`)
  const detail = `${unread.length} of ${count} rows not read: ${first.why}, in ${first.sample}${others.join('')}`
  return { outcome: 'incomplete', error: malformed(detail, 'MALFORMED_FIELD').error, rows }
}

interface UnreadRow {
  why: string
  /** JSON text of an unreadable or unusual row as received */
  sample: string
}

interface RowReading {
  /** the billed row; null = the row cannot be counted */
  row: BilledRow | null
  /** reason why the row is unusual; null = the row is normal */
  why: string | null
  sample: string
}

function buildQueryBody({ from, to }: BillQuestion): JsonObject {
  const sum = (name: string) => ({ name, function: 'Sum' })
  return {
    type: 'ActualCost',
    timeframe: 'Custom',
    // the API includes both ends of the period
    timePeriod: { from: new Date(from).toISOString(), to: new Date(to - 1_000).toISOString() },
    dataset: {
      granularity: 'Daily',
      aggregation: { cost: sum('Cost'), quantity: sum('UsageQuantity') },
      grouping: [
        { type: 'Dimension', name: 'ResourceId' },
        { type: 'Dimension', name: 'Meter' },
      ],
      filter: { dimensions: { name: 'MeterCategory', operator: 'In', values: CATEGORIES } },
    },
  }
}

/** Reads the rows of a table. The server chooses the order of the columns. */
function rowsOf(table: JsonObject, { from, to }: BillQuestion): RowReading[] {
  const columns = arrayAt(member(table, 'columns'), 'properties.columns')
  const names = columns.map((column) => String(member(objectOf(column), 'name')).toLowerCase())
  const places = COLUMNS.map((name): [Column, number] => {
    const found = names.indexOf(name.toLowerCase())
    if (found < 0) throw malformed(`properties.columns: there is no ${name}`, 'MALFORMED_FIELD')
    return [name, found]
  })
  return arrayAt(member(table, 'rows'), 'properties.rows').map((row, index) => {
    const cells = Array.isArray(row) ? row : []
    const faults: string[] = []
    const cell = <T>(name: Column, read: (cell: Json | undefined) => T | null, expected: string): T | null => {
      const found = cells[places.find(([column]) => column === name)?.[1] ?? -1]
      const value = read(found)
      if (value === null) faults.push(`properties.rows[${index}].${name}: expected ${expected}, got ${describe(found)}`)
      return value
    }
    const read = billedRow(cell)
    const sample = JSON.stringify(plainJson(row))
    const day = read && Date.parse(read.day)
    // Leave out rows of other days. A poll replaces only the days that it queried, so these rows would be added again
    // at each poll.
    if (day !== null && (day < from || day >= to)) {
      return { row: null, why: `properties.rows[${index}].UsageDate: outside the days that were requested`, sample }
    }
    return { row: read, why: faults[0] ?? null, sample }
  })
}

const COLUMNS = ['UsageDate', 'ResourceId', 'Meter', 'Currency', 'Cost', 'UsageQuantity'] as const
type Column = (typeof COLUMNS)[number]
type ReadCell = <T>(name: Column, read: (cell: Json | undefined) => T | null, expected: string) => T | null

/** Returns the row; null if its day, its currency or a figure cannot be read. */
function billedRow(cell: ReadCell): BilledRow | null {
  const day = cell('UsageDate', dayOf, 'a day such as 20261101')
  const resourceId = cell('ResourceId', textOf, 'text') ?? ''
  const meter = cell('Meter', textOf, 'text') ?? ''
  const currency = cell('Currency', currencyOf, 'a currency such as EUR')
  const cost = cell('Cost', amountOf, 'number')
  const quantity = cell('UsageQuantity', amountOf, 'number')
  if (day === null || currency === null || cost === null || quantity === null) return null
  return { day, resourceId, meter, currency, cost, quantity }
}

const MAX_SAMPLE_LENGTH = 160
const MAX_EXAMPLES = 3
/**
 * Maximum absolute cost or quantity of a row. It is far above the cost of any network edge in any currency, so a larger
 * value counts as unreadable.
 */
const MAX_AMOUNT = 1e15

const textOf = (cell: Json | undefined): string | null => (typeof cell === 'string' ? cell : null)

const currencyOf = (cell: Json | undefined): string | null => {
  const text = textOf(cell)
  return text !== null && /^[A-Z]{3}$/.test(text) ? text : null
}

/**
 * Returns a JSON number as decimal text. The shortest decimal text of a double equals the number that the server wrote,
 * up to 15 digits. Returns null for other values and for amounts above {@link MAX_AMOUNT}.
 */
function amountOf(cell: Json | undefined): string | null {
  if ((typeof cell !== 'number' && typeof cell !== 'bigint') || !(Math.abs(Number(cell)) <= MAX_AMOUNT)) return null
  if (typeof cell === 'bigint') return String(cell)
  return /e/.test(String(cell)) ? cell.toFixed(20).replace(/(?<!0)0+$/, '0') : String(cell)
}

/** Converts a day such as 20261101 to `2026-11-01`; null if there is no such day. */
function dayOf(cell: Json | undefined): string | null {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})$/.exec(String(cell)) ?? []
  const text = `${year}-${month}-${day}`
  const time = Date.parse(text)
  // a day such as 20261131 is parsed as the first of December
  const isReal = !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
  return year === undefined || !isReal ? null : text
}

/** Returns the address of the next page, which is requested with the same body; null at the end. */
function nextPage(table: JsonObject, answer: CallAnswer, seen: Set<string>): string | null {
  const nextLink = member(table, 'nextLink')
  if (nextLink === undefined || nextLink === null || nextLink === '') return null
  if (typeof nextLink !== 'string' || !URL.canParse(nextLink, answer.url))
    throw malformed('properties.nextLink: is no address', 'MALFORMED_FIELD')
  const { href } = new URL(nextLink, answer.url)
  if (seen.has(href) || seen.size >= MAX_PAGES) throw malformed('nextLink does not come to an end', 'LOOPING_LINK')
  seen.add(href)
  return href
}
