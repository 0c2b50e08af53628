import { formatPrefix, overlapsPrefix, parsePrefix, shortenPrefix } from '#lib/bgp/index.ts'
import type { PollMark, RouteChange } from '#lib/contract/index.ts'
import {
  asnsOf,
  type Compared,
  type GroupState,
  originOf,
  type RouteTable,
  type Signal,
  sidesOf,
  type SiteRoutes,
} from '#lib/detection/index.ts'
import type { DetectionStore } from './store.ts'
import type { TopologyGroup } from './types.ts'

/** Of a step that moves more prefixes, the best paths are compared for the first ones only. */
const COMPARED_PREFIXES = 5_000
/** Of a step that brings more new prefixes or origins, the past is asked for the first ones only. */
const ASKED_PAST = 500
/** Prefixes that may hold new ones: so many are looked up, shared ones once. */
const ASKED_COVERING = 2_000

/** What the rules about routes read beside a poll that moved some; nothing where none moved. */
export interface RouteReads {
  routes?: RouteTable
  siteRoutes?: SiteRoutes
  comparisons?: Compared[]
}

/** Reads them, as of this poll. */
export async function routeReads(
  store: DetectionStore,
  group: TopologyGroup,
  mark: PollMark,
  signals: readonly Signal[],
  known: GroupState,
): Promise<RouteReads> {
  const changes = signals.flatMap((signal) =>
    signal.type === 'routes' && signal.kind === mark.kind ? signal.changes : [],
  )
  if (changes.length === 0) return {}
  if (mark.kind === 'tables') return { comparisons: await comparisonsFor(store, group, mark) }
  if (mark.kind !== 'learned') return {}
  const routes = await routesFor(store, group, mark, changes, known)
  return { routes, siteRoutes: await siteRoutesFor(store, group, changes) }
}

const gatewaysOf = ({ topology }: TopologyGroup) => topology.gateways.map(({ scope }) => scope)

async function routesFor(
  store: DetectionStore,
  group: TopologyGroup,
  mark: PollMark,
  changes: readonly RouteChange[],
  known: GroupState,
): Promise<RouteTable> {
  const prefixes = [...new Set(changes.map(({ prefix }) => prefix))].slice(0, COMPARED_PREFIXES)
  const { entries, covered, ownSpace } = await store.routesTo(gatewaysOf(group), prefixes)
  const byPrefix = Map.groupBy(entries, ({ prefix }) => prefix)
  const table = {
    entries: Object.fromEntries(prefixes.map((prefix) => [prefix, byPrefix.get(prefix) ?? []])),
    covered,
    ownSpace,
  }
  // the first table of all has no past
  if (mark.previousOkAt === null) return { ...table, past: {}, covering: {}, asnsElsewhere: [] }
  const asked = [...new Set(changes.filter(hasNewOrigin).map(({ prefix }) => prefix))].slice(0, ASKED_PAST)
  const past = await pastFor(store, group, mark, asked)
  const silentSessions = asked.filter((prefix) => !past[prefix])
  return {
    ...table,
    past,
    covering: await coveringFor(store, group, silentSessions),
    asnsElsewhere: await asnsElsewhere(store, mark, changes, known),
  }
}

function hasNewOrigin({ op, before, after }: RouteChange): boolean {
  if (op === 'withdraw') return false
  const had = new Set(before.map(originOf))
  return after.some((entry) => !had.has(originOf(entry)))
}

async function pastFor(store: DetectionStore, group: TopologyGroup, mark: PollMark, prefixes: readonly string[]) {
  if (prefixes.length === 0) return {}
  return store.routePast({ gateways: gatewaysOf(group), prefixes, before: mark.startedAt })
}

/** The paths to the longest prefix that holds each of these, the default apart. */
async function coveringFor(
  store: DetectionStore,
  group: TopologyGroup,
  prefixes: readonly string[],
): Promise<RouteTable['covering']> {
  const wanted = new Set<string>()
  const shorterOf = new Map<string, string[]>()
  for (const prefix of prefixes) {
    const shorter = shorterPrefixes(prefix)
    if (wanted.size + shorter.length > ASKED_COVERING) break
    for (const one of shorter) wanted.add(one)
    shorterOf.set(prefix, shorter)
  }
  if (wanted.size === 0) return {}
  const { entries } = await store.routesTo(gatewaysOf(group), [...wanted])
  const byPrefix = Map.groupBy(entries, ({ prefix }) => prefix)
  return Object.fromEntries(
    [...shorterOf].flatMap(([prefix, shorter]) => {
      const longest = shorter.find((one) => byPrefix.has(one))
      return longest === undefined ? [] : [[prefix, byPrefix.get(longest) ?? []]]
    }),
  )
}

/** Every prefix that holds another one, the longest first, without the default. */
function shorterPrefixes(text: string): string[] {
  const prefix = parsePrefix(text)
  if (!prefix) return []
  return Array.from({ length: Math.max(0, prefix.length - 1) }, (_, n) =>
    formatPrefix(shortenPrefix(prefix, prefix.length - 1 - n)),
  )
}

/** Asked only where a path holds an ASN that detection does not remember: those of all routes that this poll left alone. */
async function asnsElsewhere(
  store: DetectionStore,
  mark: PollMark,
  changes: readonly RouteChange[],
  known: GroupState,
): Promise<number[]> {
  const remembered = known[mark.scope]?.asns ?? {}
  const before = asnsOf(changes, 'before')
  const fresh = [...asnsOf(changes, 'after')].filter((asn) => remembered[asn] === undefined && !before.has(asn))
  if (fresh.length === 0) return []
  const moved = new Set(changes.map(({ prefix }) => prefix))
  const reported = await store.reportedRoutes({ scopes: [mark.scope], since: mark.startedAt })
  return [...new Set(reported.filter(({ prefix }) => !moved.has(prefix)).flatMap(({ asPath }) => asPath))]
}

/** The paths to every site that a moved prefix lies in, or holds. */
async function siteRoutesFor(
  store: DetectionStore,
  group: TopologyGroup,
  changes: readonly RouteChange[],
): Promise<SiteRoutes> {
  const moved = [...new Set(changes.map(({ prefix }) => prefix))].flatMap((text) => parsePrefix(text) ?? [])
  const { sites, learned = [] } = group.topology
  const siteRoutes: SiteRoutes = {}
  for (const { name, prefixes } of [...sites, ...learned]) {
    const space = prefixes.flatMap((text) => parsePrefix(text) ?? [])
    if (!space.some((own) => moved.some((prefix) => overlapsPrefix(own, prefix)))) continue
    const entries = await store.routesWithin(gatewaysOf(group), prefixes)
    if (entries) siteRoutes[name] = entries
  }
  return siteRoutes
}

async function comparisonsFor(store: DetectionStore, group: TopologyGroup, mark: PollMark): Promise<Compared[]> {
  const comparisons: Compared[] = []
  for (const { scope, name, a, b, within } of sidesOf(group.topology, { scope: mark.scope, part: mark.part })) {
    const result = await store.comparePathTables(a, b, within)
    if (result) comparisons.push({ scope, name, result })
  }
  return comparisons
}
