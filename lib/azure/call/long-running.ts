import type { EpochMs } from '#lib/contract/index.ts'
import type { ArmClient } from './arm.ts'
import type { ArmResponse, AzurePollContext } from './call.ts'
import { classifyFailedResponse, classifyFailedOperation } from './classify-failure.ts'
import { requireJsonArray, parseResponseBody, requireBodyObject } from '../decode/decode.ts'
import { isJsonObject, type ExactJson, type JsonObject, parseExactJson } from '../decode/json.ts'
import { findListMember, getArmMember } from '../decode/members.ts'
import { describeType } from '../decode/fields.ts'
import { fetchFollowingPages } from './paging.ts'
import { parseRetryAfterSeconds } from './retry-after.ts'
import { requireFinalResponse, sendThroughSdk } from './send-request.ts'
import type { AcceptedArmOperation } from '../types.ts'
import { UnreadRowCounter } from '../decode/unread-row-counter.ts'

const FIRST_PAUSE_MS = 250
/** Number of status checks with the shortest pause between them. The pause before each further check is longer. */
const QUICK_CHECKS = 4
/**
 * Maximum pause between status checks in milliseconds if Azure requests none. It equals the `Retry-After` that Azure
 * used to send.
 */
const MAX_PAUSE_MS = 10_000
/** Maximum pause before the first status check in milliseconds. */
const MAX_FIRST_PAUSE_MS = 30_000
/** Minimum pause between status checks in milliseconds. It prevents a busy loop after `Retry-After: 0`. */
const MIN_PAUSE_MS = 50

/** Part of the SDK's poller that this file uses. A poller is thenable, so an async function must never return it. */
interface Poller {
  submitted(): Promise<void>
}

export interface BeginOptions {
  abortSignal: AbortSignal
}

/**
 * Result of a request about a long-running operation: the final response, or the URL of the next status check and the
 * wait before it.
 */
export type LongRunningOperationProgress = { answer: ArmResponse } | { operation: AcceptedArmOperation; waitMs: number }

/** Rows of a finished operation, and the path of the rows in the response. */
export interface OperationRows {
  rows: ExactJson[]
  at: string
  /** counter of rows that could not be parsed; it is filled while the rows are decoded */
  unread: UnreadRowCounter
}

/**
 * Sends a diagnostic POST to ARM. ARM answers it immediately, or begins a long-running operation. The SDK only sends
 * this request. Peerwatch itself checks the operation later, because another process may have to continue it.
 * @param usualMs usual duration of such an operation in milliseconds; absent = not known
 * @throws PollFailure
 */
export async function beginOperation(
  call: AzurePollContext,
  begin: (options: BeginOptions) => Poller,
  usualMs?: number,
): Promise<LongRunningOperationProgress> {
  const answer = await sendThroughSdk(
    call,
    async () => begin({ abortSignal: call.signal }).submitted(),
    (given, now) => (isSuccess(given) && placeIn(given) ? given : requireFinalResponse(given, now)),
  )
  // ARM's response about effective routes of a network interface already contains the rows, but also the URL of an
  // operation. The URL is used only if the response has no rows
  const place = placeIn(answer)
  if (!place || hasRows(answer)) return { answer }
  const operation = { ...place, ...(usualMs !== undefined && { usualMs }) }
  return { operation, waitMs: pauseAfter(answer, operation, call.now()) }
}

/**
 * Checks the status of a long-running operation once, and fetches its result if it has ended.
 * @throws PollFailure also if the operation failed or was cancelled
 */
export async function checkOperation(
  call: AzurePollContext,
  arm: ArmClient,
  operation: AcceptedArmOperation,
): Promise<LongRunningOperationProgress> {
  const answer = await sendThroughSdk(call, () => arm.get(operation.url), successfulAnswer)
  const next = nextPlace(operation, answer)
  if (next === null) return { answer: requireFinalResponse(answer, call.now()) }
  if (next.says === operation.says) return { operation: next, waitMs: pauseAfter(answer, next, call.now()) }
  return checkOperation(call, arm, next)
}

/** Returns the rows of an operation's final response, including the rows on further pages. */
export async function fetchOperationTable(
  call: AzurePollContext,
  arm: ArmClient,
  answer: ArmResponse,
): Promise<OperationRows> {
  const { rows, at, body, unread } = readOperationRows(answer)
  return { rows: [...rows, ...(await fetchFollowingPages(call, arm, answer, body))], at, unread }
}

const isSuccess = ({ status }: ArmResponse) => status >= 200 && status <= 299

function successfulAnswer(answer: ArmResponse, now: EpochMs): ArmResponse {
  if (!isSuccess(answer)) throw classifyFailedResponse(answer, now)
  return answer
}

/** Returns the URL at which the operation that a POST began can be checked; null if the response contains none. */
function placeIn(answer: ArmResponse): AcceptedArmOperation | null {
  const status = linkIn(answer, 'azure-asyncoperation') ?? linkIn(answer, 'operation-location')
  const result = linkIn(answer, 'location')
  if (status !== null) return { url: status, says: 'status', resultUrl: result, checks: 0 }
  return result === null ? null : { url: result, says: 'result', resultUrl: null, checks: 0 }
}

function hasRows(answer: ArmResponse): boolean {
  const body = answer.status === 200 ? jsonIn(answer) : null
  // an empty list does not count as rows, because Azure may not have filled it yet
  return isJsonObject(body) && findListMember(body, 'value').length > 0
}

/** Returns the absolute URL in a header; null if the header is missing or invalid. */
function linkIn(answer: ArmResponse, name: string): string | null {
  const value = answer.header(name)
  return value !== undefined && URL.canParse(value, answer.url) ? new URL(value, answer.url).href : null
}

/**
 * Returns the next URL to check; null if this response is the final one. The status `Succeeded` is not always final,
 * because the result itself may still need time (azure-rest-api-specs issue 16734).
 */
function nextPlace(operation: AcceptedArmOperation, answer: ArmResponse): AcceptedArmOperation | null {
  const checks = operation.checks + 1
  if (operation.says === 'result') {
    if (answer.status !== 202) return null
    return { ...operation, url: linkIn(answer, 'location') ?? operation.url, checks }
  }
  if (isRunning(answer)) return { ...operation, checks }
  const { resultUrl } = operation
  return resultUrl === null ? null : { url: resultUrl, says: 'result', resultUrl: null, checks }
}

/**
 * Reports whether an operation is still running, according to a response with its status. If the response contains no
 * status, its HTTP status 202 means running.
 * @throws PollFailure if the operation failed or was cancelled
 */
function isRunning(answer: ArmResponse): boolean {
  const status = statusIn(answer)
  if (status === null) return answer.status === 202
  if (/fail|cancell?ed/i.test(status)) throw classifyFailedOperation(status, answer)
  return !/^succeeded$/i.test(status)
}

function statusIn(answer: ArmResponse): string | null {
  const read = jsonIn(answer)
  const status = isJsonObject(read) ? getArmMember(read, 'status') : null
  return typeof status === 'string' ? status : null
}

/** Parses a response body; null if it is not valid JSON. The error is reported later, when the rows are decoded. */
function jsonIn({ body }: ArmResponse): ExactJson {
  try {
    return parseExactJson(body)
  } catch {
    return null
  }
}

/**
 * Returns the estimated number of status checks that an operation needs. The estimate assumes that operations usually
 * take the given mean time, and that Azure sends no `Retry-After`, as recorded since 2020.
 * @param run mean duration in seconds from the request to the result
 */
export function estimateStatusChecks(run: { mean: number }): number {
  const usualMs = run.mean * 1_000
  let checks = 1
  for (let at = getStatusCheckPauseMs(0, usualMs); at < usualMs; at += getStatusCheckPauseMs(checks++, usualMs));
  return checks
}

/**
 * Returns the pause before the next status check in milliseconds. It is 250 for the first four checks, and then doubles
 * for each check up to 10,000. If the usual duration is known, fewer checks are made, because each check uses the
 * budget of reads (ADR 0375): the pause before the first check is then at least half of the usual duration, but at most
 * 30,000, and each later pause is at least a quarter of it, but at most 10,000.
 * @param checks number of earlier checks
 * @param usualMs usual duration of such an operation in milliseconds; 0 = not known
 */
export function getStatusCheckPauseMs(checks: number, usualMs = 0): number {
  const rising = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, checks - QUICK_CHECKS + 1))
  return checks === 0
    ? Math.max(rising, Math.min(MAX_FIRST_PAUSE_MS, usualMs / 2))
    : Math.max(rising, Math.min(MAX_PAUSE_MS, usualMs / 4))
}

function pauseAfter(answer: ArmResponse, { checks, usualMs }: AcceptedArmOperation, now: EpochMs): number {
  const requested = parseRetryAfterSeconds((name) => answer.header(name), now)
  if (requested !== null) return Math.max(MIN_PAUSE_MS, requested * 1_000)
  return getStatusCheckPauseMs(checks, usualMs)
}

/**
 * Returns the rows of a final response. They are in `value`, in one table per instance, or in `properties.output` or
 * `output` of the operation's status, which the SDK would drop.
 * @throws PollFailure if the response contains a failed status or no rows
 */
export function readOperationRows(answer: ArmResponse): OperationRows & { body: JsonObject } {
  const unread = new UnreadRowCounter()
  const body = requireBodyObject(parseResponseBody(answer))
  const status = getArmMember(body, 'status')
  if (typeof status === 'string' && /fail|cancel/i.test(status)) throw classifyFailedOperation(status, answer)
  const value = getArmMember(body, 'value')
  if (value !== undefined) return { rows: requireJsonArray(value, 'value'), at: 'value', body, unread }
  const properties = getArmMember(body, 'properties')
  const output = getArmMember(isJsonObject(properties) ? properties : body, 'output')
  const where = isJsonObject(properties) ? 'properties.output' : 'output'
  if (Array.isArray(output)) return { rows: output, at: where, body, unread }
  if (isJsonObject(output)) {
    return {
      rows: requireJsonArray(getArmMember(output, 'value'), `${where}.value`),
      at: `${where}.value`,
      body: output,
      unread,
    }
  }
  const byInstance = instanceTables(body, unread)
  return {
    rows: byInstance ?? requireJsonArray(value, 'value'),
    at: byInstance ? 'RouteServiceRole_IN_n' : 'value',
    body,
    unread,
  }
}

/**
 * Returns the routes of a Route Server's BGP peer from a response that has one table per instance instead of `value`.
 * The name of the table (the instance) is added to each row as `instance`. Returns null if the response has no such
 * tables. Source: Azure Network REST, PeerRouteList; azure-sdk-for-python issue 22212.
 */
function instanceTables(body: JsonObject, unread: UnreadRowCounter): ExactJson[] | null {
  const tables = Object.entries(body).filter(([name]) => /^RouteServiceRole_IN_\d+$/i.test(name))
  if (tables.length === 0) return null
  const isNone = tables.every(([, own]) => !Array.isArray(own))
  return tables.flatMap(([name, own]) => {
    if (Array.isArray(own) || isNone) {
      return requireJsonArray(own, name).map((row) =>
        isJsonObject(row) ? { ...row, instance: instanceOf(name) } : row,
      )
    }
    unread.outOf(1)
    unread.leftOut(`${name}: expected array, got ${describeType(own)}`, own)
    return []
  })
}

/**
 * Returns the name of an instance in a fixed spelling, because the case of the name may differ between responses and
 * must not look like another instance.
 */
const instanceOf = (name: string) => `RouteServiceRole_IN_${name.replace(/^.*_/, '')}`
