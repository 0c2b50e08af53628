import type { SeededRandom } from './random.ts'

/** The parts of a JSON schema that our OpenAPI documents use. */
export interface JsonSchemaParts {
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  format?: string
  pattern?: string
  minimum?: number
  maximum?: number
  minItems?: number
  items?: JsonSchemaParts
  properties?: Record<string, JsonSchemaParts>
  required?: string[]
  additionalProperties?: JsonSchemaParts | boolean
  propertyNames?: JsonSchemaParts
  anyOf?: JsonSchemaParts[]
  oneOf?: JsonSchemaParts[]
  default?: unknown
}

/** Addresses without host names: each one belongs to this machine or a private network, and no test connects to it. */
const ADDRESSES = [
  'http://10.0.0.1/hook',
  'https://192.168.1.1/x',
  'http://169.254.169.254/',
  'http://[::1]:1/',
  'https://0x7f.1/',
]

const MOMENTS = [
  '2026-11-20T03:12:00Z',
  '2026-11-19T03:12:00.123Z',
  '1970-01-01T00:00:00Z',
  '1969-12-31T23:59:59Z',
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
  '9999-12-31T23:59:59-23:59',
  '2026-02-29T00:00:00Z',
  '2024-02-29T00:00:00Z',
  '2026-11-20T24:00:00Z',
  '2026-11-20T23:59:60Z',
  '2026-11-20T03:12:00+14:00',
  '+275760-09-13T00:00:00Z',
  '2026-11-20',
]

const TEXTS = [
  '',
  ' ',
  'a',
  'none',
  'estate',
  '0',
  '1',
  '-1',
  '1.5',
  '1e3',
  '1e309',
  'NaN',
  '2147483647',
  '2147483648',
  '9223372036854775808',
  '99999999999999999999',
  '\0',
  'a\0b',
  '\r\nx: y',
  '\u202e',
  '𝕏',
  '%',
  '%00',
  '%zz',
  '../../etc/passwd',
  "'; DROP TABLE event; --",
  '" OR 1=1',
  '${7*7}',
  '<script>alert(1)</script>',
  '__proto__',
  'constructor',
  'x'.repeat(2_048),
  'x'.repeat(2_049),
  '10.0.0.0/8',
  '10.0.0.1/8',
  '0.0.0.0/0',
  '::/0',
  '::ffff:10.0.0.0/104',
  '2001:db8::/129',
  'fe80::1%eth0',
  '10.0.0.1',
  '256.1.1.1',
  '2026-11',
  '0000-01',
  '9999-12',
  '2026-13',
  '2026-W47',
  '0000-W01',
  '9999-W53',
  '2025-W53',
  '1s',
  '5m',
  '999999d',
  '1d',
  'hour',
  'learned',
  'session_down,session_up',
  'USD',
  '0.000000001',
  '999999999999.999999999',
  ...MOMENTS,
  ...ADDRESSES,
]

const VALUES: unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  2 ** 31,
  2 ** 53,
  -(2 ** 63),
  1e308,
  [],
  {},
  [[]],
  [null],
  { a: 1 },
  ...TEXTS,
]

/** Returns a text that a client may send in any place. */
export const pickRandomFuzzText = (random: SeededRandom): string => random.of(TEXTS)

/** Returns a JSON value that a client may send in any place. */
export const pickRandomJsonValue = (random: SeededRandom): unknown => random.of(VALUES)

/** Returns a value that the schema accepts in most cases; patterns and checks outside the schema may refuse it. */
export function generateValueForSchema(schema: JsonSchemaParts, random: SeededRandom, depth = 0): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return random.of(schema.enum)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return generateValueForSchema(random.of(choices), random, depth)
  switch (Array.isArray(schema.type) ? random.of(schema.type) : schema.type) {
    case 'object':
      return objectOf(schema, random, depth)
    case 'array': {
      const length = (schema.minItems ?? 0) + random.below(depth > 3 ? 1 : 3)
      return Array.from({ length }, () => generateValueForSchema(schema.items ?? {}, random, depth + 1))
    }
    case 'integer':
    case 'number':
      return numberOf(schema, random)
    case 'boolean':
      return random.in100(50)
    case 'null':
      return null
    case 'string':
      return textOf(schema, random)
    default:
      return pickRandomJsonValue(random)
  }
}

function objectOf(
  { properties = {}, required = [], additionalProperties }: JsonSchemaParts,
  random: SeededRandom,
  depth: number,
) {
  const object: Record<string, unknown> = {}
  for (const [name, schema] of Object.entries(properties)) {
    if (required.includes(name) || random.in100(50)) object[name] = generateValueForSchema(schema, random, depth + 1)
  }
  if (typeof additionalProperties === 'object' && random.in100(50))
    object[pickRandomFuzzText(random)] = generateValueForSchema(additionalProperties, random, depth + 1)
  return object
}

function numberOf({ minimum = -10, maximum = 1_000_000, type }: JsonSchemaParts, random: SeededRandom): number {
  const edge = random.of([minimum, maximum, minimum + random.next() * (Math.min(maximum, 1e15) - minimum)])
  return type === 'integer' ? Math.round(edge) : edge
}

const GOOD_TEXTS: [pattern: RegExp, texts: string[]][] = [
  [/A-Z.*\{3\}/, ['USD', 'EUR']],
  [/W\(/, ['2026-W46', '2026-W01', '1970-W01', '9999-W53', '0000-W01']],
  [/\(0\[1-9\]\|1\[0-2\]\)/, ['2026-11', '2026-01', '1970-01', '9999-12', '0000-01']],
  [/\\d\{1,12\}/, ['0.02', '0', '999999999999.999999999']],
]

function textOf({ format, pattern }: JsonSchemaParts, random: SeededRandom): string {
  if (format === 'date-time') return random.in100(70) ? recent(random) : random.of(MOMENTS)
  const known = GOOD_TEXTS.find(([form]) => pattern && form.test(pattern))
  if (known) return random.of(known[1])
  return random.in100(60)
    ? random.of(['a', 'lon', '10.1.0.0/16', '10.0.4.4', '5m', 'Peerwatch', ...ADDRESSES])
    : pickRandomFuzzText(random)
}

/** Returns a time of the last five days, in whole seconds. */
const recent = (random: SeededRandom) =>
  new Date(Math.floor(Date.now() / 1_000 - random.below(5 * 86_400)) * 1_000).toISOString()

/** Returns the value with one of its parts replaced or removed. */
export function replaceOrRemoveValuePart(value: unknown, random: SeededRandom): unknown {
  if (typeof value !== 'object' || value === null || random.in100(20)) return pickRandomJsonValue(random)
  const keys = Object.keys(value)
  if (keys.length === 0 || random.in100(15))
    return Array.isArray(value)
      ? [...value, pickRandomJsonValue(random)]
      : { ...value, [pickRandomFuzzText(random)]: pickRandomJsonValue(random) }
  const key = random.of(keys)
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>
  if (random.in100(20)) delete copy[key]
  else copy[key] = replaceOrRemoveValuePart(copy[key], random)
  return copy
}

/** Returns a cursor that the API did not issue: a real cursor with one part replaced. */
export function forgePaginationCursor(cursor: string, random: SeededRandom): string {
  if (random.in100(10)) return `${cursor}${pickRandomFuzzText(random)}`
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    return pickRandomFuzzText(random)
  }
  if (!Array.isArray(parts)) return pickRandomFuzzText(random)
  const place = random.below(parts.length)
  const inner = parts[place]
  const isNested = typeof inner === 'string' && inner.length > 20 && random.in100(70)
  const copy = parts.with(place, isNested ? forgePaginationCursor(inner, random) : pickRandomJsonValue(random))
  return Buffer.from(JSON.stringify(random.in100(10) ? [...copy, pickRandomJsonValue(random)] : copy)).toString(
    'base64url',
  )
}
