import {
  declarationItems,
  type DeclarationItem,
  type DeclarationList,
  isSameCustomer,
  subscriptionOf,
} from '#lib/contract/index.ts'
import type { Visible } from './visible.ts'

type Row = Record<string, unknown>
type Kept = { [List in DeclarationList]: (item: DeclarationItem<List>, visible: Seen) => DeclarationItem<List> | null }

interface Seen {
  visible: Visible
  whole: ReadonlySet<string>
  any: ReadonlySet<string>
  subscriptions: ReadonlySet<string>
}

/** What of a declared item a scope sees; null = nothing. What names nobody in particular is the deployment's own, and is not seen. */
const kept: Kept = {
  sites: (site, { whole }) => (site.home !== null && whole.has(site.home) ? site : null),
  mappings: (mapping, { whole, any }) => (whole.has(mapping.circuit) && any.has(mapping.gateway) ? mapping : null),
  routerNeighbors: (one, { whole }) => (whole.has(one.circuit) ? one : null),
  policies: (policy, { whole }) => (policy.circuits.every((id) => whole.has(id)) ? policy : null),
  maintenance: (window, seen) => {
    const scopes = seenScopes(window.scopes, seen)
    if (scopes === null) return null
    return scopes.length === window.scopes.length ? window : { ...window, scopes, title: 'Maintenance', note: '' }
  },
  pauses: (one, seen) => {
    const scopes = seenScopes(one.scopes, seen)
    if (scopes === null) return null
    return scopes.length === one.scopes.length ? one : { ...one, scopes, why: 'Paused' }
  },
  cards: (card, { whole }) => (whole.has(card.scope) ? card : null),
  watched: () => null,
  exclusions: (one, { subscriptions }) =>
    subscriptions.has(one.match.split('/')[2]?.toLowerCase() ?? '') ? one : null,
  customers: (one, { whole, visible }) =>
    visible.customers.some((name) => isSameCustomer(name, one.name))
      ? { ...one, circuits: one.circuits.filter((id) => whole.has(id)) }
      : null,
  customerTags: (tag) => tag,
  interfaces: (one, { subscriptions }) => (subscriptions.has(subscriptionOf(one.interface)) ? one : null),
  circuits: (one, { whole }) => (whole.has(one.circuit) ? one : null),
}

/** Of announced work: that about everything is about the reader too. Null = none of it is. */
function seenScopes(scopes: readonly string[], { whole, any, visible }: Seen): string[] | null {
  if (scopes.length === 0) return []
  const seen = scopes.filter((id) => any.has(id) || whole.has(id) || visible.subscriptions.includes(id))
  return seen.length > 0 ? seen : null
}

/** A window of a calendar as a scope sees it: the title may name others, so it is shown where all that it is about is the reader's. */
export function keptWindow(row: Row, visible: Visible): Row | null {
  const own = Array.isArray(row.scopes) ? (row.scopes as string[]) : []
  if (row.isShownOnly === true) return null
  const scopes = seenScopes(own, seenBy(visible))
  if (scopes === null) return null
  return own.length > 0 && scopes.length === own.length ? row : { ...row, scopes, title: 'Maintenance', key: '' }
}

/** A stored item as a scope sees it; one that can't be read is nobody's. */
export function keptDeclaration(row: Row, visible: Visible): Row | null {
  const list = row.kind as DeclarationList
  const read = Object.hasOwn(declarationItems, list) ? declarationItems[list].safeParse(row.value) : null
  if (!read?.success) return null
  // the schema is the list's own, so what it read belongs to that list
  const value = (kept[list] as (item: unknown, seen: Seen) => unknown)(read.data, seenBy(visible))
  return value === null ? null : { ...row, value }
}

function seenBy(visible: Visible): Seen {
  const whole = new Set(visible.shortIds)
  return {
    visible,
    whole,
    any: new Set([...whole, ...visible.sharedShortIds]),
    subscriptions: new Set(visible.subscriptions),
  }
}
