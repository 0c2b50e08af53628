import { isRestError } from '@azure/core-rest-pipeline'
import type { Outcome } from '#lib/contract/index.ts'
import type { Answer, Call } from './call.ts'
import { ForeignLinkError, malformed, PollFailure, TokenError } from './failure.ts'
import { isJsonObject, parseExactJson } from './json.ts'
import { retryAfterSeconds } from './retry-after.ts'

/** Codes that ARM also gives inside a long-running operation that failed, where no HTTP status speaks. */
const OUTCOME_OF_CODE = new Map<string, Outcome>([
  ['authorizationfailed', 'forbidden'],
  ['linkedauthorizationfailed', 'forbidden'],
  ['resourcenotfound', 'not_found'],
  ['resourcegroupnotfound', 'not_found'],
  ['subscriptionnotfound', 'not_found'],
  ['toomanyrequests', 'throttled'],
  ['subscriptionrequeststhrottled', 'throttled'],
])

function outcomeOfStatus(status: number): Outcome {
  switch (status) {
    case 401:
      return 'unauthorized'
    case 403:
      return 'forbidden'
    case 404:
      return 'not_found'
    case 429:
      return 'throttled'
    default:
      return 'unavailable'
  }
}

/** ARM's error object, wherever in the body it stands; empty if there is none. */
function armError(body: string): { code?: string; message?: string } {
  let parsed: unknown
  try {
    parsed = parseExactJson(body)
  } catch {
    // a proxy's page or a cut answer: the status alone has to do
    return {}
  }
  if (!isJsonObject(parsed)) return {}
  const error = isJsonObject(parsed.error) ? parsed.error : parsed
  return {
    code: typeof error.code === 'string' ? error.code : undefined,
    message: typeof error.message === 'string' ? error.message : undefined,
  }
}

/** The action in "does not have authorization to perform action 'x' over scope 'y'"; null if ARM names none. */
function missingAction(message: string): string | null {
  return /perform action\(?s?\)? '([^']+)'/i.exec(message)?.[1] ?? null
}

function failureOf(outcome: Outcome, code: string, message: string, status: number | null, wait: number | null) {
  const action = outcome === 'forbidden' ? missingAction(message) : null
  const detail = action ? `Azure refused: the credential lacks the action ${action}` : message
  return new PollFailure(outcome, {
    code,
    detail,
    httpStatus: status,
    retryAfterSeconds: wait,
    missingAction: action,
  })
}

/** An answer that is no success, as the outcome of its call. */
export function failureOfAnswer(answer: Answer, now: number): PollFailure {
  const { status, body } = answer
  const { code = `HTTP_${status}`, message = `Azure answered ${status}` } = armError(body)
  const location = answer.header('location')
  if (status >= 300 && status < 400 && location && isForeign(location, answer.url)) {
    return malformed(new ForeignLinkError(new URL(location, answer.url).origin).message, 'FOREIGN_LINK', status)
  }
  return failureOf(outcomeOfStatus(status), code, message, status, retryAfterSeconds(answer.header, now))
}

/** The `error` of a long-running operation that ended in Failed or Canceled. */
export function failureOfOperation(status: string, body: string): PollFailure {
  const { code = 'OPERATION_FAILED', message = `the operation ended as ${status}` } = armError(body)
  return failureOf(OUTCOME_OF_CODE.get(code.toLowerCase()) ?? 'unavailable', code, message, null, null)
}

/** What went wrong although no complete answer is at hand. */
export function failureOfError(error: unknown, call: Call): PollFailure {
  if (error instanceof PollFailure) return error
  const at = { httpStatus: null }
  if (error instanceof ForeignLinkError) return malformed(error.message, 'FOREIGN_LINK')
  if (error instanceof TokenError) {
    return new PollFailure(error.outcome, { code: error.code, detail: error.message, ...at }, error)
  }
  if (call.signal.aborted) {
    const seconds = call.deadlineMs / 1000
    return new PollFailure('timeout', { code: 'TIMEOUT', detail: `no final answer within ${seconds} s`, ...at }, error)
  }
  if (error instanceof Error && error.name === 'AbortError') {
    return new PollFailure('timeout', { code: 'REQUEST_TIMEOUT', detail: 'a request went unanswered', ...at }, error)
  }
  if (isRestError(error)) {
    if (error.code === 'PARSE_ERROR') return malformed('the answer broke off half-way', 'HALF_BODY')
    const code = error.code ?? 'NETWORK'
    return new PollFailure('unavailable', { code, detail: `no connection to Azure (${code})`, ...at }, error)
  }
  const message = error instanceof Error ? error.message : String(error)
  return malformed(`the answer can't be read: ${message}`)
}

function isForeign(location: string, base: string): boolean {
  return URL.canParse(location, base) && new URL(location, base).origin !== new URL(base).origin
}
