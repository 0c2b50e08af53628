import type { BilledMeterCost } from '#lib/contract/index.ts'
import type { ArmClient } from './call/arm.ts'
import { sendThroughSdk } from './call/send-request.ts'
import type { ArmResponse, AzurePollContext } from './call/call.ts'
import { requireJsonArray, parseResponseBody, requireBodyObject } from './decode/decode.ts'
import { createMalformedFailure } from './call/failure.ts'
import { describeType } from './decode/fields.ts'
import { type ExactJson, type JsonObject, convertBigintsToText } from './decode/json.ts'
import { createOkResult, type KindPollResult } from './kinds/kind.ts'
import { getArmMember } from './decode/members.ts'
import type { BillQuery } from './types.ts'

const API_VERSION = '2025-03-01'
/** Meter categories of an Azure bill that contain circuits, gateways, hubs and other resources that Peerwatch shows. */
const CATEGORIES = ['ExpressRoute', 'Virtual WAN', 'VPN Gateway', 'Virtual Network']
/**
 * Header that names the client. Azure gives each named client its own request quota. Clients without a name share a
 * quota, which is mostly used up.
 */
const CLIENT = { ClientType: 'Peerwatch' }
/**
 * Maximum number of further pages of a bill after the first. A page has some thousand rows, so a bill with more pages
 * means that the server's links form a loop.
 */
const MAX_PAGES = 200

/**
 * Returns the cost of a subscription's resources by day and meter, before tax. A row whose day, currency, cost or
 * quantity cannot be parsed is left out and described in the error. A row without a resource or meter is kept with
 * empty names, because its cost still counts.
 * @throws PollFailure `malformed` if the table lacks a column, or if no row can be parsed
 * @source Cost Management REST, Query - Usage, 2025-03-01. Its figures exclude taxes: "Understand the terms in your
 *   Azure usage and charges file" (learn.microsoft.com/azure/cost-management-billing/understand/understand-usage)
 */
export async function readBill(
  call: AzurePollContext,
  arm: ArmClient,
  question: BillQuery,
): Promise<KindPollResult<BilledMeterCost[]>> {
  const body = buildQueryBody(question)
  const rows: BilledMeterCost[] = []
  const unread: UnreadRow[] = []
  const known = new Set<string>()
  let count = 0
  const seen = new Set<string>()
  const path = `/subscriptions/${question.subscriptionId}/providers/Microsoft.CostManagement/query?api-version=${API_VERSION}`
  for (let url: string | null = path; url !== null; ) {
    const at: string = url
    const answer = await sendThroughSdk(call, () => arm.post(at, body, CLIENT))
    const table = requireBodyObject(getArmMember(requireBodyObject(parseResponseBody(answer)), 'properties') ?? null)
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
  if (first && rows.length === 0) throw createMalformedFailure(first.why, 'MALFORMED_FIELD')
  if (!first) return createOkResult(rows)
  const others = unread.slice(1, MAX_EXAMPLES).map(({ why }) => `; ${why}`)
  const detail = `${unread.length} of ${count} rows not read: ${first.why}, in ${first.sample}${others.join('')}`
  return { outcome: 'incomplete', error: createMalformedFailure(detail, 'MALFORMED_FIELD').error, rows }
}

interface UnreadRow {
  why: string
  /** row as JSON text in the form in which it was received */
  sample: string
}

interface RowReading {
  /** parsed row; null = the row could not be parsed, or is not about the requested days */
  row: BilledMeterCost | null
  /** reason why the row could not be parsed completely; null = it is normal */
  why: string | null
  sample: string
}

function buildQueryBody({ from, to }: BillQuery): JsonObject {
  const sum = (name: string) => ({ name, function: 'Sum' })
  return {
    type: 'ActualCost',
    timeframe: 'Custom',
    // both `from` and `to` are inside the period, so `to` is one second before the end of the last day
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

/** Parses the rows of a bill. The order of the columns comes from the response. */
function rowsOf(table: JsonObject, { from, to }: BillQuery): RowReading[] {
  const columns = requireJsonArray(getArmMember(table, 'columns'), 'properties.columns')
  const names = columns.map((column) => String(getArmMember(requireBodyObject(column), 'name')).toLowerCase())
  const places = COLUMNS.map((name): [Column, number] => {
    const found = names.indexOf(name.toLowerCase())
    if (found < 0) throw createMalformedFailure(`properties.columns: there is no ${name}`, 'MALFORMED_FIELD')
    return [name, found]
  })
  return requireJsonArray(getArmMember(table, 'rows'), 'properties.rows').map((row, index) => {
    const cells = Array.isArray(row) ? row : []
    const faults: string[] = []
    const cell = <T>(name: Column, read: (cell: ExactJson | undefined) => T | null, expected: string): T | null => {
      const found = cells[places.find(([column]) => column === name)?.[1] ?? -1]
      const value = read(found)
      if (value === null)
        faults.push(`properties.rows[${index}].${name}: expected ${expected}, got ${describeType(found)}`)
      return value
    }
    const read = billedRow(cell)
    const sample = JSON.stringify(convertBigintsToText(row))
    const day = read && Date.parse(read.day)
    // Rows of days that were not requested are left out. Each poll replaces only the days that it requested, so other
    // rows would be added again by every poll.
    if (day !== null && (day < from || day >= to)) {
      return { row: null, why: `properties.rows[${index}].UsageDate: outside the days that were requested`, sample }
    }
    return { row: read, why: faults[0] ?? null, sample }
  })
}

const COLUMNS = ['UsageDate', 'ResourceId', 'Meter', 'Currency', 'Cost', 'UsageQuantity'] as const
type Column = (typeof COLUMNS)[number]
type ReadCell = <T>(name: Column, read: (cell: ExactJson | undefined) => T | null, expected: string) => T | null

/** Parses a row; null if its day, currency, cost or quantity cannot be parsed. */
function billedRow(cell: ReadCell): BilledMeterCost | null {
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
/** Maximum absolute cost or quantity of a row. No real row comes near it, so a larger value counts as wrong. */
const MAX_AMOUNT = 1e15

const textOf = (cell: ExactJson | undefined): string | null => (typeof cell === 'string' ? cell : null)

const currencyOf = (cell: ExactJson | undefined): string | null => {
  const text = textOf(cell)
  return text !== null && /^[A-Z]{3}$/.test(text) ? text : null
}

/**
 * Returns a JSON number as decimal text; null for other values and for amounts above {@link MAX_AMOUNT}. Up to 15
 * digits, the shortest decimal text of a floating-point number is exactly the number that the server wrote.
 */
function amountOf(cell: ExactJson | undefined): string | null {
  if ((typeof cell !== 'number' && typeof cell !== 'bigint') || !(Math.abs(Number(cell)) <= MAX_AMOUNT)) return null
  if (typeof cell === 'bigint') return String(cell)
  return /e/.test(String(cell)) ? cell.toFixed(20).replace(/(?<!0)0+$/, '0') : String(cell)
}

/** Converts a day such as 20261101 to `2026-11-01`; null if there is no such day. */
function dayOf(cell: ExactJson | undefined): string | null {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})$/.exec(String(cell)) ?? []
  const text = `${year}-${month}-${day}`
  const time = Date.parse(text)
  // JavaScript reads a day such as 31 November as 1 December, so the result must be compared with the text
  const isReal = !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
  return year === undefined || !isReal ? null : text
}

/**
 * Returns the URL of the next page of a bill; null = this is the last page. The next page is requested with the same
 * body.
 */
function nextPage(table: JsonObject, answer: ArmResponse, seen: Set<string>): string | null {
  const nextLink = getArmMember(table, 'nextLink')
  if (nextLink === undefined || nextLink === null || nextLink === '') return null
  if (typeof nextLink !== 'string' || !URL.canParse(nextLink, answer.url))
    throw createMalformedFailure('properties.nextLink: is no address', 'MALFORMED_FIELD')
  const { href } = new URL(nextLink, answer.url)
  if (seen.has(href) || seen.size >= MAX_PAGES)
    throw createMalformedFailure('nextLink does not come to an end', 'LOOPING_LINK')
  seen.add(href)
  return href
}
