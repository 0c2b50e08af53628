import { mayContainUnstorableEscapes, toStorableText } from '#lib/platform/storable-text.ts'

/** JSON value exactly as ARM sent it: integers beyond 2^53 are bigint, so that no digit is lost. */
export type ExactJson = null | boolean | number | bigint | string | ExactJson[] | { [key: string]: ExactJson }
export type JsonObject = { [key: string]: ExactJson }

/**
 * Function for JSON.parse that also receives the original text of a value (ES2025). TypeScript's library does not know
 * this form yet.
 */
type SourceReviver = (key: string, value: ExactJson, context: { source?: string }) => ExactJson

const parseWithSource = JSON.parse as (text: string, reviver?: SourceReviver) => ExactJson

/**
 * Pattern for a number with at least 16 digits. Only texts with such a number are parsed by the exact method, because
 * it takes several times longer.
 */
const LONG_NUMBER = /\d{16}/

/**
 * Parses JSON without rounding integers. An escape of a character that cannot be stored (U+0000 or a lone surrogate)
 * becomes U+FFFD, so that such an escape, for example in a tag, does not make a whole list unusable.
 * @throws SyntaxError if the text is not JSON
 */
export function parseExactJson(text: string): ExactJson {
  const value = LONG_NUMBER.test(text) ? parseWithSource(text, reviveInteger) : parseWithSource(text)
  return mayContainUnstorableEscapes(text) ? storable(value) : value
}

function storable(value: ExactJson): ExactJson {
  if (typeof value === 'string') return toStorableText(value)
  if (Array.isArray(value)) return value.map(storable)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [toStorableText(key), storable(member)]))
}

function reviveInteger(_key: string, value: ExactJson, { source }: { source?: string }): ExactJson {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || source === undefined) return value
  return /^-?\d+$/.test(source) ? BigInt(source) : value
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Returns a value as plain JSON. Integers beyond 2^53 become decimal text. */
export function convertBigintsToText(value: ExactJson): ExactJson {
  if (typeof value === 'bigint') return value.toString()
  if (Array.isArray(value)) return value.map(convertBigintsToText)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, convertBigintsToText(member)]))
}
