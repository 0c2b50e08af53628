import { parseAddress } from '#lib/bgp/index.ts'
import { ANOTHERS_PATH, armTypes, memberOf, parseMember } from '#lib/contract/index.ts'
import { onConnections, type Visible } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { type Db, queryable } from '../db.ts'
import type { Ownership } from './ownership.ts'

/** Paths that compete with those that a reader sees: their routes end on gateways that he sees, and belong to others. */
export interface OthersPaths {
  /** reads everything: whatever it answers is shown as {@link ANOTHERS_PATH} only */
  whole: Queryable
  /** whether another's circuit is behind this neighbor of a gateway */
  isAnothers: (gateway: string, neighbor: string | null) => boolean
  /** short ids of the gateways whose connections bring a hub, by the hub or a table of it, what others bring, too; null = nobody else does */
  gatewaysOfHub: (scope: string) => ReadonlySet<string> | null
  /** a text without circuits of others and their neighbors. @param scope the gateway or circuit that it is about */
  without: (text: string, scope: string) => string
}

const known = new WeakMap<Queryable, OthersPaths>()

/** What of others competes with what a reader sees. @returns null = he sees everything */
export const othersPaths = (db: Db): OthersPaths | null => known.get(queryable(db)) ?? null

/** Keeps it for another reader of the same scope. @param as makes of what reads everything what that reader's reads */
export function carryOthersPaths(from: Queryable, to: Queryable, as: (whole: Queryable) => Queryable): void {
  const paths = known.get(from)
  if (paths) known.set(to, { ...paths, whole: as(paths.whole) })
}

/** Makes the same scope read on a connection of a transaction, with the paths of others that compete. */
export function scopeOnConnection(scoped: Queryable, client: Queryable): Queryable {
  const reader = onConnections(scoped, client)
  carryOthersPaths(scoped, reader, () => client)
  return reader
}

/** Keeps it for {@link othersPaths}. */
export function recordOthersPaths(reader: Queryable, whole: Queryable, ownership: Ownership, visible: Visible): void {
  const members = new Set(visible.othersMembers)
  const byGateway = Map.groupBy(visible.othersMembers.map(parseMember), ({ gateway }) => gateway)
  const neighborsOf = (parsed: readonly { neighbor: string }[]) => new Set(parsed.map(({ neighbor }) => neighbor))
  // elsewhere a name of a hub's connection may be one of the reader's own
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

/** Short ids, by those of the hubs and route tables that belong together. */
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

/** An event without what carries its prefixes for others. */
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
  // the same fields, with other texts
  return { ...event, subject: text(event.subject), evidence: event.evidence.map(item), causes } as Event
}

/** What stands between the carriers of a path change, and between peers. */
const SEPARATORS = /( > |, ?)/
const WORDS = /[\w.:]+/g

/** Lists of carriers name each path of others once: how many they are is theirs. */
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
      ? ANOTHERS_PATH
      : part.replace(WORDS, (word) => (neighbors.has(word) ? ANOTHERS_PATH : word))
    found ||= clean !== part
    const isRepeated = clean === ANOTHERS_PATH && separator !== ' > ' && kept.at(-1) === ANOTHERS_PATH
    if (!isRepeated) kept.push(separator, clean)
  }
  return found ? kept.join('') : text
}
