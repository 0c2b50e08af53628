import { parseAddress } from '#lib/bgp/index.ts'
import {
  OTHER_CUSTOMERS_PATH_LABEL,
  armTypes,
  formatGatewayNeighbor,
  parseGatewayNeighbor,
} from '#lib/contract/index.ts'
import { moveAccessScopeToConnection, type RowsVisibleInAccessScope } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { type ReadableDatabase, getSqlExecutor } from '../db.ts'
import type { ResourceOwnership } from './ownership.ts'

/**
 * Functions about paths of other owners. These paths end at gateways that a caller with limited access may see, and
 * compete with the caller's own paths. Their names are confidential.
 */
export interface OtherCustomersPaths {
  /**
   * Database access without limits. Results about other owners may be shown only with the text
   * {@link OTHER_CUSTOMERS_PATH_LABEL}
   */
  whole: SqlExecutor
  /** Reports whether a neighbor of a gateway belongs to the circuit of another owner. */
  isAnothers: (gateway: string, neighbor: string | null) => boolean
  /**
   * Returns the short ids of the gateways over which routes of other owners can reach a hub.
   * @param scope short id of the hub or of one of its route tables
   * @returns null = the hub has no routes of other owners
   */
  gatewaysOfHub: (scope: string) => ReadonlySet<string> | null
  /**
   * Replaces the names of other owners' circuits and the addresses of their neighbors in a text.
   * @param scope gateway or circuit that the text describes; for a gateway, only neighbors at this gateway are replaced
   */
  without: (text: string, scope: string) => string
}

const known = new WeakMap<SqlExecutor, OtherCustomersPaths>()

/**
 * Returns functions about the paths of other owners that compete with the paths which this database access returns.
 * @returns null = the database access is not limited
 */
export const findOtherCustomersPaths = (db: ReadableDatabase): OtherCustomersPaths | null =>
  known.get(getSqlExecutor(db)) ?? null

/**
 * Copies the information about other owners' paths from one limited database access to another with the same scope.
 * @param as converts the database access without limits in the same way
 */
export function copyOtherCustomersPaths(
  from: SqlExecutor,
  to: SqlExecutor,
  as: (whole: SqlExecutor) => SqlExecutor,
): void {
  const paths = known.get(from)
  if (paths) known.set(to, { ...paths, whole: as(paths.whole) })
}

/**
 * Returns database access with the scope of `scoped` that uses the connection of a transaction. The information of
 * {@link findOtherCustomersPaths} is copied to it.
 */
export function bindAccessScopeToConnection(scoped: SqlExecutor, client: SqlExecutor): SqlExecutor {
  const reader = moveAccessScopeToConnection(scoped, client)
  copyOtherCustomersPaths(scoped, reader, () => client)
  return reader
}

/**
 * Stores the paths of other owners that compete with the paths which a limited database access returns.
 * {@link findOtherCustomersPaths} returns them.
 */
export function recordOtherCustomersPaths(
  reader: SqlExecutor,
  whole: SqlExecutor,
  ownership: ResourceOwnership,
  visible: RowsVisibleInAccessScope,
): void {
  const members = new Set(visible.othersMembers)
  const byGateway = Map.groupBy(visible.othersMembers.map(parseGatewayNeighbor), ({ gateway }) => gateway)
  const neighborsOf = (parsed: readonly { neighbor: string }[]) => new Set(parsed.map(({ neighbor }) => neighbor))
  // If a text is about no particular gateway, neighbors are replaced by their address only. A connection of another
  // owner to a hub may have the same name as a connection of the caller, so names are not replaced.
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
    isAnothers: (gateway, neighbor) => neighbor !== null && members.has(formatGatewayNeighbor({ gateway, neighbor })),
    without(text, scope) {
      const own = byGateway.get(scope)
      const neighbors = own ? neighborsOf(own) : all
      return withoutCarriers(text, (word) => neighbors.has(word) || names.has(word.toLowerCase()), neighbors)
    },
  })
}

/**
 * Returns the short ids of all gateways of a shared Virtual WAN, for each of its hubs and route tables (by short id).
 */
function gatewaysByHub({ commonWans }: ResourceOwnership): Map<string, Set<string>> {
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

/** Returns an event with the names of other owners' paths replaced in its texts. */
export function maskOtherCustomersPathNames<Event extends About>(
  event: Event,
  { without }: OtherCustomersPaths,
): Event {
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
  // The type is unchanged, because only texts are replaced.
  return { ...event, subject: text(event.subject), evidence: event.evidence.map(item), causes } as Event
}

/** Separators in event texts: ` > ` between the paths of a path change, a comma between peers. */
const SEPARATORS = /( > |, ?)/
const WORDS = /[\w.:]+/g

/**
 * Replaces the names of other owners' circuits and neighbors in a list of paths. Several replaced paths next to each
 * other become one, because the number of other owners' paths is confidential.
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
      ? OTHER_CUSTOMERS_PATH_LABEL
      : part.replace(WORDS, (word) => (neighbors.has(word) ? OTHER_CUSTOMERS_PATH_LABEL : word))
    found ||= clean !== part
    const isRepeated =
      clean === OTHER_CUSTOMERS_PATH_LABEL && separator !== ' > ' && kept.at(-1) === OTHER_CUSTOMERS_PATH_LABEL
    if (!isRepeated) kept.push(separator, clean)
  }
  return found ? kept.join('') : text
}
