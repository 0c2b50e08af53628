import { createChangeEvidence } from '../../../model/create-event.ts'
import {
  splitIntoRangeAtoms,
  formatPrefix,
  overlapsPrefix,
  parsePrefix,
  type IpPrefix,
  PrefixTrie,
} from '#lib/bgp/index.ts'
import { type Evidence, type RouteChange, countPollsToConfirm } from '#lib/contract/index.ts'
import { splitMetroLocation } from '#lib/contract/facts/resiliency.ts'
import { closeEvent, EVENT_UNCONFIRMED_FLAG } from '../../../model/event-condition.ts'
import { type DetectionContext, listLiveEvents, findOpenEvent, formatSourceKey } from '../../../model/context.ts'
import {
  computeChangeBounds,
  findNeighborCarryingPath,
  isLearnedFromExternalNeighbor,
  type GatewayRouteTableRow,
} from '../../../model/route.ts'
import type { LiveEvent, StrandedRanges } from '../../../model/scope-state.ts'
import { findNewPrefixes } from '../routes/paths/usual-paths.ts'
import { putRouteEvent } from '../routes/route-event.ts'
import { type EvaluatedSite, listEvaluatedSites, parsePrefixesOfFamily, formatSiteSubject } from './judged-site.ts'
import { overlapsSiteRanges, revertRouteChanges } from './revert-route-changes.ts'
import { getLearnedSiteFlags, type SiteRoutes } from './site-rules.ts'

/**
 * Raises n1_stranding if the loss of one circuit, location, provider or gateway would remove the last route of a range
 * of a site, and this was not so before this poll. A range for which it was so when it was first seen is not reported.
 */
export function detectStrandingLosses(
  context: DetectionContext,
  changes: readonly RouteChange[],
  entries: SiteRoutes,
): void {
  if (context.mark.previousOkAt === null) return
  for (const site of listEvaluatedSites(context)) {
    const own = entries[site.name]
    if (own) for (const family of [4, 6] as const) judge(context, site, family, changes, own)
  }
}

function judge(
  context: DetectionContext,
  site: EvaluatedSite,
  family: 4 | 6,
  changes: readonly RouteChange[],
  entries: readonly GatewayRouteTableRow[],
): void {
  const space = parsePrefixesOfFamily(site.prefixes, family)
  const touching = changes.filter(({ prefix }) => overlapsSiteRanges(prefix, space))
  if (space.length === 0 || touching.length === 0) return
  const drawn = drawnPrefixes(context, entries)
  const isOwn = (entry: GatewayRouteTableRow) => isLearnedFromExternalNeighbor(entry) && !drawn.has(entry.prefix)
  const before = revertRouteChanges(context, space, changes, entries).filter(isOwn)
  const ranges = rangesOf(context, site, space, { before, after: entries.filter(isOwn) })
  const subject = formatSiteSubject(site.name, family)
  const open = findOpenEvent(context, 'n1_stranding', site.scope, subject)
  const fresh = ranges.flatMap(({ prefix, edge, was, is }) => {
    const losses = was && is ? [...is].filter((loss) => !was.has(loss)) : []
    return losses.length > 0 ? [{ prefix, edge, losses: new Set(losses) }] : []
  })
  const stranded = mergeStrandedRanges(
    fresh.map(({ prefix, edge, losses: own }) => ({ edge, losses: narrowestOf(own).toSorted(), prefixes: [prefix] })),
  )
  if (open && !isStillSo(open, ranges)) {
    closeEvent(open, computeChangeBounds(touching))
    return
  }
  if (fresh.length === 0) return
  const losses = leastOf(fresh)
  const prefixes = [...new Set(fresh.map(({ prefix }) => prefix))].toSorted()
  if (open) {
    open.stranded = mergeStrandedRanges([...listStrandedRanges(open), ...stranded])
    return extend(context, open, prefixes, losses)
  }
  const live = putRouteEvent(context, {
    kind: 'n1_stranding',
    scope: site.scope,
    subject,
    severity: 'minor',
    started: computeChangeBounds(touching),
    prefixes,
    peers: peersLost(touching, entries, context.mark.scope),
    flags: [EVENT_UNCONFIRMED_FLAG, ...getLearnedSiteFlags(site)],
    evidence: [evidenceOf(context, losses)],
  })
  live.losses = [...losses.keys()]
  live.stranded = stranded
  live.confirm = {
    source: formatSourceKey(context.mark),
    lastAt: context.mark.startedAt,
    left: countPollsToConfirm('n1_stranding') - 1,
  }
}

/**
 * Returns prefixes that are left out when the routes of a site are examined, because they are unintended routes that
 * take traffic away from the intended ones. These are prefixes of a `more_specific` event, and prefixes that appeared
 * within the last day inside another prefix (a default route does not count as another prefix).
 */
function drawnPrefixes(context: DetectionContext, entries: readonly GatewayRouteTableRow[]): ReadonlySet<string> {
  const reported = listLiveEvents(context).flatMap(({ event, prefixes = [] }) =>
    event.kind === 'more_specific' ? prefixes : [],
  )
  const fresh = [...findNewPrefixes(context)]
  if (fresh.length === 0) return new Set(reported)
  const learned = entries.filter(isLearnedFromExternalNeighbor).flatMap(({ prefix }) => parsePrefix(prefix) ?? [])
  const outer = PrefixTrie.from(learned.map((prefix) => [prefix, true]))
  const isInside = (text: string) => {
    const prefix = parsePrefix(text)
    const covering = prefix ? outer.matches({ family: prefix.family, value: prefix.bits }) : []
    return covering.some(({ prefix: { length } }) => length > 0 && length < (prefix?.length ?? 0))
  }
  return new Set([...reported, ...fresh.filter(isInside)])
}

/**
 * A range of a site in which every address has the same routes. `was` and `is` are the single losses (of a circuit,
 * location, provider or gateway) that would each remove its last route, before and after this poll; null = it has no
 * route.
 */
interface SiteRange {
  prefix: string
  /** the ExpressRoute gateway for which the range is evaluated; null = there is none */
  edge: string | null
  was: ReadonlySet<string> | null
  is: ReadonlySet<string> | null
}

interface Tables {
  before: readonly GatewayRouteTableRow[]
  after: readonly GatewayRouteTableRow[]
}

/**
 * Divides the site's prefixes at each address where the covering routes may change. A virtual network forwards with all
 * of its gateways, but it is not known here which gateways are in the same network. Therefore each ExpressRoute gateway
 * is evaluated together with all VPN gateways: a range counts as covered if any VPN gateway covers it.
 */
function rangesOf(
  context: DetectionContext,
  site: EvaluatedSite,
  space: readonly IpPrefix[],
  tables: Tables,
): SiteRange[] {
  const { gateways } = context.topology
  const isEdge = (scope: string) => gateways.find((one) => one.scope === scope)?.kind !== 'vpn'
  const edges = [...new Set([...tables.before, ...tables.after].map(({ gateway }) => gateway))].filter(isEdge)
  const together = edges.length === 0 ? [null] : edges
  const others = site.others.flatMap((text) => parsePrefix(text) ?? [])
  return together.flatMap((edge) => {
    const isOwn = ({ gateway }: GatewayRouteTableRow) => gateway === edge || !isEdge(gateway)
    const [was, is] = [tables.before, tables.after].map((table) => dependenciesOf(context, table.filter(isOwn)))
    if (!was || !is) return []
    const cutters = [...was.prefixes, ...is.prefixes, ...others].filter((prefix) =>
      space.some((own) => overlapsPrefix(own, prefix)),
    )
    const owners = PrefixTrie.from([...space, ...others].map((prefix) => [prefix, !others.includes(prefix)] as const))
    return splitIntoRangeAtoms(space, cutters).flatMap(({ family, first }): SiteRange[] => {
      const address = { family, value: first }
      const owner = owners.longestMatch(address)
      if (!owner?.value) return []
      const decides = is.trie.longestMatch(address)?.prefix
      const named = decides && decides.length > owner.prefix.length ? decides : owner.prefix
      return [{ prefix: formatPrefix(named), edge, was: was.of(address), is: is.of(address) }]
    })
  })
}

type Address = Parameters<PrefixTrie<unknown>['longestMatch']>[0]

/**
 * Returns the prefixes of a route table, and a function that returns the single losses that would remove all routes to
 * an address.
 */
function dependenciesOf(context: DetectionContext, entries: readonly GatewayRouteTableRow[]) {
  const byPrefix = [...Map.groupBy(entries, ({ prefix }) => prefix)].flatMap(([text, own]) => {
    const prefix = parsePrefix(text)
    return prefix ? [[prefix, common(own.map((entry) => lossesOf(context, entry)))] as const] : []
  })
  const trie = PrefixTrie.from(byPrefix)
  return {
    trie,
    prefixes: byPrefix.map(([prefix]) => prefix),
    /**
     * Returns the single losses that would remove all routes to an address; null = no route covers it. All covering
     * prefixes are considered, because a shorter prefix is used if a longer one is lost.
     */
    of(address: Address): Set<string> | null {
      const covering = trie.matches(address)
      return covering.length === 0 ? null : common(covering.map(({ value }) => value))
    },
  }
}

function common(sets: readonly ReadonlySet<string>[]): Set<string> {
  const [first = new Set<string>(), ...rest] = sets
  return new Set([...first].filter((one) => rest.every((set) => set.has(one))))
}

/**
 * Returns every single loss that would remove a route: the loss of its circuit, location, provider or gateway. If the
 * neighbor's circuit is unknown, only the loss of the gateway is returned.
 */
function lossesOf(context: DetectionContext, { gateway, peer }: GatewayRouteTableRow): Set<string> {
  const { circuits, gateways } = context.topology
  const name = gateways.find(({ scope }) => scope === gateway)?.name ?? gateway
  const mapped = findNeighborCarryingPath(context, gateway, peer ?? '').circuit
  const circuit = circuits.find(({ scope }) => scope === mapped)
  return new Set([
    ...(circuit ? [`circuit ${circuit.name}`] : []),
    // the two paths of a Metro circuit end at different locations, so the loss of one location does not remove both
    ...(circuit?.location && splitMetroLocation(circuit.location).length === 1 ? [`location ${circuit.location}`] : []),
    ...(circuit?.provider ? [`provider ${circuit.provider}`] : []),
    `gateway ${name}`,
  ])
}

/**
 * Groups prefixes by the single loss on which they depend. If a prefix depends on a single circuit, only the circuit is
 * listed for it, and not the location, provider or gateway of that circuit.
 */
function leastOf(fresh: readonly { prefix: string; losses: ReadonlySet<string> }[]): Map<string, string[]> {
  const least = new Map<string, string[]>()
  for (const { prefix, losses } of fresh) {
    for (const loss of narrowestOf(losses)) {
      least.set(loss, [...new Set([...(least.get(loss) ?? []), prefix])])
    }
  }
  return least
}

function narrowestOf(losses: ReadonlySet<string>): string[] {
  const circuits = [...losses].filter((loss) => loss.startsWith('circuit '))
  return circuits.length > 0 ? circuits : [...losses]
}

/**
 * Reports whether any range of an event still depends on one of its losses. Only the gateway on which the dependency of
 * the range began is considered. On other gateways, the range may have depended on this loss already before.
 */
function isStillSo(live: LiveEvent, ranges: readonly SiteRange[]): boolean {
  const stranded = listStrandedRanges(live).map((one) => ({
    ...one,
    own: one.prefixes.flatMap((text) => parsePrefix(text) ?? []),
  }))
  return ranges.some(({ prefix, edge, is }) => {
    const range = parsePrefix(prefix)
    return stranded.some(
      ({ edge: began, losses, own }) =>
        (edge === null || began === null || began === edge) &&
        losses.some((loss) => is?.has(loss)) &&
        own.some((one) => one.family === range?.family && overlapsPrefix(one, range)),
    )
  })
}

/**
 * Returns the ranges of an event by gateway and losses. An event of an older version has only sets of all gateways and
 * losses.
 */
function listStrandedRanges({ stranded, prefixes = [], losses = [], edges }: LiveEvent): StrandedRanges[] {
  return stranded ?? (edges ?? [null]).map((edge) => ({ edge, losses, prefixes }))
}

function mergeStrandedRanges(all: readonly StrandedRanges[]): StrandedRanges[] {
  const alike = Map.groupBy(all, ({ edge, losses }) => `${edge}\n${losses.join('\n')}`)
  return [...alike.values()].flatMap((same) =>
    same.slice(0, 1).map((one) => ({ ...one, prefixes: [...new Set(same.flatMap(({ prefixes }) => prefixes))] })),
  )
}

function extend(
  context: DetectionContext,
  live: LiveEvent,
  prefixes: readonly string[],
  losses: ReadonlyMap<string, string[]>,
) {
  const known = new Set(live.losses)
  const more = new Map(
    [...losses].filter(([loss, own]) => !known.has(loss) || own.some((one) => !live.prefixes?.includes(one))),
  )
  if (more.size === 0) return
  live.prefixes = [...new Set([...(live.prefixes ?? []), ...prefixes])].toSorted()
  live.losses = [...new Set([...(live.losses ?? []), ...losses.keys()])]
  live.event = { ...live.event, evidence: [...live.event.evidence, evidenceOf(context, more)] }
}

/** Maximum number of prefixes that are named for a loss. */
const SHOWN = 5

function evidenceOf({ mark }: DetectionContext, losses: ReadonlyMap<string, string[]>): Evidence {
  const words = [...losses].map(([loss, prefixes]) => {
    const more = prefixes.length - SHOWN
    return `${loss} cuts off ${prefixes.slice(0, SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  })
  return createChangeEvidence(mark, 'single losses', 'another route was left', words.join('; '))
}

/** Returns the neighbors that withdrew some of a site's prefixes and no longer announce them on any instance. */
function peersLost(
  changes: readonly RouteChange[],
  entries: readonly GatewayRouteTableRow[],
  gateway: string,
): string[] {
  const gone = changes.flatMap(({ op, peer, before }) =>
    op === 'withdraw' && peer !== null && before.some(isLearnedFromExternalNeighbor) ? [peer] : [],
  )
  const still = new Set(
    entries
      .filter((entry) => entry.gateway === gateway && isLearnedFromExternalNeighbor(entry))
      .map(({ peer, prefix }) => `${peer} ${prefix}`),
  )
  const isGone = (peer: string) =>
    changes.some((change) => change.peer === peer && change.op === 'withdraw' && !still.has(`${peer} ${change.prefix}`))
  return [...new Set(gone)].filter(isGone).toSorted()
}
