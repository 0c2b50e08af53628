/**
 * Part of the network that a caller may see: `everything`, or the listed subscriptions (ids in lower case) together
 * with the listed customers (names). Two empty lists allow nothing.
 */
export type AccessScope = 'everything' | { subscriptions: readonly string[]; customers: readonly string[] }

export const EMPTY_ACCESS_SCOPE: AccessScope = { subscriptions: [], customers: [] }
/**
 * Text that represents {@link EMPTY_ACCESS_SCOPE} in the text form of a scope. It is needed because an empty list means
 * everything.
 */
const NOTHING_TEXT = 'nothing'

const SUBSCRIPTION = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const MAX_CUSTOMER_LENGTH = 200

/**
 * Parses the text form of a scope: a list of `subscription:<id>` and `customer:<name>`. An empty list means everything;
 * a list with only `nothing` means {@link EMPTY_ACCESS_SCOPE}.
 * @throws AccessScopeTextError with the text that is not valid
 */
export function parseAccessScope(texts: readonly string[]): AccessScope {
  if (texts.length === 0) return 'everything'
  if (texts.length === 1 && texts[0] === NOTHING_TEXT) return EMPTY_ACCESS_SCOPE
  const subscriptions = new Set<string>()
  const customers = new Set<string>()
  for (const text of texts) {
    const separator = text.indexOf(':')
    const kind = text.slice(0, separator)
    const value = text.slice(separator + 1).trim()
    if (kind === 'subscription' && SUBSCRIPTION.test(value)) subscriptions.add(value.toLowerCase())
    else if (kind === 'customer' && value !== '' && value.length <= MAX_CUSTOMER_LENGTH) customers.add(value)
    else throw new AccessScopeTextError(text)
  }
  return { subscriptions: [...subscriptions].toSorted(), customers: [...customers].toSorted() }
}

/** Returns the text form of an access scope. {@link parseAccessScope} parses it back into the same scope. */
export function listAccessScopeTexts(scope: AccessScope): string[] {
  if (scope === 'everything') return []
  const texts = [
    ...scope.subscriptions.map((id) => `subscription:${id}`),
    ...scope.customers.map((name) => `customer:${name}`),
  ]
  return texts.length === 0 ? [NOTHING_TEXT] : texts
}

/**
 * Returns a key by which access scopes can be compared and cached. Scopes with the same ids and names, in any case and
 * order, have the same key. '' = everything.
 */
export function formatAccessScopeKey(scope: AccessScope): string {
  if (scope === 'everything') return ''
  const distinct = (texts: readonly string[]) => [...new Set(texts.map((text) => text.toLowerCase()))].toSorted()
  return JSON.stringify([distinct(scope.subscriptions), distinct(scope.customers)])
}

/**
 * Reports whether `inner` allows nothing that `outer` does not allow. Only the listed ids and names are compared. A
 * subscription is not within `customer:Contoso`, even if it belongs to Contoso, because the subscriptions of a customer
 * are unknown here.
 */
export function isAccessScopeWithin(inner: AccessScope, outer: AccessScope): boolean {
  if (outer === 'everything') return true
  if (inner === 'everything') return false
  return (
    inner.subscriptions.every((id) => outer.subscriptions.includes(id)) &&
    inner.customers.every((name) => outer.customers.includes(name))
  )
}

/**
 * Returns the part that two access scopes have in common. Only the listed ids and names are compared, so the result may
 * be narrower than the real intersection, but never wider.
 */
export function intersectAccessScopes(one: AccessScope, other: AccessScope): AccessScope {
  if (one === 'everything') return other
  if (other === 'everything') return one
  return {
    subscriptions: one.subscriptions.filter((id) => other.subscriptions.includes(id)),
    customers: one.customers.filter((name) => other.customers.includes(name)),
  }
}

export class AccessScopeTextError extends Error {
  override name = 'AccessScopeTextError'

  constructor(text: string) {
    super(`${JSON.stringify(text.slice(0, 100))} is no scope: write subscription:<id> or customer:<name>`)
  }
}
