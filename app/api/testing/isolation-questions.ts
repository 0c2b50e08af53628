import { z } from 'zod'
import { causeOwners, type Endpoint, eventKinds, severities } from '#lib/contract/index.ts'
import { shortIdOf } from '#lib/history/index.ts'

/** What the values of a question are drawn from. */
export interface Tenants {
  /** what is known of each tenant, by name: every text in it is a value */
  parties: readonly object[]
  /** texts of what they share, or of neither */
  others: readonly string[]
  now: number
  /** every value, in place of one where several are of one kind */
  isThorough: boolean
}

/** A parameter that takes no more of all texts than this is asked each of them. */
const FEW = 30

/** Parameters that are named otherwise than what they are about. */
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

/** Every text that is known of the tenants, ids in both forms and a host of each prefix. */
function leavesOf({ parties }: Tenants): Leaf[] {
  const walk = (given: unknown, name: string, tenant: number): Leaf[] =>
    typeof given === 'object' && given !== null
      ? Object.entries(given).flatMap(([key, inner]) => walk(inner, key, tenant))
      : formsOf(String(given)).map((value) => ({ name, value, tenant }))
  return parties.flatMap((party, tenant) => walk(party, '', tenant))
}

function formsOf(text: string): string[] {
  if (text.startsWith('/subscriptions/')) return [shortIdOf(text), text]
  const [, host] = /^(\d+\.\d+)\.0\.0\/16$/.exec(text) ?? []
  return host ? [text, `${host}.1.1`] : [text]
}

/** What is no tenant's: each form that a parameter may have. */
function commonOf({ others, now }: Tenants): string[] {
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
 * The values that each parameter of an endpoint is asked, made from its schema: its own words where it lists them, else what it takes of the tenants'
 * texts and of the common ones. So what is added to the contract is asked without a line anywhere else.
 */
export function valuesOf(endpoint: Endpoint, tenants: Tenants): Map<string, string[]> {
  const leaves = leavesOf(tenants)
  const common = commonOf(tenants)
  const some = <Value>(values: readonly Value[]) => (tenants.isThorough ? values : values.slice(-1))
  const wordsOf = wordsIn(endpoint)
  return new Map(
    Object.entries(shapeOf(endpoint)).map(([name, field], n) => {
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
        // another for each endpoint, so that all of them together are asked everything
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

export const shapeOf = ({ parameters }: Endpoint): Record<string, Field> =>
  (parameters as { shape?: Record<string, Field> }).shape ?? {}

export const isRequired = (field: Field | undefined): boolean => field?.safeParse(undefined).success === false

/** What a parameter may be, where its schema lists that. */
function wordsIn({ parameters }: Endpoint): (name: string) => string[] | null {
  const { properties } = z.toJSONSchema(parameters as z.ZodType, { io: 'input', unrepresentable: 'any' })
  return (name) => {
    const field = properties?.[name]
    return typeof field === 'object' && field.enum ? field.enum.map(String) : null
  }
}

const unique = (values: readonly string[]): string[] => [...new Set(values)]

/**
 * The questions of an endpoint: the bare one, and one for each value of each parameter. What it can't do without is sent with each.
 * @param values of each parameter
 * @param scope what it is asked about; '' = everything
 * @param isFull with each value; else the bare one alone
 */
export function questionsFrom(
  endpoint: Endpoint,
  values: ReadonlyMap<string, string[]>,
  { scope, isFull }: { scope: string; isFull: boolean },
): Record<string, string>[] {
  const shape = shapeOf(endpoint)
  const required: Record<string, string> = scope === '' ? {} : { scope }
  // of the last tenant, whom the first must not see
  for (const [name, field] of Object.entries(shape))
    if (isRequired(field) && required[name] === undefined) required[name] = values.get(name)?.at(-1) ?? ''
  const more = [...values].flatMap(([name, each]) =>
    name === 'scope' && scope !== '' ? [] : each.map((value) => ({ ...required, [name]: value })),
  )
  return isFull ? [required, ...more] : [required]
}
