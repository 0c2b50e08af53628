/**
 * Which part of the network somebody sees: everything, or these subscriptions (ids in lower case) and customers (names). Two empty
 * lists see nothing.
 */
export type AccessScope = 'everything' | { subscriptions: readonly string[]; customers: readonly string[] }

export const NOTHING: AccessScope = { subscriptions: [], customers: [] }
/** Its text form: no text at all is everything. */
const NOTHING_TEXT = 'nothing'

const SUBSCRIPTION = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const MAX_CUSTOMER_LENGTH = 200

/**
 * Reads the text form of a scope: `subscription:<id>` and `customer:<name>`, each as one text; none at all = everything; `nothing` alone = {@link NOTHING}.
 * @throws ScopeTextError naming the text that is none
 */
export function parseScope(texts: readonly string[]): AccessScope {
  if (texts.length === 0) return 'everything'
  if (texts.length === 1 && texts[0] === NOTHING_TEXT) return NOTHING
  const subscriptions = new Set<string>()
  const customers = new Set<string>()
  for (const text of texts) {
    const separator = text.indexOf(':')
    const kind = text.slice(0, separator)
    const value = text.slice(separator + 1).trim()
    if (kind === 'subscription' && SUBSCRIPTION.test(value)) subscriptions.add(value.toLowerCase())
    else if (kind === 'customer' && value !== '' && value.length <= MAX_CUSTOMER_LENGTH) customers.add(value)
    else throw new ScopeTextError(text)
  }
  return { subscriptions: [...subscriptions].toSorted(), customers: [...customers].toSorted() }
}

/** The text form of a scope, which {@link parseScope} reads back as the same scope. */
export function formatScope(scope: AccessScope): string[] {
  if (scope === 'everything') return []
  const texts = [
    ...scope.subscriptions.map((id) => `subscription:${id}`),
    ...scope.customers.map((name) => `customer:${name}`),
  ]
  return texts.length === 0 ? [NOTHING_TEXT] : texts
}

/** Names a scope: two that see the same by their names have the same. '' = everything. */
export function audienceOf(scope: AccessScope): string {
  if (scope === 'everything') return ''
  const distinct = (texts: readonly string[]) => [...new Set(texts.map((text) => text.toLowerCase()))].toSorted()
  return JSON.stringify([distinct(scope.subscriptions), distinct(scope.customers)])
}

/**
 * Whether `inner` is no wider than `outer`, by the names alone: a customer's subscriptions are not known here, so a subscription of a
 * customer of `outer` does not count as inside.
 */
export function isWithin(inner: AccessScope, outer: AccessScope): boolean {
  if (outer === 'everything') return true
  if (inner === 'everything') return false
  return (
    inner.subscriptions.every((id) => outer.subscriptions.includes(id)) &&
    inner.customers.every((name) => outer.customers.includes(name))
  )
}

/**
 * What both scopes name. As {@link isWithin} it goes by names alone, so it may see less than both do, and never more.
 */
export function narrowerScope(one: AccessScope, other: AccessScope): AccessScope {
  if (one === 'everything') return other
  if (other === 'everything') return one
  return {
    subscriptions: one.subscriptions.filter((id) => other.subscriptions.includes(id)),
    customers: one.customers.filter((name) => other.customers.includes(name)),
  }
}

export class ScopeTextError extends Error {
  override name = 'ScopeTextError'

  constructor(text: string) {
    super(`${JSON.stringify(text.slice(0, 100))} is no scope: write subscription:<id> or customer:<name>`)
  }
}
