import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { type RequestProductFunction, fetchApiResponseData } from './ask.ts'

/** The parts of an OpenAPI document from which queries are derived. */
export interface ApiDocument {
  paths: Record<string, { get?: { parameters?: Parameter[] } }>
}
interface Parameter {
  name: string
  in: string
  required: boolean
  schema: { enum?: readonly string[]; default?: string; type?: string; minimum?: number }
}

/** Values that a query may use, by the name of the parameter. */
type Known = ReadonlyMap<string, readonly string[]>

interface Amount {
  /** maximum number of IDs of one kind that are queried */
  most: number
  /** maximum number of values for one parameter */
  values: number
}

/**
 * Paths that are not queried: a stream ends only when its client leaves, and `/api/v1/alerting` contains the size of
 * the database, which differs in each run.
 */
const STREAMS = new Set(['/api/v1/stream', '/api/v1/alerting'])

/** Further parameters that a parameter requires. */
const WITH: Readonly<Record<string, [string, string][]>> = { neighbor: [['table', 'advertised']] }

/**
 * Returns every GET of the document: without optional parameters, for each kind of resource, and with each optional
 * parameter once.
 * @throws Error if a parameter of the document has no known value
 */
export async function createQueriesOfOpenApiDocument(
  document: ApiDocument,
  ask: RequestProductFunction,
  now: EpochMs,
  { most, values }: Amount,
): Promise<string[]> {
  const known = await valuesOf(ask, now)
  const questions: string[] = []
  for (const [path, { get }] of Object.entries(document.paths)) {
    if (!get || STREAMS.has(path)) continue
    const parameters = (get.parameters ?? []).filter((one) => one.in === 'query' && one.name !== 'cursor')
    const ids = pickEvenlySpacedItems(await idsOf(path, ask, known), most)
    for (const [n, id] of ids.entries()) {
      const queries = n === 0 ? everyQuery(parameters, known, path, values) : bareQueries(parameters, known, path)
      questions.push(...queries.map((query) => path.replace('{id}', encodeURIComponent(id)) + query))
    }
    if (path.includes('{id}')) questions.push(path.replace('{id}', 'nothing-by-this-id'))
  }
  return [...new Set(questions)]
}

/** Returns at most `most` items, evenly spread over the list and beginning with the first. */
export const pickEvenlySpacedItems = <Item>(list: readonly Item[], most: number): Item[] =>
  list.filter(
    (_, n) =>
      n === 0 ||
      Math.floor((n * (most - 1)) / (list.length - 1)) > Math.floor(((n - 1) * (most - 1)) / (list.length - 1)),
  )

/** Returns the IDs for a path. A path without an ID gets one empty string, for a single query. */
async function idsOf(path: string, ask: RequestProductFunction, known: Known): Promise<readonly string[]> {
  const [collection, rest] = path.split('/{id}')
  if (rest === undefined || collection === undefined) return ['']
  if (collection.endsWith('/resources')) return known.get('scope') ?? []
  return idsIn(await fetchApiResponseData(ask, collection.replace('/api/v1/', '')), collection)
}

/** Returns the `id` fields of a list. If the answer has several lists, the path decides which one. */
function idsIn(data: unknown, path: string): string[] {
  const lists = Array.isArray(data)
    ? [data]
    : Object.entries(data as object).flatMap(([name, own]) => (path.endsWith(name) ? [own] : []))
  return lists
    .flat()
    .flatMap((one: unknown) => (one !== null && typeof one === 'object' && 'id' in one ? [String(one.id)] : []))
}

/** Returns the queries with only the required parameters, one for each value of the first. */
function bareQueries(parameters: readonly Parameter[], known: Known, path: string): string[] {
  const required = parameters.filter((one) => one.required)
  const [first, ...others] = required.map((one) => ({ name: one.name, values: valuesFor(one, known, path) }))
  if (!first) return ['']
  const rest = others.map(({ name, values }) => [name, values[0] ?? ''] as const)
  return first.values.map((value) => queryOf([[first.name, value], ...rest]))
}

/**
 * Returns the queries with only the required parameters, and further ones for each optional parameter with at most
 * `most` values.
 */
function everyQuery(parameters: readonly Parameter[], known: Known, path: string, most: number): string[] {
  const bare = bareQueries(parameters, known, path)
  const base = [...new URLSearchParams(bare[0])]
  const further = parameters
    .filter((one) => !one.required)
    .flatMap((one) =>
      pickEvenlySpacedItems(valuesFor(one, known, path), most).map((value) =>
        queryOf([...base, ...(WITH[one.name] ?? []), [one.name, value]]),
      ),
    )
  return [...bare, ...further]
}

const queryOf = (pairs: readonly (readonly [string, string])[]) =>
  pairs.length === 0 ? '' : `?${new URLSearchParams(pairs.map(([name, value]) => [name, value]))}`

/**
 * Returns the values of a parameter other than its default.
 * @throws Error if no value is known
 */
function valuesFor({ name, schema }: Parameter, known: Known, path: string): readonly string[] {
  if (schema.enum) return schema.enum.filter((value) => value !== schema.default)
  const values = known.get(`${name} ${path}`) ?? known.get(name)
  if (values?.length) return values
  throw new Error(
    `no value is known for the parameter ${name} of ${path}: give one in lab/referee/testing/questions.ts`,
  )
}

/** Returns values of each parameter from the estate, and times before the fixed clock. */
async function valuesOf(ask: RequestProductFunction, now: EpochMs): Promise<Known> {
  const rows = <Row>(path: string) => fetchApiResponseData<Row[]>(ask, path)
  const ago = (hours: number) => [new Date(now - hours * MS_PER_HOUR).toISOString()]
  const ids = async (path: string) => (await rows<{ id: string }>(path)).map(({ id }) => id)
  const [circuits, gateways, hubs, ports] = [
    await ids('circuits'),
    await ids('gateways'),
    await ids('hubs'),
    await ids('ports'),
  ]
  const sessions = await rows<{ neighbor: string }>('sessions?limit=5')
  const routes = await rows<{ prefix: string; origin: string | null; asPath: number[] }>('routes?limit=200')
  const events = await rows<{ id: string; kind: string; subject: string }>('events?limit=50')
  const incidents = await ids('incidents?limit=5')
  const customers = await rows<{ name: string }>('customers')
  const { channels } = await fetchApiResponseData<{ channels: { id: string }[] }>(ask, 'channels')
  const prefixes = routes
    .map(({ prefix }) => prefix)
    .filter((prefix) => !prefix.includes(':') && prefix !== '0.0.0.0/0')
  const [prefix = ''] = prefixes
  const scopes = [circuits[0], circuits.at(-1), gateways[0], gateways.at(-1), hubs[0], ports[0]].filter(
    (id) => id !== undefined,
  )
  const kinds = [...new Set(events.map(({ kind }) => kind))].slice(0, 2).join(',')
  return new Map<string, readonly string[]>([
    ['customer', customers.slice(0, 2).map(({ name }) => name)],
    ['scope', scopes],
    ['circuit', circuits.slice(0, 2)],
    ['at', ago(3)],
    ['from', ago(6)],
    ['to', ago(1)],
    ['since', ago(5)],
    ['month', [new Date(now).toISOString().slice(0, 7)]],
    ['week', ['2026-W46']],
    ['limit', ['1']],
    ['days', ['2']],
    ['months', ['2']],
    ['points', ['50']],
    ['step', ['1h']],
    ['prefix', [prefix]],
    ['within', ['10.0.0.0/8']],
    ['ip', [prefix.replace(/0\/\d+$/, '1')]],
    ['asn', [...new Set(routes.flatMap(({ asPath }) => asPath))].slice(0, 1).map(String)],
    ['origin', [...new Set(routes.flatMap(({ origin }) => origin ?? []))]],
    ['neighbor', sessions.slice(0, 1).map((one) => one.neighbor)],
    ['kind', [kinds]],
    ['severity', ['major,critical']],
    ['owner', ['provider,microsoft']],
    ['partOf', ['none', ...events.slice(0, 1).map(({ id }) => id)]],
    ['partOf /api/v1/events/summary', ['none']],
    ['incident', incidents.slice(0, 1)],
    ['text', ['path']],
    ['port', ['GigabitEthernet0/0/0']],
    ['subject', events.slice(0, 1).map((one) => one.subject)],
    ['assignee', ['Ada']],
    ['channel', channels.map(({ id }) => id)],
    ['type', ['Microsoft.Network/expressRouteCircuits']],
    ['lose', [circuits[0] ?? '', `${circuits[0]}/primary,${gateways[0]}`, 'location:London']],
    ['change', [`bandwidth:${circuits[0]}:2000`, `withdraw:${circuits[0]}:${prefix}`]],
    ['bandwidthMbps', ['1000']],
    ...['reachMonthly', 'reachPerGb', 'reachGb', 'reachPerGbIn', 'reachGbIn', 'directMonthly'].map(
      (name) => [name, ['12.5']] as const,
    ),
  ])
}
