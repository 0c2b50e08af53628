import type { ArmBudget, BudgetName } from '#lib/contract/index.ts'

/** Properties of a request and its response from which the request budget is determined that counted the request. */
interface Metered {
  method: string
  url: string
  /** Returns a response header by its lower-case name. */
  header(name: string): string | undefined
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
  const left = countIn(header(`x-ms-ratelimit-remaining-subscription-${isRead(method) ? 'reads' : 'writes'}`))
  return of(left !== null && left > 0 ? 'network' : 'arm', method)
}

/**
 * Returns the remaining requests of the budgets after a response. Values that this response does not report are kept
 * from earlier responses of the same call. Null = no response has reported any value so far.
 */
export function updateBudget(before: ArmBudget | null, { method, url, header }: Metered): ArmBudget | null {
  const reads = countIn(header('x-ms-ratelimit-remaining-subscription-reads'))
  const writes = countIn(header('x-ms-ratelimit-remaining-subscription-writes'))
  const resource = countIn(header('x-ms-ratelimit-remaining-subscription-resource-requests'))
  const network = /\/providers\/microsoft\.network\//i.test(url) ? resource : null
  if (reads === null && writes === null && network === null) return before
  const side = isRead(method) ? 'remainingNetworkReads' : 'remainingNetworkWrites'
  return {
    ...before,
    remainingReads: reads ?? before?.remainingReads ?? null,
    remainingWrites: writes ?? before?.remainingWrites ?? null,
    ...(network !== null && { [side]: network }),
  }
}

function countIn(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text.trim()) ? Number(text) : null
}
