import { mayContainUnstorableEscapes, storableText } from '#lib/platform/storable-text.ts'

/** A JSON value as ARM sent it. Integers beyond 2^53 are bigint, so that no digit is lost. */
export type Json = null | boolean | number | bigint | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

/** A reviver with the third argument of ES2025, which TypeScript's library does not know yet. */
type SourceReviver = (key: string, value: Json, context: { source?: string }) => Json

const parseWithSource = JSON.parse as (text: string, reviver?: SourceReviver) => Json

/**
 * A number with at least 16 digits. The slow reviver (parsing takes several times longer) is used only if the text
 * contains such a number.
 */
const LONG_NUMBER = /\d{16}/

/**
 * Parses JSON without rounding integers. Escapes that are not valid text become U+FFFD, so that one such escape in a
 * tag does not invalidate the whole list.
 * @throws SyntaxError if the text is not JSON
 */
export function parseExactJson(text: string): Json {
  const value = LONG_NUMBER.test(text) ? parseWithSource(text, reviveInteger) : parseWithSource(text)
  return mayContainUnstorableEscapes(text) ? storable(value) : value
}

function storable(value: Json): Json {
  if (typeof value === 'string') return storableText(value)
  if (Array.isArray(value)) return value.map(storable)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [storableText(key), storable(member)]))
}

function reviveInteger(_key: string, value: Json, { source }: { source?: string }): Json {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || source === undefined) return value
  return /^-?\d+$/.test(source) ? BigInt(source) : value
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Converts a value to plain JSON: integers beyond 2^53 become decimal text. */
export function plainJson(value: Json): Json {
  if (typeof value === 'bigint') return value.toString()
  if (Array.isArray(value)) return value.map(plainJson)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plainJson(member)]))
}
