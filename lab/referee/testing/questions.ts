import type { EpochMs } from '#lib/contract/index.ts'
import { HOUR } from '#lib/contract/time/time.ts'
import { type Ask, dataOf } from './ask.ts'

/** An OpenAPI document, as far as questions are made from it. */
export interface ApiDocument {
  paths: Record<string, { get?: { parameters?: Parameter[] } }>
}
interface Parameter {
  name: string
  in: string
  required: boolean
  schema: { enum?: readonly string[]; default?: string; type?: string; minimum?: number }
}

/** Values that a question may take, by the name of its parameter. */
type Known = ReadonlyMap<string, readonly string[]>

interface Amount {
  /** ids of one kind that are asked about */
  most: number
  /** values that a parameter is asked with */
  values: number
}

/** Not asked: a stream ends only when its reader leaves, and the size of a database is another one each time. */
const STREAMS = new Set(['/api/v1/stream', '/api/v1/alerting'])

/** What a parameter is refused without. */
const WITH: Readonly<Record<string, [string, string][]>> = { neighbor: [['table', 'advertised']] }

/**
 * Every GET of the document: bare, of each kind of resource that it may be asked about, and with each optional parameter once.
 * @throws Error if the document has a parameter that no value is known for
 */
export async function questionsOf(
  document: ApiDocument,
  ask: Ask,
  now: EpochMs,
  { most, values }: Amount,
): Promise<string[]> {
  const known = await valuesOf(ask, now)
  const questions: string[] = []
  for (const [path, { get }] of Object.entries(document.paths)) {
    if (!get || STREAMS.has(path)) continue
    const parameters = (get.parameters ?? []).filter((one) => one.in === 'query' && one.name !== 'cursor')
    const ids = spread(await idsOf(path, ask, known), most)
    for (const [n, id] of ids.entries()) {
      const queries = n === 0 ? everyQuery(parameters, known, path, values) : bareQueries(parameters, known, path)
      questions.push(...queries.map((query) => path.replace('{id}', encodeURIComponent(id)) + query))
    }
    if (path.includes('{id}')) questions.push(path.replace('{id}', 'nothing-by-this-id'))
  }
  return [...new Set(questions)]
}

/** Some of a list, from its whole length, the first among them. */
export const spread = <Item>(list: readonly Item[], most: number): Item[] =>
  list.filter(
    (_, n) =>
      n === 0 ||
      Math.floor((n * (most - 1)) / (list.length - 1)) > Math.floor(((n - 1) * (most - 1)) / (list.length - 1)),
  )

/** Ids by which a path is asked; where it has none, one question without. */
async function idsOf(path: string, ask: Ask, known: Known): Promise<readonly string[]> {
  const [collection, rest] = path.split('/{id}')
  if (rest === undefined || collection === undefined) return ['']
  if (collection.endsWith('/resources')) return known.get('scope') ?? []
  return idsIn(await dataOf(ask, collection.replace('/api/v1/', '')), collection)
}

/** What stands by the name of `id` in a list; of an answer of several lists, in the one that the path names. */
function idsIn(data: unknown, path: string): string[] {
  const lists = Array.isArray(data)
    ? [data]
    : Object.entries(data as object).flatMap(([name, own]) => (path.endsWith(name) ? [own] : []))
  return lists
    .flat()
    .flatMap((one: unknown) => (one !== null && typeof one === 'object' && 'id' in one ? [String(one.id)] : []))
}

/** With what it needs and nothing else: once for each value of that. */
function bareQueries(parameters: readonly Parameter[], known: Known, path: string): string[] {
  const required = parameters.filter((one) => one.required)
  const [first, ...others] = required.map((one) => ({ name: one.name, values: valuesFor(one, known, path) }))
  if (!first) return ['']
  const rest = others.map(({ name, values }) => [name, values[0] ?? ''] as const)
  return first.values.map((value) => queryOf([[first.name, value], ...rest]))
}

/** The bare ones, and each further parameter once with each of its values, at most `most`. */
function everyQuery(parameters: readonly Parameter[], known: Known, path: string, most: number): string[] {
  const bare = bareQueries(parameters, known, path)
  const base = [...new URLSearchParams(bare[0])]
  const further = parameters
    .filter((one) => !one.required)
    .flatMap((one) =>
      spread(valuesFor(one, known, path), most).map((value) =>
        queryOf([...base, ...(WITH[one.name] ?? []), [one.name, value]]),
      ),
    )
  return [...bare, ...further]
}

const queryOf = (pairs: readonly (readonly [string, string])[]) =>
  pairs.length === 0 ? '' : `?${new URLSearchParams(pairs.map(([name, value]) => [name, value]))}`

/** @throws Error if none is known */
function valuesFor({ name, schema }: Parameter, known: Known, path: string): readonly string[] {
  if (schema.enum) return schema.enum.filter((value) => value !== schema.default)
  const values = known.get(`${name} ${path}`) ?? known.get(name)
  if (values?.length) return values
  throw new Error(
    `no value is known for the parameter ${name} of ${path}: give one in lab/referee/testing/questions.ts`,
  )
}

/** Values of each parameter: what the estate has, and times before the clock's. */
async function valuesOf(ask: Ask, now: EpochMs): Promise<Known> {
  const rows = <Row>(path: string) => dataOf<Row[]>(ask, path)
  const ago = (hours: number) => [new Date(now - hours * HOUR).toISOString()]
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
  const { channels } = await dataOf<{ channels: { id: string }[] }>(ask, 'channels')
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
