import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { parseInstant } from './decode/parse-instant.ts'
import {
  type RemainingArmRequests,
  type BudgetName,
  findSharedBudgetUse,
  type ReportedRequestBucket,
} from '#lib/contract/index.ts'

/** Properties of a request and its response. They show which request budget the request used. */
interface Metered {
  method: string
  url: string
  /** Returns a response header by its lower-case name. */
  header(name: string): string | undefined
  /** Returns all response headers with lower-case names. */
  headers(): Readonly<Record<string, string>>
}

const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD'

const of = (side: 'arm' | 'network', method: string): BudgetName => `${side}.${isRead(method) ? 'reads' : 'writes'}`

/**
 * Returns the request budget that was exhausted when Azure refused a request. The error's code, message and headers
 * show it. If they do not, the budget of ARM is assumed, because ARM checks its budget before the network provider
 * does. testdata/refusals contains the known messages.
 */
export function findRefusingBudget(
  { method, header }: Pick<Metered, 'method' | 'header'>,
  { code = '', message = '' }: { code?: string; message?: string },
): BudgetName {
  const [, kind] = /Number of '?(read|write|delete)'? requests for (?:subscription|tenant)/i.exec(message) ?? []
  if (kind) return kind.toLowerCase() === 'read' ? 'arm.reads' : 'arm.writes'
  if (/^RetryableErrorDueTo/i.test(code) || /Microsoft\.Network throttling limit/i.test(message))
    return of('network', method)
  const [, action] = /Number of requests for action '(microsoft\.network\/[^']+)'/i.exec(message) ?? []
  if (action) return action.toLowerCase().endsWith('/read') ? 'network.reads' : 'network.writes'
  if (/^(Subscription|Tenant)RequestsThrottled$/i.test(code)) return of('arm', method)
  if (countIn(header('x-ms-ratelimit-remaining-subscription-resource-requests')) === 0) return of('network', method)
  const network = of('network', method)
  const levels = { remainingReads: null, remainingWrites: null, buckets: levelsIn(header(LEVELS)) }
  if ((findSharedBudgetUse(network, levels) ?? 0) >= 1) return network
  const left = countIn(header(`x-ms-ratelimit-remaining-subscription-${isRead(method) ? 'reads' : 'writes'}`))
  return of(left !== null && left > 0 ? 'network' : 'arm', method)
}

/**
 * Returns the remaining requests of the budgets after a response. Values that this response does not report are kept
 * from earlier responses of the same call. Null = no response has reported any value so far.
 */
export function updateBudget(
  before: RemainingArmRequests | null,
  { method, url, header, headers }: Metered,
): RemainingArmRequests | null {
  const buckets = bucketsIn(headers())
  if (buckets.length === 0) return before
  const resource = countIn(header(`${REMAINING}subscription-resource-requests`))
  const network = /\/providers\/microsoft\.network\//i.test(url) ? resource : null
  const side = isRead(method) ? 'remainingNetworkReads' : 'remainingNetworkWrites'
  const others = before?.buckets?.filter(({ name }) => !buckets.some((bucket) => bucket.name === name)) ?? []
  return {
    ...before,
    remainingReads: countIn(header(`${REMAINING}subscription-reads`)) ?? before?.remainingReads ?? null,
    remainingWrites: countIn(header(`${REMAINING}subscription-writes`)) ?? before?.remainingWrites ?? null,
    ...(network !== null && { [side]: network }),
    buckets: [...others, ...buckets],
  }
}

const REMAINING = 'x-ms-ratelimit-remaining-'
const LEVELS = 'x-ms-throttle-levels'
/**
 * Name of the request bucket (a limit with its own counter) that the headers `X-Rate-Limit-*` describe, which Azure
 * Monitor's batch requests return.
 */
export const RATE_LIMIT_BUCKET = 'rate-limit'
/**
 * Maximum number of request buckets that are read from one response, so that a long header cannot fill the database.
 */
const MAX_BUCKETS = 24

const bucketOf = (name: string, figures: Partial<ReportedRequestBucket>): ReportedRequestBucket => ({
  name,
  remaining: null,
  limit: null,
  windowSeconds: null,
  usedPercent: null,
  resetAt: null,
  ...figures,
})

/** Returns all request buckets that the headers of a response name, each with its remaining number of requests. */
function bucketsIn(headers: Readonly<Record<string, string>>): ReportedRequestBucket[] {
  const counts = Object.entries(headers).flatMap(([header, text]) =>
    header.startsWith(REMAINING) ? countsIn(header.slice(REMAINING.length), text) : [],
  )
  return [...counts, ...levelsIn(headers[LEVELS]), ...rateLimitIn(headers)].slice(0, MAX_BUCKETS)
}

/**
 * Returns the counts of one header. Its value is a number, or a list such as
 * `Microsoft.Compute/GetVM3Min;159,Microsoft.Compute/GetVM30Min;1259`.
 */
function countsIn(name: string, text: string): ReportedRequestBucket[] {
  const single = countIn(text)
  if (single !== null) return [bucketOf(name, { remaining: single })]
  return text.split(',').flatMap((part) => {
    const [own = '', count] = part.split(';')
    const remaining = countIn(count)
    return remaining === null ? [] : [bucketOf(own.trim().toLowerCase(), { remaining })]
  })
}

/**
 * Returns the levels of `network-read:0.2,network-write:1.5,etc`, the load of the resource provider in percent. Parts
 * without a number are ignored.
 */
function levelsIn(text: string | undefined): ReportedRequestBucket[] {
  return (text ?? '').split(',').flatMap((part) => {
    const [, name, percent] = /^([a-z][\w.-]*) ?[:=;] ?(\d{1,6}(?:\.\d{1,9})?) ?%?$/i.exec(part.trim()) ?? []
    return name === undefined ? [] : [bucketOf(name.toLowerCase().replace(/s$/, ''), { usedPercent: Number(percent) })]
  })
}

const UNIT_SECONDS: Readonly<Record<string, number>> = createSafeLookupTable({ s: 1, m: 60, h: 3_600, d: 86_400 })

/** Returns the seconds of a period such as `30s`; null if the text is not a period. A number without unit is seconds. */
function periodIn(text: string | undefined): number | null {
  const [, count, unit = 's'] = /^(\d{1,6})([smhd]?)$/i.exec(text?.trim() ?? '') ?? []
  return count === undefined ? null : Number(count) * (UNIT_SECONDS[unit.toLowerCase() || 's'] ?? 1)
}

/**
 * Returns the bucket of `X-Rate-Limit-Limit`, `-Remaining` and `-Reset`. The limit is `3000;w=30s`, only a number, or
 * only the period (`30s`).
 */
function rateLimitIn(headers: Readonly<Record<string, string>>): ReportedRequestBucket[] {
  const [stated = '', ...parameters] = (headers['x-rate-limit-limit'] ?? '').split(';')
  const window = parameters.find((one) => /^\s*w\s*=/i.test(one))?.split('=')[1]
  const limit = countIn(stated)
  const remaining = countIn(headers['x-rate-limit-remaining'])
  if (limit === null && remaining === null) return []
  const resetAt = parseInstant(headers['x-rate-limit-reset'] ?? null)
  const windowSeconds = periodIn(window) ?? (limit === null ? periodIn(stated) : null)
  return [bucketOf(RATE_LIMIT_BUCKET, { remaining, limit, windowSeconds, resetAt })]
}

function countIn(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text.trim()) ? Number(text) : null
}
