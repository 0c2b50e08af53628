import { parseAddress } from '#lib/bgp/index.ts'
import { OTHER_CUSTOMERS_PATH, armTypes, memberOf, parseMember } from '#lib/contract/index.ts'
import { onConnections, type Visible } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { type Db, queryable } from '../db.ts'
import type { Ownership } from './ownership.ts'

/** Paths of other owners that end on gateways which a reader sees, so that they compete with the reader's paths. */
export interface OthersPaths {
  /** unscoped reader; its results must only be shown as {@link OTHER_CUSTOMERS_PATH} */
  whole: Queryable
  /** Reports whether the circuit behind this neighbor of a gateway belongs to another owner. */
  isAnothers: (gateway: string, neighbor: string | null) => boolean
  /**
   * Returns the short ids of the gateways whose connections also bring routes of others to a hub, by the short id of
   * the hub or of one of its tables; null = the hub has no routes of others.
   */
  gatewaysOfHub: (scope: string) => ReadonlySet<string> | null
  /**
   * Removes circuits of others and their neighbors from a text.
   * @param scope gateway or circuit that the text describes
   */
  without: (text: string, scope: string) => string
}

const known = new WeakMap<Queryable, OthersPaths>()

/**
 * Returns the paths of others that compete with the paths that a reader sees.
 * @returns null = the reader sees everything
 */
export const othersPaths = (db: Db): OthersPaths | null => known.get(queryable(db)) ?? null

/**
 * Copies the paths of others to another reader of the same scope.
 * @param as converts the unscoped reader in the same way as the scoped reader was converted
 */
export function carryOthersPaths(from: Queryable, to: Queryable, as: (whole: Queryable) => Queryable): void {
  const paths = known.get(from)
  if (paths) known.set(to, { ...paths, whole: as(paths.whole) })
}

/** Returns a reader of the same scope on the connection of a transaction, including the paths of others. */
export function scopeOnConnection(scoped: Queryable, client: Queryable): Queryable {
  const reader = onConnections(scoped, client)
  carryOthersPaths(scoped, reader, () => client)
  return reader
}

/** Stores the paths of others of a reader for {@link othersPaths}. */
export function recordOthersPaths(reader: Queryable, whole: Queryable, ownership: Ownership, visible: Visible): void {
  const members = new Set(visible.othersMembers)
  const byGateway = Map.groupBy(visible.othersMembers.map(parseMember), ({ gateway }) => gateway)
  const neighborsOf = (parsed: readonly { neighbor: string }[]) => new Set(parsed.map(({ neighbor }) => neighbor))
  // Without a known gateway, only addresses are removed, because the name of a hub's connection may also be a name of
  // the reader's own connection.
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

/** Returns the short ids of gateways, by the short ids of the hubs and route tables that belong together. */
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

/** Removes from an event the names of paths that carry its prefixes for other owners. */
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
  // The fields are unchanged; only texts differ.
  return { ...event, subject: text(event.subject), evidence: event.evidence.map(item), causes } as Event
}

/** Separators between the carriers of a path change, and between peers. */
const SEPARATORS = /( > |, ?)/
const WORDS = /[\w.:]+/g

/**
 * Replaces carriers of others in a list, with one replacement for neighboring ones, because the number of others' paths
 * is confidential.
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
