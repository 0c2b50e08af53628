import { endpoints } from '#lib/api/index.ts'
import { type Endpoint, pathPattern, type Right } from '#lib/contract/index.ts'
import { AccessConflictError, AccessRequestError } from '../errors.ts'
import { KEPT_NAMES } from '#lib/contract/access/rights.ts'
import type { FrozenPage } from '../store/snapshots.ts'

/** Questions about one resource, or that are a page of their own. */
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
/** Those that are about the whole estate unless they name a resource; `within` names a network. */
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

/** Finds the endpoint that answers a question; undefined if none does. */
function endpointOf(question: string): Endpoint | undefined {
  const asked = new URL(question, 'http://page').pathname.slice('/api/v1'.length)
  return all.find(({ path }) => path === asked) ?? patterns.find(({ pattern }) => pattern.test(asked))?.endpoint
}

/**
 * Whether an outsider may see the answer: contacts, the lists of everything and what says how Peerwatch itself does are never part of a snapshot,
 * although pages ask for them to find a name.
 * @param question its address: `/api/v1/circuits/c1/usage?step=5m`
 */
export function isShareable(question: string): boolean {
  const { searchParams } = new URL(question, 'http://page')
  const path = endpointOf(question)?.path
  if (path === undefined) return false
  return WHOLE.has(path) || (NARROWED.has(path) && (searchParams.has('scope') || searchParams.has('within')))
}

/** Returns the rights that the maker of a link needs for as long as it opens these answers. @param questions their addresses */
function rightsToShow(questions: readonly string[]): Right[] {
  return [...new Set<Right>(['share', ...questions.flatMap((question) => endpointOf(question)?.right ?? [])])]
}

type Ask = (question: string) => Promise<unknown>

/**
 * A page with its answers, the rights that these need, and under `/names` the names of circuits and gateways that these have by id alone.
 * @throws AccessRequestError, AccessConflictError
 */
export async function freeze<Page extends Pick<FrozenPage, 'page' | 'search'>>(
  { questions, hideCustomers, ...page }: Page & { questions: string[]; hideCustomers: boolean },
  ask: Ask,
) {
  const answers: Record<string, unknown> = {}
  // one after the other: together they would take the turns of everybody else
  for (const question of new Set(questions.filter(isShareable))) {
    const answer = await ask(question)
    if (answer !== null) answers[question] = answer
  }
  if (Object.keys(answers).length === 0)
    throw new AccessRequestError('questions: none of them is about this page, or none is answered')
  // before names are hidden, which changes addresses
  const rights = rightsToShow(Object.keys(answers))
  const text = JSON.stringify(answers)
  const resources = [...((await listed(ask, 'circuits')) ?? []), ...((await listed(ask, 'gateways')) ?? [])]
  answers[KEPT_NAMES] = Object.fromEntries(
    resources.flatMap(({ id, name }) => (text.includes(`"${id}"`) ? [[id, name]] : [])),
  )
  const customers = hideCustomers ? await listed(ask, 'customers') : []
  if (customers === null)
    throw new AccessConflictError(
      'The names of customers can’t be read now, so that none could be hidden: try again, or make the link with the names.',
    )
  const hidden = customers.flatMap(({ name }) => name ?? [])
  return { ...withoutNames({ ...page, answers }, hidden), rights }
}

/** All of a list; null where a part of it is not answered. */
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

/** A page in which numbers take the place of customers' names, in each text, key and address the same. @param names without them nothing changes */
export function withoutNames<Page extends Pick<FrozenPage, 'page' | 'search' | 'answers'>>(
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
  // of two names of which one holds the other the longer one; one of two letters would be found in half of all words
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
        // a member of an answer can contain a short name by chance
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
