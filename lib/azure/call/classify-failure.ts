import { isRestError } from '@azure/core-rest-pipeline'
import type { PollOutcome } from '#lib/contract/index.ts'
import { findRefusingBudget } from '../budget.ts'
import type { ArmResponse, AzurePollContext } from './call.ts'
import { DisallowedOriginError, createMalformedFailure, PollFailure, TokenError } from './failure.ts'
import { isJsonObject, type ExactJson, type JsonObject, parseExactJson } from '../decode/json.ts'
import { isLockErrorCode, formatLockDetail } from '../lock-errors.ts'
import { getArmMember } from '../decode/members.ts'
import { parseRetryAfterSeconds, parseRetrySeconds } from './retry-after.ts'

/**
 * Outcome of a poll by ARM's error code. It is needed if the HTTP status does not show the outcome: for a long-running
 * operation that failed, an error in a 2xx response, and a `RetryableError`.
 */
const OUTCOME_OF_CODE = new Map<string, PollOutcome>([
  ['authorizationfailed', 'forbidden'],
  ['linkedauthorizationfailed', 'forbidden'],
  ['resourcenotfound', 'not_found'],
  ['resourcegroupnotfound', 'not_found'],
  ['subscriptionnotfound', 'not_found'],
  ['toomanyrequests', 'throttled'],
  ['subscriptionrequeststhrottled', 'throttled'],
  ['resourcerequeststhrottled', 'throttled'],
  ['retryableerrorduetotoomanycalls', 'throttled'],
  ['retryableerrorduetoohighreaddatasize', 'throttled'],
])

/**
 * Error code with which the network provider reports any temporary problem (status 429). `details` contains the actual
 * error.
 */
const RETRYABLE = 'retryableerror'

function outcomeOfStatus(status: number): PollOutcome {
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

interface ArmError {
  code?: string
  message?: string
}

/**
 * Returns the errors in a response body. It is empty if the body is not complete JSON, for example a page of a proxy;
 * then only the HTTP status is known.
 */
function armErrors(body: string): ArmError[] {
  try {
    return errorsIn(parseExactJson(body))
  } catch {
    return []
  }
}

/**
 * Returns ARM's error and the errors in its `details`, outermost first; empty if the body is not an object. All known
 * forms are recognized: `{"error":{..}}`, `{"Error":{"Code":..}}`, `{"odata.error":{..}}`, and without an envelope
 * `{"code":..,"message":..}`.
 */
function errorsIn(body: ExactJson): ArmError[] {
  if (!isJsonObject(body)) return []
  const found: ArmError[] = []
  const waiting: ExactJson[] = [errorObject(body) ?? body]
  for (const error of waiting) {
    if (!isJsonObject(error)) continue
    const [code, message, details] = [getArmMember(error, 'code'), sentenceIn(error), getArmMember(error, 'details')]
    found.push({ ...(typeof code === 'string' && { code }), ...(message !== null && { message }) })
    if (Array.isArray(details)) for (const detail of details) waiting.push(detail)
  }
  return found
}

function errorObject(body: JsonObject): JsonObject | null {
  const error = getArmMember(body, 'error') ?? getArmMember(body, 'odata.error')
  return isJsonObject(error) ? error : null
}

/** Returns the message of an error. In OData errors it is inside an object, next to its language. */
function sentenceIn(error: JsonObject): string | null {
  const message = getArmMember(error, 'message')
  const text = isJsonObject(message) ? getArmMember(message, 'value') : message
  return typeof text === 'string' && text.trim() !== '' ? text : null
}

/** Names of members that occur in successful responses, but not in an ARM error. */
const RESULTS = ['value', 'values', 'properties', 'data', 'id', 'status']

/**
 * Returns the error that a response with a 2xx status contains, in an envelope or as the whole body.
 * @returns null if the body is not an error
 */
export function findFailureInBody(answer: ArmResponse, body: JsonObject): PollFailure | null {
  const isBare = RESULTS.every((name) => getArmMember(body, name) === undefined) && sentenceIn(body) !== null
  if (!errorObject(body) && !isBare) return null
  const errors = errorsIn(body)
  const { code, message } = decisiveError(errors)
  if (code === undefined || (isBare && message === undefined)) return null
  const at = { status: answer.status, wait: message ? parseRetrySeconds(message) : null, asked: answer }
  const said = message ?? `Azure answered ${answer.status} with the error ${code}`
  return failureOf(outcomeOf(errors, null), { code, message: said }, at)
}

/**
 * Returns the error that determines the outcome: an error about a lock if there is one; otherwise the first detail of a
 * `RetryableError`, or the outermost error.
 */
function decisiveError(errors: readonly ArmError[]): ArmError {
  const [outer = {}, inner] = errors
  const lock = errors.find(({ code }) => isLockErrorCode(code))
  return lock ?? (outer.code?.toLowerCase() === RETRYABLE && inner?.code ? inner : outer)
}

/**
 * Returns the outcome of a poll that ended with these errors.
 * @param status HTTP status; null = the errors come from a long-running operation or a 2xx response
 */
function outcomeOf(errors: readonly ArmError[], status: number | null): PollOutcome {
  const { code = '' } = decisiveError(errors)
  const mayBeLocked = status === null || status === 409 || status === 429
  if (mayBeLocked && isLockErrorCode(code)) return 'locked'
  const byCode = OUTCOME_OF_CODE.get(code.toLowerCase())
  if (status === null) return byCode ?? 'unavailable'
  const isRetryable = errors[0]?.code?.toLowerCase() === RETRYABLE
  return status === 429 && isRetryable ? (byCode ?? 'unavailable') : outcomeOfStatus(status)
}

/**
 * Returns the ARM action that a refusal names ("does not have authorization to perform action 'x' over scope 'y'");
 * null if it names none.
 */
function missingAction(message: string): string | null {
  return /perform action\(?s?\)? '([^']+)'/i.exec(message)?.[1] ?? null
}

function failureOf(
  outcome: PollOutcome,
  { code, message }: Required<ArmError>,
  at: { status: number | null; wait: number | null; asked: Pick<ArmResponse, 'method' | 'header'> },
) {
  const action = outcome === 'forbidden' ? missingAction(message) : null
  const said = outcome === 'locked' ? formatLockDetail(message) : message
  const detail = action ? `Azure refused: the credential lacks the action ${action}` : said
  return new PollFailure(outcome, {
    code,
    detail,
    httpStatus: at.status,
    retryAfterSeconds: at.wait,
    missingAction: action,
    ...(outcome === 'throttled' && { budget: findRefusingBudget(at.asked, { code, message }) }),
  })
}

/** Returns the failure of a poll from a response that is not successful. */
export function classifyFailedResponse(answer: ArmResponse, now: number): PollFailure {
  const { status, body } = answer
  const errors = armErrors(body)
  const { code = `HTTP_${status}`, message = `Azure answered ${status}` } = decisiveError(errors)
  const location = answer.header('location')
  if (status >= 300 && status < 400 && location && isForeign(location, answer.url)) {
    return createMalformedFailure(
      new DisallowedOriginError(new URL(location, answer.url).origin).message,
      'FOREIGN_LINK',
      status,
    )
  }
  const wait =
    parseRetryAfterSeconds(answer.header, now) ?? (status === 429 || status === 409 ? parseRetrySeconds(message) : null)
  return failureOf(outcomeOf(errors, status), { code, message }, { status, wait, asked: answer })
}

/** Returns the failure of a poll from an operation that ended as Failed or Canceled. */
export function classifyFailedOperation(status: string, answer: ArmResponse): PollFailure {
  const errors = armErrors(answer.body)
  const { code = 'OPERATION_FAILED', message = `the operation ended as ${status}` } = decisiveError(errors)
  // an operation begins with a POST, so its refusal counts against the budget for POSTs
  const asked = { method: 'POST', header: answer.header }
  const at = { status: null, wait: parseRetrySeconds(message), asked }
  return failureOf(outcomeOf(errors, null), { code, message }, at)
}

/** Returns the failure of a poll from an error without a complete response, for example a timeout. */
export function classifyRequestError(error: unknown, call: AzurePollContext): PollFailure {
  if (error instanceof PollFailure) return error
  const at = { httpStatus: null }
  if (error instanceof DisallowedOriginError) return createMalformedFailure(error.message, 'FOREIGN_LINK')
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
    if (error.code === 'PARSE_ERROR') return createMalformedFailure('the answer broke off half-way', 'HALF_BODY')
    const code = error.code ?? 'NETWORK'
    return new PollFailure('unavailable', { code, detail: `no connection to Azure (${code})`, ...at }, error)
  }
  const message = error instanceof Error ? error.message : String(error)
  return createMalformedFailure(`the answer can't be read: ${message}`)
}

function isForeign(location: string, base: string): boolean {
  return URL.canParse(location, base) && new URL(location, base).origin !== new URL(base).origin
}
