import { endpoints } from '#lib/api/index.ts'
import { type Endpoint, pathPattern, type Right } from '#lib/contract/index.ts'
import { AccessConflictError, AccessRequestError } from '../errors.ts'
import { SNAPSHOT_NAMES_KEY } from '#lib/contract/access/rights.ts'
import type { FrozenPage } from '../store/snapshots.ts'

/**
 * API paths whose responses a snapshot may always contain, because they concern one resource or have a page of their
 * own.
 */
const WHOLE = new Set([
  '/circuits/{id}',
  '/circuits/{id}/usage',
  '/circuits/{id}/traffic',
  '/circuits/{id}/arp',
  '/circuits/{id}/parity',
  '/circuits/{id}/routers',
  '/gateways/{id}',
  '/gateways/{id}/load',
  '/incidents/{id}',
  '/routes/lookup',
  '/handover',
  '/cost/weekly',
  '/cost/prices',
  '/cost/findings',
  '/cost/budgets',
  '/cost/tco',
  '/cost/reconcile',
])
/**
 * API paths whose responses a snapshot may contain only if the query names a resource (`scope`) or a network
 * (`within`); otherwise they cover the whole estate.
 */
const NARROWED = new Set([
  '/activity',
  '/changes',
  '/events',
  '/incidents',
  '/maintenance',
  '/probes',
  '/routes/changes',
  '/sessions',
  '/sessions/availability',
  '/sessions/history',
  '/sessions/prefixes',
  '/uptime',
])

const all = Object.values<Endpoint>(endpoints)
const patterns = all
  .filter(({ path }) => path.includes('{'))
  .map((endpoint) => ({ endpoint, pattern: pathPattern(endpoint.path) }))

/** Returns the endpoint for the address of an API query; undefined if the API has no such endpoint. */
function endpointOf(question: string): Endpoint | undefined {
  const asked = new URL(question, 'http://page').pathname.slice('/api/v1'.length)
  return all.find(({ path }) => path === asked) ?? patterns.find(({ pattern }) => pattern.test(asked))?.endpoint
}

/**
 * Reports whether a snapshot may contain the response to a query. Contacts, lists of all resources and the state of
 * Peerwatch itself are never part of a snapshot, although pages query them to look up names.
 * @param question address of the query, for example `/api/v1/circuits/c1/usage?step=5m`
 */
export function isShareable(question: string): boolean {
  const { searchParams } = new URL(question, 'http://page')
  const path = endpointOf(question)?.path
  if (path === undefined) return false
  return WHOLE.has(path) || (NARROWED.has(path) && (searchParams.has('scope') || searchParams.has('within')))
}

/**
 * Returns the rights that the maker of a snapshot must have for its link to work.
 * @param questions addresses of the API queries in the snapshot
 */
function rightsToShow(questions: readonly string[]): Right[] {
  return [...new Set<Right>(['share', ...questions.flatMap((question) => endpointOf(question)?.right ?? [])])]
}

type Ask = (question: string) => Promise<unknown>

/**
 * Queries the API for a page, and returns the page with the responses, the rights that these require, and under
 * `/names` the names of circuits and gateways that the responses mention by id.
 * @throws AccessRequestError, AccessConflictError
 */
export async function freeze<Page extends Pick<FrozenPage, 'page' | 'search'>>(
  { questions, hideCustomers, ...page }: Page & { questions: string[]; hideCustomers: boolean },
  ask: Ask,
) {
  const answers: Record<string, unknown> = {}
  // queries run one after another, because parallel queries would delay those of other users
  for (const question of new Set(questions.filter(isShareable))) {
    const answer = await ask(question)
    if (answer !== null) answers[question] = answer
  }
  if (Object.keys(answers).length === 0)
    throw new AccessRequestError('questions: none of them is about this page, or none is answered')
  // determine the rights before names are hidden, because hiding changes the addresses
  const rights = rightsToShow(Object.keys(answers))
  const text = JSON.stringify(answers)
  const resources = [...((await listed(ask, 'circuits')) ?? []), ...((await listed(ask, 'gateways')) ?? [])]
  answers[SNAPSHOT_NAMES_KEY] = Object.fromEntries(
    resources.flatMap(({ id, name }) => (text.includes(`"${id}"`) ? [[id, name]] : [])),
  )
  const customers = hideCustomers ? await listed(ask, 'customers') : []
  if (customers === null)
    throw new AccessConflictError(
      'The names of customers can’t be read now, so that none could be hidden: try again, or make the link with the names.',
    )
  const hidden = customers.flatMap(({ name }) => name ?? [])
  return { ...replaceCustomerNames({ ...page, answers }, hidden), rights }
}

/** Returns all rows of a list; null if one of its pages could not be read. */
async function listed(ask: Ask, list: string) {
  const rows: { id?: string; name: string | null }[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const address = `/api/v1/${list}?limit=1000${cursor && `&cursor=${encodeURIComponent(cursor)}`}`
    const answer = (await ask(address)) as { data: typeof rows; nextCursor: string | null } | null
    if (answer === null) return null
    rows.push(...answer.data)
    cursor = answer.nextCursor
  }
  return rows
}

/**
 * Replaces the names of customers by numbers, consistently in every text, key and address of a page.
 * @param names names to replace; without names the page is unchanged
 */
export function replaceCustomerNames<Page extends Pick<FrozenPage, 'page' | 'search' | 'answers'>>(
  page: Page,
  names: readonly string[],
): Page {
  const numbers = new Map(
    names.flatMap((name, n): [string, string][] =>
      [name, encodeURIComponent(name), new URLSearchParams({ x: name }).toString().slice(2)].map((spelling) => [
        spelling.toLowerCase(),
        `customer-${n + 1}`,
      ]),
    ),
  )
  // try longer names first, because one name can contain another; names of one or two letters match only as whole words
  const patterns = [...numbers.keys()]
    .toSorted((a, b) => b.length - a.length)
    .map((name) => {
      const literal = name.replaceAll(/[$()*+./?[\\\]^{|}-]/g, '\\$&')
      return name.length > 2 ? literal : `(?<![a-z0-9])${literal}(?![a-z0-9])`
    })
  if (patterns.length === 0) return page
  const pattern = new RegExp(patterns.join('|'), 'gi')
  const hidden = (text: string) => text.replaceAll(pattern, (name) => numbers.get(name.toLowerCase()) ?? name)
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return hidden(value)
    if (Array.isArray(value)) return value.map(walk)
    if (typeof value !== 'object' || value === null) return value
    const taken = new Map<string, number>()
    return Object.fromEntries(
      Object.entries(value).map(([key, of]) => {
        // keys that look like API field names are kept unless they equal a name, because a short name may be part of
        // them by chance
        const shown = /^[a-z][A-Za-z0-9]*$/.test(key) && !numbers.has(key.toLowerCase()) ? key : hidden(key)
        const times = (taken.get(shown) ?? 0) + 1
        taken.set(shown, times)
        return [times === 1 ? shown : `${shown} ${times}`, walk(of)]
      }),
    )
  }
  const answers = Object.entries(page.answers).map(([question, answer]) => [hidden(question), walk(answer)])
  const rest = Object.entries({ ...page, answers: null }).map(([member, value]) => [member, walk(value)])
  return { ...page, ...Object.fromEntries(rest), answers: Object.fromEntries(answers) }
}
