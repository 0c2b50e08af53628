import type { Queryable } from '#lib/platform/queryable.ts'
import { routesCovering } from './routes/routes-covering.ts'

/**
 * Which gateways learned the longest prefix around an address, and from whom, by what their last good polls read. Each gateway has
 * a longest one of its own; a default route carries everything, so that it says nothing of one address.
 */
export async function carriersOf(db: Queryable, address: string): Promise<{ gateway: string; peer: string }[]> {
  const rows = await routesCovering(db, { address, at: null, kinds: ['learned'] })
  const learned = rows.filter(({ prefix, peer, origin }) => !isDefault(prefix) && peer !== null && origin !== 'Network')
  return [...Map.groupBy(learned, ({ scope }) => scope)].flatMap(([gateway, own]) => {
    const longest = Math.max(...own.map(({ prefix }) => lengthOf(prefix)))
    const peers = own.filter(({ prefix }) => lengthOf(prefix) === longest).flatMap(({ peer }) => peer ?? [])
    return [...new Set(peers)].toSorted().map((peer) => ({ gateway, peer }))
  })
}

const lengthOf = (prefix: string) => Number(prefix.split('/')[1] ?? 0)
const isDefault = (prefix: string) => lengthOf(prefix) === 0
