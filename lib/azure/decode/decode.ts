import type { z } from 'zod'
import type { ArmResponse } from '../call/call.ts'
import { findFailureInBody } from '../call/classify-failure.ts'
import { createMalformedFailure, PollFailure } from '../call/failure.ts'
import { describeType } from './fields.ts'
import { isJsonObject, type ExactJson, type JsonObject, parseExactJson } from './json.ts'
import { getArmMember } from './members.ts'
import type { UnreadRowCounter } from './unread-row-counter.ts'

/**
 * Returns the parsed JSON of a 2xx response.
 * @throws PollFailure `malformed` if the body is empty or not JSON; another failure if the body contains an error in
 *   spite of its status
 */
export function parseResponseBody(answer: ArmResponse): ExactJson {
  const body = jsonOf(answer)
  const failure = isJsonObject(body) ? findFailureInBody(answer, body) : null
  if (failure) throw failure
  return body
}

function jsonOf(answer: ArmResponse): ExactJson {
  const { status, body } = answer
  if (status === 204 || body.trim() === '')
    throw createMalformedFailure(`Azure's answer (${status}) is empty`, 'EMPTY_BODY', status)
  try {
    return parseExactJson(body)
  } catch {
    const what = /^\s*</.test(body) ? 'is a web page' : 'is no JSON, or only part of it'
    throw createMalformedFailure(`Azure's answer (${status}) ${what}`, 'MALFORMED_JSON', status)
  }
}

/**
 * Returns a body as an object.
 * @throws PollFailure `malformed` unless the body is an object
 */
export function requireBodyObject(body: ExactJson): JsonObject {
  if (isJsonObject(body)) return body
  throw createMalformedFailure(`the body: expected object, got ${describeType(body)}`, codeOfMissing(body))
}

/** Code of a malformed response that contains `null` where its object or list should be. */
export const NULL_BODY_CODE = 'NULL_BODY'

const codeOfMissing = (value: ExactJson | undefined) => (value === null ? NULL_BODY_CODE : undefined)

/**
 * Returns the rows of a list response (`value`).
 * @throws PollFailure if `value` is missing or null, because this does not mean an empty list
 */
export function readValueRows(body: ExactJson): ExactJson[] {
  return requireJsonArray(getArmMember(requireBodyObject(body), 'value'), 'value')
}

export function requireJsonArray(value: ExactJson | undefined, path: string): ExactJson[] {
  if (Array.isArray(value)) return value
  throw createMalformedFailure(`${path}: expected array, got ${describeType(value)}`, codeOfMissing(value))
}

/**
 * Decodes each row of a list. A row that cannot be decoded is left out and counted; the other rows are kept.
 * @param unread counter of rows that cannot be decoded. If it is absent, the first such row makes the whole list fail
 */
export function decodeRowsWithSchema<T>(
  row: z.ZodType<T>,
  rows: readonly ExactJson[],
  at = 'value',
  unread?: UnreadRowCounter,
): T[] {
  if (!unread) return rows.map((value, index) => decodeArmValue(row, value, `${at}[${index}]`))
  return decodeEachRow(rows, at, unread, (value, place) => decodeArmValue(row, value, place))
}

/**
 * Decodes each row of a list with a function that receives the row and its path, for example `value[3]`. Rows that
 * cannot be decoded are treated as in {@link decodeRowsWithSchema}.
 */
export function decodeEachRow<T>(
  rows: readonly ExactJson[],
  at: string,
  unread: UnreadRowCounter,
  read: (value: ExactJson, at: string) => T,
): T[] {
  unread.outOf(rows.length)
  return rows.flatMap((value, index) => {
    try {
      return [read(value, `${at}[${index}]`)]
    } catch (error) {
      if (!(error instanceof PollFailure)) throw error
      unread.leftOut(error.message, value)
      return []
    }
  })
}

/**
 * Decodes a value with a schema.
 * @throws PollFailure `malformed` with the path of the wrong field, for example `value[2].asn: expected number, got
 *   object`
 */
export function decodeArmValue<T>(schema: z.ZodType<T>, value: ExactJson, at = ''): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw oddField(result.error.issues[0], value, at)
}

/** Member of an object that has an invalid value, and this value. */
interface OddMember {
  path: PropertyKey[]
  value: ExactJson
}

/**
 * Decodes an object. Members with invalid values are treated as missing. An invalid list or list item cannot be treated
 * in this way, because the result would wrongly claim that its entries do not exist; it makes the object fail.
 * @param unread counter of the invalid members
 * @param needed names of members that must be valid
 * @throws PollFailure `malformed` if the object cannot be decoded
 */
export function decodeIgnoringInvalidMembers<T>(
  schema: z.ZodType<T>,
  value: ExactJson,
  at: string,
  unread: UnreadRowCounter,
  needed: ReadonlySet<string> = new Set(),
): { known: T; odd: OddMember[] } {
  let odd: (OddMember & { reason: PollFailure })[] = []
  let first: PollFailure | undefined
  for (let left = value; ; ) {
    const result = schema.safeParse(left)
    if (result.success) {
      for (const one of odd) unread.memberLeftOut(one.reason.message, one.value)
      return { known: result.data, odd }
    }
    const [issue] = result.error.issues
    const reason = oddField(issue, left, at)
    first ??= reason
    const path = unreadMember(issue, left)
    if (path === null || needed.has(String(path.at(-1)))) throw first
    // if a parent is not valid without its invalid member, the whole parent counts as invalid
    const others = odd.filter((one) => !path.every((name, depth) => one.path[depth] === name))
    odd = [
      ...others,
      {
        path,
        value: valueAt(value, path) as ExactJson,
        reason: odd.find((one) => !others.includes(one))?.reason ?? reason,
      },
    ]
    left = without(left, path)
  }
}

/**
 * Returns the path of the member that must be treated as missing; null if the error is not about a single member of an
 * object, so that no member can be left out.
 */
function unreadMember(issue: z.core.$ZodIssue | undefined, value: ExactJson): PropertyKey[] | null {
  if (!issue || (issue.code === 'invalid_type' && issue.expected === 'array')) return null
  const isThere = valueAt(value, issue.path) !== undefined
  const path = isThere ? issue.path : issue.path.slice(0, -1)
  return typeof path.at(-1) === 'string' ? path : null
}

function without(value: ExactJson, [name, ...path]: readonly PropertyKey[]): ExactJson {
  if (Array.isArray(value)) return value.map((item, index) => (index === name ? without(item, path) : item))
  if (!isJsonObject(value) || name === undefined) return value
  const isNamed = (key: string) => key.toLowerCase() === String(name).toLowerCase()
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, held]) => {
      if (!isNamed(key)) return [[key, held]]
      return path.length === 0 ? [] : [[key, without(held, path)]]
    }),
  )
}

/** Returns a copy of an object in which an invalid member has its original value again. */
export function restoreInvalidMember(whole: ExactJson, { path: [name, ...path], value }: OddMember): ExactJson {
  const put = (held: ExactJson | undefined) =>
    path.length === 0 ? value : restoreInvalidMember(held ?? {}, { path, value })
  if (Array.isArray(whole)) return whole.map((item, index) => (index === name ? put(item) : item))
  return isJsonObject(whole) && name !== undefined ? { ...whole, [String(name)]: put(whole[String(name)]) } : whole
}

function oddField(issue: z.core.$ZodIssue | undefined, value: ExactJson, at: string): PollFailure {
  const path = issue?.path ?? []
  const where = path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text ? `${text}.${String(key)}` : String(key)),
    at,
  )
  const expected =
    issue?.code === 'invalid_type' ? `expected ${issue.expected}, got ${describeType(valueAt(value, path))}` : ''
  return createMalformedFailure(
    `${where || 'the body'}: ${expected || issue?.message || 'not readable'}`,
    'MALFORMED_FIELD',
  )
}

function valueAt(value: ExactJson, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => {
    if (Array.isArray(at)) return at[Number(key)]
    return isJsonObject(at) ? getArmMember(at, String(key)) : undefined
  }, value)
}
