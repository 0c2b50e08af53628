import type { ArmBudget, BudgetName } from '#lib/contract/index.ts'

/** What of a request and its answer says which budget counted it. */
interface Metered {
  method: string
  url: string
  /** of the answer, by name in lower case */
  header(name: string): string | undefined
}

const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD'

const of = (side: 'arm' | 'network', method: string): BudgetName => `${side}.${isRead(method) ? 'reads' : 'writes'}`

/**
 * Which budget refused a request, by code, sentence and headers. An answer that names none is taken for ARM's, which is asked first.
 * Source of the sentences: testdata/refusals.
 */
export function refusingBudget(
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

/** What an answer says of the budgets, added to what earlier answers of the same call said; null = nothing so far. */
export function budgetAfter(before: ArmBudget | null, { method, url, header }: Metered): ArmBudget | null {
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
