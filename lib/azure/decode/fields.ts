import { z } from 'zod'
import { canonicalizeAddress, parseAsPath } from '#lib/bgp/index.ts'
import { isJsonObject } from './json.ts'
import { getArmMember } from './members.ts'

/** Returns the type of a value for an error message. The value itself is not returned, because it may be secret. */
export function describeType(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'bigint') return 'number'
  return typeof value === 'string' ? 'text' : typeof value
}

/**
 * Returns a schema for a field that a function reads. The function is also called for a missing value, because
 * otherwise zod would create its own error message for it.
 * @param expected description of valid values for the error message
 * @param read returns undefined for an invalid value
 * @param show true = the error message contains the invalid text
 */
function createArmField<T>(expected: string, read: (value: unknown) => T | undefined, show = false) {
  return z
    .unknown()
    .optional()
    .transform((value, context): T => {
      const result = read(value)
      if (result !== undefined) return result
      const got = show && typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : describeType(value)
      context.addIssue({ code: 'custom', message: `expected ${expected}, got ${got}` })
      return z.NEVER
    })
}

/**
 * Returns a reader that turns null, a missing member and the empty text into null, because ARM uses all three for an
 * absent value.
 */
function orNull<T>(read: (value: unknown) => T | null | undefined): (value: unknown) => T | null | undefined {
  return (value) => (value === null || value === undefined || value === '' ? null : read(value))
}

const readText = (value: unknown) => (typeof value === 'string' ? value : undefined)
const readBoolean = (value: unknown) => (typeof value === 'boolean' ? value : undefined)

function readInteger(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\s*-?\d{1,15}\s*$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined
}

function readNumber(value: unknown): number | undefined {
  if (typeof value === 'bigint') return Number(value)
  const number = typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

function readCount(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value >= 0n ? value : undefined
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : undefined
  return typeof value === 'string' && /^\s*\d{1,20}\s*$/.test(value) ? BigInt(value) : undefined
}

/** Maximum number of prefixes that is accepted: the largest signed 4-byte integer. No route table comes near it. */
const MAX_PREFIXES = 2 ** 31 - 1

function readPrefixCount(value: unknown): number | undefined {
  const number = readInteger(value)
  return number !== undefined && number >= 0 && number <= MAX_PREFIXES ? number : undefined
}

const readAddress = (value: unknown) =>
  typeof value === 'string' ? (canonicalizeAddress(value) ?? undefined) : undefined

/**
 * Parses a next hop. Routers print a `*` after the next hop of their best path. They also print the interface after a
 * link-local address (RFC 4007 section 11), for example `fe80::1%eth0`. The interface is kept, because the same address
 * on another link is another neighbor.
 */
function readNextHop(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const [, text = '', zone = ''] = /^([^\s*%]*)(%[^\s*%]+)?\s*\*?$/.exec(value.trim()) ?? []
  const host = readAddress(text)
  return host === undefined || (zone !== '' && !host.startsWith('fe80:')) ? undefined : `${host}${zone}`
}

const readPath = (value: unknown) => (typeof value === 'string' ? (parseAsPath(value) ?? undefined) : undefined)

/**
 * Schemas for the fields of responses. A name that ends in `OrNull` means that null, a missing member and `""` become
 * null.
 */
export const armTextSchema = createArmField('text', (value) => readText(value)?.trim() || undefined)
export const armTextOrNullSchema = createArmField('text', orNull(readText))
export const armBooleanOrNullSchema = createArmField('boolean', orNull(readBoolean))
/** reads integers, also as decimal text */
export const armIntegerOrNullSchema = createArmField('number', orNull(readInteger))
export const armNumberOrNullSchema = createArmField('number', orNull(readNumber))
export const armPrefixCountOrNullSchema = createArmField('number of prefixes', orNull(readPrefixCount))
/** reads an int64 exactly; negative numbers are invalid */
export const armCountOrNullSchema = createArmField('number of bytes or messages', orNull(readCount))
export const armAddressSchema = createArmField('an IP address', readAddress, true)
export const armAddressOrNullSchema = createArmField('an IP address', orNull(readAddress), true)
/**
 * parses a next hop; null = the destination is in the virtual network itself, for which Azure writes an empty value or
 * `Virtual Network`
 */
export const armNextHopSchema = createArmField(
  'an IP address',
  orNull((value) => {
    if (typeof value === 'string' && /^\s*virtual ?network\s*$/i.test(value)) return null
    return value === '*' ? undefined : readNextHop(value)
  }),
  true,
)
/** parses an AS path; null or a missing value means the empty path of a local route */
export const armAsPathSchema = createArmField(
  'an AS path',
  (value) => (value === null || value === undefined ? { asPath: [] } : readPath(value)),
  true,
)
export const armInstantSchema = createArmField(
  'an ISO 8601 time',
  (value) => (typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? Date.parse(value) : undefined),
  true,
)
export const armInstantOrNullSchema = createArmField(
  'an ISO 8601 time',
  orNull((value) => (typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? Date.parse(value) : undefined)),
  true,
)
/** parses an enum value, which ARM writes as text or as `{value, localizedValue}` */
export const armEnumTextSchema = createArmField('text or {value}', (value) =>
  isJsonObject(value) ? readText(getArmMember(value, 'value')) : readText(value),
)
/** Returns a schema that also accepts null, a missing value and the empty text, which becomes null. */
export const acceptEmptyAsNull = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? null : value), schema.nullish())
/**
 * parses an enum value, which ARM writes as text or as `{value, localizedValue}`; a missing value becomes the empty
 * text
 */
export const armEnumTextOrEmptySchema = createArmField('text or {value}', (value) => {
  const said = isJsonObject(value) ? (getArmMember(value, 'value') ?? '') : (value ?? '')
  return readText(said)
})
export { createArmField }
