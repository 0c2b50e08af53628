import { z } from 'zod'
import { causeOwners, type EndpointDefinition, eventKinds, severities } from '#lib/contract/index.ts'
import { computeShortId } from '#lib/history/index.ts'

/** Source of the values for generated queries. */
export interface TenantTestTexts {
  /** known texts of each tenant, by name; every text is used as a value */
  parties: readonly object[]
  /** texts that the tenants share, or that belong to neither */
  others: readonly string[]
  now: number
  /** use every value, instead of one value of each kind */
  isThorough: boolean
}

/** A parameter that accepts at most this number of the texts is tested with each of them. */
const FEW = 30

/** Names of tenants' values that fit a parameter with another name. */
const SAME: Readonly<Record<string, readonly string[]>> = {
  text: ['word'],
  origin: ['asn'],
  neighbor: ['primary'],
  subject: ['primary', 'word'],
  incident: ['event'],
  scope: ['circuit', 'gateway'],
  lose: ['circuit'],
}

interface Leaf {
  name: string
  value: string
  tenant: number
}

/** Returns every known text of the tenants, with IDs in both forms and one host of each prefix. */
function leavesOf({ parties }: TenantTestTexts): Leaf[] {
  const walk = (given: unknown, name: string, tenant: number): Leaf[] =>
    typeof given === 'object' && given !== null
      ? Object.entries(given).flatMap(([key, inner]) => walk(inner, key, tenant))
      : formsOf(String(given)).map((value) => ({ name, value, tenant }))
  return parties.flatMap((party, tenant) => walk(party, '', tenant))
}

function formsOf(text: string): string[] {
  if (text.startsWith('/subscriptions/')) return [computeShortId(text), text]
  const [, host] = /^(\d+\.\d+)\.0\.0\/16$/.exec(text) ?? []
  return host ? [text, `${host}.1.1`] : [text]
}

/** Returns values that belong to no tenant, in each form that a parameter may have. */
function commonOf({ others, now }: TenantTestTexts): string[] {
  const at = (ms: number) => new Date(now - ms).toISOString()
  const day = at(0).slice(0, 10)
  return [
    ...others,
    at(600_000),
    at(7_000_000),
    day.slice(0, 7),
    '2026-W47',
    'hour',
    '1h',
    '1',
    '2',
    eventKinds[0],
    'failover',
    severities[0],
    causeOwners[0],
  ]
}

/**
 * Returns the test values of each parameter of an endpoint, made from its schema: the enumerated values if there are
 * any, otherwise the accepted texts of the tenants and the common values. Parameters that are added to the contract are
 * therefore tested automatically.
 */
export function createTestValuesOfParameters(
  endpoint: EndpointDefinition,
  tenants: TenantTestTexts,
): Map<string, string[]> {
  const leaves = leavesOf(tenants)
  const common = commonOf(tenants)
  const some = <Value>(values: readonly Value[]) => (tenants.isThorough ? values : values.slice(-1))
  const wordsOf = wordsIn(endpoint)
  return new Map(
    Object.entries(getEndpointParameterSchemas(endpoint)).map(([name, field], n) => {
      const takes = (value: string) => field.safeParse(value).success
      const words = wordsOf(name)
      if (words) return [name, tenants.isThorough ? words : words.slice(0, 2)]
      const taken = leaves.filter(({ value }) => takes(value))
      const shared = common.filter(takes)
      if (taken.length === 0) return [name, [...some(shared)]]
      if (taken.length <= FEW) return [name, unique([...taken.map(({ value }) => value), ...shared])]
      const alike = taken.filter(
        (leaf) => leaf.name.toLowerCase() === name.toLowerCase() || SAME[name]?.includes(leaf.name),
      )
      const drawn = tenants.parties.flatMap((_, tenant) => {
        const own = taken.filter((leaf) => leaf.tenant === tenant)
        // each endpoint uses another value, so that all of them together cover every value
        const first = (endpoint.path.length * 7 + n * 3) % own.length
        return own.slice(first, first + 1)
      })
      const more = alike.length > 0 && !tenants.isThorough ? [] : some(drawn)
      return [name, unique([...alike, ...more].map(({ value }) => value))]
    }),
  )
}

interface Field {
  safeParse(value: unknown): { success: boolean }
}

export const getEndpointParameterSchemas = ({ parameters }: EndpointDefinition): Record<string, Field> =>
  (parameters as { shape?: Record<string, Field> }).shape ?? {}

export const isRequired = (field: Field | undefined): boolean => field?.safeParse(undefined).success === false

/** Returns a function that returns the enumerated values of a parameter; null if its schema lists none. */
function wordsIn({ parameters }: EndpointDefinition): (name: string) => string[] | null {
  const { properties } = z.toJSONSchema(parameters as z.ZodType, { io: 'input', unrepresentable: 'any' })
  return (name) => {
    const field = properties?.[name]
    return typeof field === 'object' && field.enum ? field.enum.map(String) : null
  }
}

const unique = (values: readonly string[]): string[] => [...new Set(values)]

/**
 * Returns the queries of an endpoint. The first has only the required parameters; each further query adds one value of
 * one parameter.
 * @param values test values of each parameter
 * @param scope value of the parameter `scope`; '' = omitted
 * @param isFull whether to query each value; otherwise only the first query is returned
 */
export function createIsolationTestQueries(
  endpoint: EndpointDefinition,
  values: ReadonlyMap<string, string[]>,
  { scope, isFull }: { scope: string; isFull: boolean },
): Record<string, string>[] {
  const shape = getEndpointParameterSchemas(endpoint)
  const required: Record<string, string> = scope === '' ? {} : { scope }
  // values of the last tenant, which the first tenant must not see
  for (const [name, field] of Object.entries(shape))
    if (isRequired(field) && required[name] === undefined) required[name] = values.get(name)?.at(-1) ?? ''
  const more = [...values].flatMap(([name, each]) =>
    name === 'scope' && scope !== '' ? [] : each.map((value) => ({ ...required, [name]: value })),
  )
  return isFull ? [required, ...more] : [required]
}
