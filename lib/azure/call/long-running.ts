import type { EpochMs } from '#lib/contract/index.ts'
import type { Arm } from './arm.ts'
import type { CallAnswer, Call } from './call.ts'
import { failureOfAnswer, failureOfOperation } from './classify.ts'
import { arrayAt, bodyOf, objectOf } from '../decode/decode.ts'
import { isJsonObject, type Json, type JsonObject, parseExactJson } from '../decode/json.ts'
import { itemsIn, member } from '../decode/members.ts'
import { describe } from '../decode/fields.ts'
import { followPages } from './paging.ts'
import { retryAfterSeconds } from './retry-after.ts'
import { finalAnswer, send } from './send.ts'
import type { AcceptedOperation } from '../types.ts'
import { Unread } from '../decode/unread.ts'

const FIRST_PAUSE_MS = 250
/** of an operation that ends at once; longer ones are checked less and less often */
const QUICK_CHECKS = 4
/** the `Retry-After` that Azure gave as long as it gave one */
const LONGEST_PAUSE_MS = 10_000
/** a `Retry-After: 0` is no invitation to spin */
const SHORTEST_PAUSE_MS = 50

/** What of the SDK's poller is used here. It is thenable: never return one from an async function. */
interface Poller {
  submitted(): Promise<void>
}

export interface BeginOptions {
  abortSignal: AbortSignal
}

/** What a request about an operation came to: its end, or where and when to check again. */
export type OperationStep = { answer: CallAnswer } | { operation: AcceptedOperation; waitMs: number }

/** The rows of a finished operation, and their place in the answer. */
export interface AnsweredTable {
  rows: Json[]
  at: string
  /** those that could not be read, as soon as they are decoded */
  unread: Unread
}

/**
 * Sends one of ARM's diagnostic POSTs, which ARM answers at once or accepts as a long-running operation. The SDK forms the request;
 * following the operation is ours, since another process may have to go on with it.
 * @throws PollFailure
 */
export async function beginOperation(call: Call, begin: (options: BeginOptions) => Poller): Promise<OperationStep> {
  const answer = await send(
    call,
    async () => begin({ abortSignal: call.signal }).submitted(),
    (given, now) => (isSuccess(given) && placeIn(given) ? given : finalAnswer(given, now)),
  )
  // effective routes of an interface are answered at once, and name a place that need not be asked
  const place = placeIn(answer)
  return place && !hasRows(answer) ? { operation: place, waitMs: pauseAfter(answer, 0, call.now()) } : { answer }
}

/**
 * Asks once how an operation is going, and for its result when it has ended.
 * @throws PollFailure also for one that failed or was cancelled
 */
export async function checkOperation(call: Call, arm: Arm, operation: AcceptedOperation): Promise<OperationStep> {
  const answer = await send(call, () => arm.get(operation.url), successfulAnswer)
  const next = nextPlace(operation, answer)
  if (next === null) return { answer: finalAnswer(answer, call.now()) }
  if (next.says === operation.says) return { operation: next, waitMs: pauseAfter(answer, next.checks, call.now()) }
  return checkOperation(call, arm, next)
}

/** The rows of an operation's final answer, those on further pages included. */
export async function answeredTable(call: Call, arm: Arm, answer: CallAnswer): Promise<AnsweredTable> {
  const { rows, at, body, unread } = answeredRows(answer)
  return { rows: [...rows, ...(await followPages(call, arm, answer, body))], at, unread }
}

const isSuccess = ({ status }: CallAnswer) => status >= 200 && status <= 299

function successfulAnswer(answer: CallAnswer, now: EpochMs): CallAnswer {
  if (!isSuccess(answer)) throw failureOfAnswer(answer, now)
  return answer
}

/** Where the answer to a POST says that its operation can be followed; null if it names no place. */
function placeIn(answer: CallAnswer): AcceptedOperation | null {
  const status = linkIn(answer, 'azure-asyncoperation') ?? linkIn(answer, 'operation-location')
  const result = linkIn(answer, 'location')
  if (status !== null) return { url: status, says: 'status', resultUrl: result, checks: 0 }
  return result === null ? null : { url: result, says: 'result', resultUrl: null, checks: 0 }
}

function hasRows(answer: CallAnswer): boolean {
  const body = answer.status === 200 ? jsonIn(answer) : null
  // an empty list may be one that is not filled yet
  return isJsonObject(body) && itemsIn(body, 'value').length > 0
}

/** A header's address, absolute; null where there is none. */
function linkIn(answer: CallAnswer, name: string): string | null {
  const value = answer.header(name)
  return value !== undefined && URL.canParse(value, answer.url) ? new URL(value, answer.url).href : null
}

/** Where to check next; null when this answer is the last one. The result may still be running when the status says Succeeded (azure-rest-api-specs issue 16734). */
function nextPlace(operation: AcceptedOperation, answer: CallAnswer): AcceptedOperation | null {
  const checks = operation.checks + 1
  if (operation.says === 'result') {
    if (answer.status !== 202) return null
    return { ...operation, url: linkIn(answer, 'location') ?? operation.url, checks }
  }
  if (isRunning(answer)) return { ...operation, checks }
  const { resultUrl } = operation
  return resultUrl === null ? null : { url: resultUrl, says: 'result', resultUrl: null, checks }
}

/** Whether a status resource says that its operation goes on. One without a status speaks by its HTTP status. */
function isRunning(answer: CallAnswer): boolean {
  const status = statusIn(answer)
  if (status === null) return answer.status === 202
  if (/fail|cancell?ed/i.test(status)) throw failureOfOperation(status, answer)
  return !/^succeeded$/i.test(status)
}

function statusIn(answer: CallAnswer): string | null {
  const read = jsonIn(answer)
  const status = isJsonObject(read) ? member(read, 'status') : null
  return typeof status === 'string' ? status : null
}

/** Null for what is no JSON, too: what is wrong with it is said by whoever reads the rows. */
function jsonIn({ body }: CallAnswer): Json {
  try {
    return parseExactJson(body)
  } catch {
    return null
  }
}

/**
 * How many checks an operation takes that is seen to end after so long: none of Azure's diagnostic POSTs sends `Retry-After` (as recorded since
 * 2020). Where a server sends one there are fewer.
 * @param run mean length from the request to the result in seconds
 */
export function checksOf(run: { mean: number }): number {
  let checks = 1
  for (let at = ownPause(0); at < run.mean * 1_000; at += ownPause(checks++));
  return checks
}

/** Milliseconds until the next check, by how many there were: 250 four times, then doubling to 10,000. */
export const ownPause = (checks: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, checks - QUICK_CHECKS + 1))

function pauseAfter(answer: CallAnswer, checks: number, now: EpochMs): number {
  const requested = retryAfterSeconds((name) => answer.header(name), now)
  if (requested !== null) return Math.max(SHORTEST_PAUSE_MS, requested * 1_000)
  return ownPause(checks)
}

/** The rows are at the top, or in the status resource's `properties.output`, which the SDK drops. */
export function answeredRows(answer: CallAnswer): AnsweredTable & { body: JsonObject } {
  const unread = new Unread()
  const body = objectOf(bodyOf(answer))
  const status = member(body, 'status')
  if (typeof status === 'string' && /fail|cancel/i.test(status)) throw failureOfOperation(status, answer)
  const value = member(body, 'value')
  if (value !== undefined) return { rows: arrayAt(value, 'value'), at: 'value', body, unread }
  const properties = member(body, 'properties')
  const output = member(isJsonObject(properties) ? properties : body, 'output')
  const where = isJsonObject(properties) ? 'properties.output' : 'output'
  if (Array.isArray(output)) return { rows: output, at: where, body, unread }
  if (isJsonObject(output)) {
    return { rows: arrayAt(member(output, 'value'), `${where}.value`), at: `${where}.value`, body: output, unread }
  }
  const byInstance = instanceTables(body, unread)
  return {
    rows: byInstance ?? arrayAt(value, 'value'),
    at: byInstance ? 'RouteServiceRole_IN_n' : 'value',
    body,
    unread,
  }
}

/**
 * The rows of a Route Server's peer, which have no `value`: a table for each instance, by its name, which each row gets as `instance`.
 * Source: Azure Network REST, PeerRouteList; azure-sdk-for-python issue 22212.
 */
function instanceTables(body: JsonObject, unread: Unread): Json[] | null {
  const tables = Object.entries(body).filter(([name]) => /^RouteServiceRole_IN_\d+$/i.test(name))
  if (tables.length === 0) return null
  const isNone = tables.every(([, own]) => !Array.isArray(own))
  return tables.flatMap(([name, own]) => {
    if (Array.isArray(own) || isNone) {
      return arrayAt(own, name).map((row) => (isJsonObject(row) ? { ...row, instance: instanceOf(name) } : row))
    }
    unread.outOf(1)
    unread.leftOut(`${name}: expected array, got ${describe(own)}`, own)
    return []
  })
}

/** A member's name has no case, and the name of an instance must not change with it. */
const instanceOf = (name: string) => `RouteServiceRole_IN_${name.replace(/^.*_/, '')}`
