import type { z } from 'zod'
import type { CallAnswer } from '../call/call.ts'
import { findFailureInBody } from '../call/classify.ts'
import { malformed, PollFailure } from '../call/failure.ts'
import { describe } from './fields.ts'
import { isJsonObject, type Json, type JsonObject, parseExactJson } from './json.ts'
import { member } from './members.ts'
import type { Unread } from './unread.ts'

/**
 * Returns the JSON of a 2xx response.
 * @throws PollFailure `malformed` with a description of the body if it is not JSON; the error in the body if it
 *   contains an error despite its status
 */
export function bodyOf(answer: CallAnswer): Json {
  const body = jsonOf(answer)
  const failure = isJsonObject(body) ? findFailureInBody(answer, body) : null
  if (failure) throw failure
  return body
}

function jsonOf(answer: CallAnswer): Json {
  const { status, body } = answer
  if (status === 204 || body.trim() === '') throw malformed(`Azure's answer (${status}) is empty`, 'EMPTY_BODY', status)
  try {
    return parseExactJson(body)
  } catch {
    const what = /^\s*</.test(body) ? 'is a web page' : 'is no JSON, or only part of it'
    throw malformed(`Azure's answer (${status}) ${what}`, 'MALFORMED_JSON', status)
  }
}

/**
 * Returns a body as an object.
 * @throws PollFailure `malformed` unless the body is an object
 */
export function objectOf(body: Json): JsonObject {
  if (isJsonObject(body)) return body
  throw malformed(`the body: expected object, got ${describe(body)}`)
}

/**
 * Returns the rows of a list.
 * @throws PollFailure for `{}` and `{"value": null}`, because they do not mean an empty list
 */
export function listOf(body: Json): Json[] {
  return arrayAt(member(objectOf(body), 'value'), 'value')
}

export function arrayAt(value: Json | undefined, path: string): Json[] {
  if (Array.isArray(value)) return value
  throw malformed(`${path}: expected array, got ${describe(value)}`)
}

/**
 * Decodes each row. An unreadable row is left out and counted, and the other rows are kept.
 * @param unread counts unreadable rows; without it, the first unreadable row fails the whole list
 */
export function decodeRows<T>(row: z.ZodType<T>, rows: readonly Json[], at = 'value', unread?: Unread): T[] {
  if (!unread) return rows.map((value, index) => decode(row, value, `${at}[${index}]`))
  return eachRow(rows, at, unread, (value, place) => decode(row, value, place))
}

/** Decodes rows like {@link decodeRows}, with a function that also receives each row's path, for example `value[3]`. */
export function eachRow<T>(
  rows: readonly Json[],
  at: string,
  unread: Unread,
  read: (value: Json, at: string) => T,
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
 * @throws PollFailure `malformed` with the field, for example `value[2].asn: expected number, got object`
 */
export function decode<T>(schema: z.ZodType<T>, value: Json, at = ''): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw oddField(result.error.issues[0], value, at)
}

/** An unreadable member of an object, with its actual value. */
interface OddMember {
  path: PropertyKey[]
  value: Json
}

/**
 * Decodes an object as if its unreadable members were absent. An unreadable list or list item cannot be left out,
 * because the result would then wrongly report its entries as absent.
 * @param unread counts the unreadable members
 * @param needed names of members that the object must have
 * @throws PollFailure `malformed` if a required member is unreadable
 */
export function decodeIgnoringInvalidMembers<T>(
  schema: z.ZodType<T>,
  value: Json,
  at: string,
  unread: Unread,
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
    // if a parent is invalid without its unreadable member, the whole parent counts as unreadable
    const others = odd.filter((one) => !path.every((name, depth) => one.path[depth] === name))
    odd = [
      ...others,
      { path, value: valueAt(value, path) as Json, reason: odd.find((one) => !others.includes(one))?.reason ?? reason },
    ]
    left = without(left, path)
  }
}

/** Returns the path of the member to leave out; null if the issue is not a separate member of an object. */
function unreadMember(issue: z.core.$ZodIssue | undefined, value: Json): PropertyKey[] | null {
  if (!issue || (issue.code === 'invalid_type' && issue.expected === 'array')) return null
  const isThere = valueAt(value, issue.path) !== undefined
  const path = isThere ? issue.path : issue.path.slice(0, -1)
  return typeof path.at(-1) === 'string' ? path : null
}

function without(value: Json, [name, ...path]: readonly PropertyKey[]): Json {
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

/** Returns a copy with a member put back at its path. */
export function withMember(whole: Json, { path: [name, ...path], value }: OddMember): Json {
  const put = (held: Json | undefined) => (path.length === 0 ? value : withMember(held ?? {}, { path, value }))
  if (Array.isArray(whole)) return whole.map((item, index) => (index === name ? put(item) : item))
  return isJsonObject(whole) && name !== undefined ? { ...whole, [String(name)]: put(whole[String(name)]) } : whole
}

function oddField(issue: z.core.$ZodIssue | undefined, value: Json, at: string): PollFailure {
  const path = issue?.path ?? []
  const where = path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text ? `${text}.${String(key)}` : String(key)),
    at,
  )
  const expected =
    issue?.code === 'invalid_type' ? `expected ${issue.expected}, got ${describe(valueAt(value, path))}` : ''
  return malformed(`${where || 'the body'}: ${expected || issue?.message || 'not readable'}`, 'MALFORMED_FIELD')
}

function valueAt(value: Json, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => {
    if (Array.isArray(at)) return at[Number(key)]
    return isJsonObject(at) ? member(at, String(key)) : undefined
  }, value)
}
