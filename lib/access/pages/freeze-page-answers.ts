import { allApiEndpoints } from '#lib/api/index.ts'
import { type EndpointDefinition, compilePathPattern, type AccessRight } from '#lib/contract/index.ts'
import { AccessConflictError, AccessRequestError } from '../errors.ts'
import { SNAPSHOT_NAMES_KEY } from '#lib/contract/access/rights.ts'
import type { SnapshotPageContent } from '../store/snapshots.ts'

/**
 * API paths whose responses a snapshot may always contain, because each response is about only one resource, or belongs
 * to a page that users may share.
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
 * API paths whose responses a snapshot may contain only if the query has the parameter `scope` (one resource) or
 * `within` (one prefix and all more specific prefixes). Without these parameters, the response would contain all
 * resources.
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

const all = Object.values<EndpointDefinition>(allApiEndpoints)
const patterns = all
  .filter(({ path }) => path.includes('{'))
  .map((endpoint) => ({ endpoint, pattern: compilePathPattern(endpoint.path) }))

/** Returns the endpoint for the address of an API query; undefined if there is none. */
function endpointOf(question: string): EndpointDefinition | undefined {
  const asked = new URL(question, 'http://page').pathname.slice('/api/v1'.length)
  return all.find(({ path }) => path === asked) ?? patterns.find(({ pattern }) => pattern.test(asked))?.endpoint
}

/**
 * Reports whether a snapshot may contain the response to a query. It may never contain contacts, lists of all
 * resources, or the state of Peerwatch itself. Responses to such queries are left out, even if the page has sent these
 * queries.
 * @param question address of the query, for example `/api/v1/circuits/c1/usage?step=5m`
 */
export function isShareableQuery(question: string): boolean {
  const { searchParams } = new URL(question, 'http://page')
  const path = endpointOf(question)?.path
  if (path === undefined) return false
  return WHOLE.has(path) || (NARROWED.has(path) && (searchParams.has('scope') || searchParams.has('within')))
}

/**
 * Returns the rights that the maker of a snapshot must keep so that the link works.
 * @param questions addresses of the API queries in the snapshot
 */
function rightsToShow(questions: readonly string[]): AccessRight[] {
  return [...new Set<AccessRight>(['share', ...questions.flatMap((question) => endpointOf(question)?.right ?? [])])]
}

/**
 * Returns the address of an API query without the parameter `detail`, so that the response is whole. The page of a
 * snapshot cannot fetch the parts that a brief response leaves out.
 */
function withoutDetail(question: string): string {
  const [path = '', search] = question.split('?')
  const parameters = new URLSearchParams(search)
  if (!parameters.has('detail')) return question
  parameters.delete('detail')
  return parameters.size === 0 ? path : `${path}?${parameters}`
}

type Ask = (question: string) => Promise<unknown>

/**
 * Runs the API queries of a page. Returns the page with the responses, and the rights that are needed for them. An
 * additional response `/names` contains the names of circuits and gateways, because the other responses contain only
 * their ids.
 * @throws AccessRequestError, AccessConflictError
 */
export async function freezePageAnswers<Page extends Pick<SnapshotPageContent, 'page' | 'search'>>(
  { questions, hideCustomers, ...page }: Page & { questions: string[]; hideCustomers: boolean },
  ask: Ask,
) {
  const answers: Record<string, unknown> = {}
  // not in parallel, so that the queries of other users are not delayed
  for (const question of new Set(questions.filter(isShareableQuery).map(withoutDetail))) {
    const answer = await ask(question)
    if (answer !== null) answers[question] = answer
  }
  if (Object.keys(answers).length === 0)
    throw new AccessRequestError('questions: none of them is about this page, or none is answered')
  // determine the rights now, because the addresses change when customer names are replaced
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

/** Returns all rows of a list; null if one of the list's pages could not be read. */
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
 * Replaces the names of customers by `customer-1`, `customer-2` and so on, in all texts, keys and addresses of a page.
 * A customer has the same number everywhere.
 * @param names the names to replace; if empty, the page is returned unchanged
 */
export function replaceCustomerNames<Page extends Pick<SnapshotPageContent, 'page' | 'search' | 'answers'>>(
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
  // longer names come first in the pattern, because a name can be a part of another name; a name of one or two letters
  // matches only as a whole word
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
        // a key that looks like the name of an API field is changed only if it is equal to a customer's name; a short
        // name can be a part of it by chance
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
