import { parseAddress } from '#lib/bgp/index.ts'
import { OTHER_CUSTOMERS_PATH, armTypes, memberOf, parseMember } from '#lib/contract/index.ts'
import { onConnections, type Visible } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { type Db, queryable } from '../db.ts'
import type { Ownership } from './ownership.ts'

/**
 * Data about paths of other owners that end on gateways which a reader (database access limited to a scope) sees. These
 * paths compete with the reader's own paths, but their names are confidential.
 */
export interface OthersPaths {
  /** database access without a scope; its results must only be shown as {@link ANOTHERS_PATH} */
  whole: Queryable
  /** Reports whether the circuit behind this neighbor of a gateway belongs to another owner. */
  isAnothers: (gateway: string, neighbor: string | null) => boolean
  /**
   * Returns the short ids of the gateways whose connections also bring routes of other owners to a hub.
   * @param scope short id of the hub or of one of its route tables
   * @returns null = the hub has no routes of other owners
   */
  gatewaysOfHub: (scope: string) => ReadonlySet<string> | null
  /**
   * Replaces the names of other owners' circuits and the addresses of their neighbors in a text.
   * @param scope gateway or circuit that the text describes; for a gateway, only neighbors of others at this gateway
   *   are replaced
   */
  without: (text: string, scope: string) => string
}

const known = new WeakMap<Queryable, OthersPaths>()

/**
 * Returns the paths of other owners that compete with the paths that a reader sees.
 * @returns null = the reader sees everything
 */
export const othersPaths = (db: Db): OthersPaths | null => known.get(queryable(db)) ?? null

/**
 * Assigns the paths of other owners that belong to one reader also to another reader of the same scope.
 * @param as converts the unscoped database access in the same way in which the other reader was converted
 */
export function carryOthersPaths(from: Queryable, to: Queryable, as: (whole: Queryable) => Queryable): void {
  const paths = known.get(from)
  if (paths) known.set(to, { ...paths, whole: as(paths.whole) })
}

/**
 * Returns a reader with the scope of `scoped` that reads over the connection of a transaction. What {@link othersPaths}
 * knows about the paths of other owners is carried over to the new reader.
 */
export function scopeOnConnection(scoped: Queryable, client: Queryable): Queryable {
  const reader = onConnections(scoped, client)
  carryOthersPaths(scoped, reader, () => client)
  return reader
}

/** Stores the paths of other owners that compete with those of a reader, for {@link othersPaths}. */
export function recordOthersPaths(reader: Queryable, whole: Queryable, ownership: Ownership, visible: Visible): void {
  const members = new Set(visible.othersMembers)
  const byGateway = Map.groupBy(visible.othersMembers.map(parseMember), ({ gateway }) => gateway)
  const neighborsOf = (parsed: readonly { neighbor: string }[]) => new Set(parsed.map(({ neighbor }) => neighbor))
  // If the gateway is unknown, only addresses are replaced, because the name of another owner's connection to a hub may
  // also be the name of a connection of the reader.
  const all = new Set([...neighborsOf([...byGateway.values()].flat())].filter((one) => parseAddress(one) !== null))
  const seen = new Set([...visible.resources, ...visible.shared])
  const ownNames = new Set(ownership.resources.flatMap(({ row, name }) => (seen.has(row) ? [name.toLowerCase()] : [])))
  const names = new Set(
    ownership.resources
      .filter(({ row, type }) => type === armTypes.circuit && !seen.has(row))
      .flatMap(({ shortId, name }) => [shortId, name.toLowerCase()])
      .filter((name) => !ownNames.has(name)),
  )
  const gatewaysOfHub = gatewaysByHub(ownership)
  known.set(reader, {
    whole,
    gatewaysOfHub: (scope) => gatewaysOfHub.get(scope) ?? null,
    isAnothers: (gateway, neighbor) => neighbor !== null && members.has(memberOf({ gateway, neighbor })),
    without(text, scope) {
      const own = byGateway.get(scope)
      const neighbors = own ? neighborsOf(own) : all
      return withoutCarriers(text, (word) => neighbors.has(word) || names.has(word.toLowerCase()), neighbors)
    },
  })
}

/**
 * Returns the short ids of all gateways of a shared Virtual WAN, by the short id of each of its hubs and route tables.
 */
function gatewaysByHub({ commonWans }: Ownership): Map<string, Set<string>> {
  return new Map(
    commonWans.flatMap(({ hubs }) => {
      const gateways = new Set(hubs.flatMap((hub) => hub.gateways.map(({ resource }) => resource.shortId)))
      const tables = hubs.flatMap(({ resource, routeTables }) => [resource, ...routeTables])
      return tables.map(({ shortId }) => [shortId, gateways] as const)
    }),
  )
}

interface Item {
  field: string
  before: unknown
  after: unknown
}
interface About {
  scope: string
  subject: string
  evidence: readonly Item[]
  causes: readonly { nextStep: string; evidence: readonly Item[] }[]
}

/** Replaces the names of other owners' paths that carry the prefixes of an event. */
export function withoutOthersCarriers<Event extends About>(event: Event, { without }: OthersPaths): Event {
  const text = (value: string) => without(value, event.scope)
  const item = (one: Item) => ({
    ...one,
    field: text(one.field),
    before: typeof one.before === 'string' ? text(one.before) : one.before,
    after: typeof one.after === 'string' ? text(one.after) : one.after,
  })
  const causes = event.causes.map((one) => ({
    ...one,
    nextStep: text(one.nextStep),
    evidence: one.evidence.map(item),
  }))
  // The object keeps its type, because only texts are replaced.
  return { ...event, subject: text(event.subject), evidence: event.evidence.map(item), causes } as Event
}

/** Separators between the paths in the text of a path change, and between peers. */
const SEPARATORS = /( > |, ?)/
const WORDS = /[\w.:]+/g

/**
 * Replaces the names of other owners' circuits and neighbors in a list of paths. Several adjacent names get one
 * replacement, because the number of other owners' paths is confidential.
 */
function withoutCarriers(
  text: string,
  isAnothers: (carrier: string) => boolean,
  neighbors: ReadonlySet<string>,
): string {
  const parts = text.split(SEPARATORS)
  const kept: string[] = []
  let found = false
  for (let at = 0; at < parts.length; at += 2) {
    const [part = '', separator = ''] = [parts[at], parts[at - 1]]
    const clean = isAnothers(part)
      ? OTHER_CUSTOMERS_PATH
      : part.replace(WORDS, (word) => (neighbors.has(word) ? OTHER_CUSTOMERS_PATH : word))
    found ||= clean !== part
    const isRepeated = clean === OTHER_CUSTOMERS_PATH && separator !== ' > ' && kept.at(-1) === OTHER_CUSTOMERS_PATH
    if (!isRepeated) kept.push(separator, clean)
  }
  return found ? kept.join('') : text
}
