import { DEFAULT_ROUTES, parsePrefix } from '#lib/bgp/index.ts'
import {
  INSTANT_BEFORE_MONITORING,
  type DeclaredPrefixCircuits,
  type EventKind,
  createIntentFinder,
} from '#lib/contract/index.ts'
import { selectBestRoutes } from '../../../../model/best-routes.ts'
import { closeEvent } from '../../../../model/event-condition.ts'
import { type DetectionContext, hasPollUsableRows, isEventOpen, listLiveEvents } from '../../../../model/context.ts'
import {
  type RouteCarryingPath,
  findNeighborCarryingPath,
  isLearnedFromExternalNeighbor,
  type GatewayRouteTableRow,
} from '../../../../model/route.ts'
import { doPrefixesOverlapRanges } from '../../../../model/prefix-overlap.ts'
import type { GroupTopology } from '../../../../model/topology.ts'
import { FOUND_BY_BYTES_FLAG } from '../../traffic/intent-by-bytes.ts'
import { putRouteEvent } from '../route-event.ts'

/**
 * Reports whether any declaration requires certain circuits for some prefixes, that is, a site with a home circuit or a
 * policy.
 */
export const hasDeclaredPrimaryCircuits = ({ sites, policies }: Pick<GroupTopology, 'sites' | 'policies'>): boolean =>
  sites.some(({ home }) => home !== null) ||
  policies.some(({ kind, prefixes }) => kind === 'active_standby' || (kind === 'active_active' && prefixes.length > 0))

/**
 * Raises intent_deviation if prefixes that are declared for a primary circuit are carried only by other circuits, and
 * no change that Peerwatch observed explains this. For example, it was already so at the first poll or at the time of
 * the declaration. The event lasts until the primary circuit carries the prefixes or the declaration changes, however
 * long that takes.
 * @param snapshot all routes of the group; null = this poll did not check them
 */
export function detectIntentDeviations(
  context: DetectionContext,
  snapshot: readonly GatewayRouteTableRow[] | null,
): void {
  if (!snapshot || !hasPollUsableRows(context.mark)) return
  const found = new Map<string, Deviation>()
  const intentsOf = createIntentFinder(context.topology)
  for (const [text, routes] of Map.groupBy(snapshot.filter(isCompared), ({ prefix }) => prefix)) {
    const prefix = parsePrefix(text)
    const intents = prefix ? intentsOf(prefix) : []
    if (intents.length === 0) continue
    const best = selectBestRoutes(routes, context.topology)
    for (const intent of intents) if (deviates(context, intent, text, best)) note(context, found, intent, text, best)
  }
  endOthers(context, found)
  for (const deviation of found.values()) raise(context, deviation)
}

interface Deviation {
  scope: string
  subject: string
  prefixes: Set<string>
  peers: Set<string>
}

/** Reports whether a route is compared with the declarations. A default route is not, because it belongs to no site. */
const isCompared = (route: GatewayRouteTableRow) =>
  isLearnedFromExternalNeighbor(route) && !DEFAULT_ROUTES.has(route.prefix)

/**
 * Reports whether the circuit behind a neighbor is known, or the neighbor is reached over VPN. Otherwise no event is
 * raised, because the route may use the primary circuit.
 */
const isKnown = ({ circuit, transport }: RouteCarryingPath) => circuit !== null || transport === 'vpn'

function deviates(
  context: DetectionContext,
  { primary, backup, namesPrefixes, declaredBy }: DeclaredPrefixCircuits,
  prefix: string,
  best: readonly GatewayRouteTableRow[],
): boolean {
  const { mappings } = context.topology
  const carriers = carriersOf(context, best)
  const isPrimaryKnown = mappings.some(({ circuit }) => primary.includes(circuit))
  if (carriers.length === 0 || !isPrimaryKnown || !carriers.every(isKnown)) return false
  const circuits = carriers.map(({ circuit }) => circuit)
  if (circuits.some((circuit) => circuit !== null && primary.includes(circuit))) return false
  // A policy without prefixes concerns a prefix only if all circuits that currently carry the prefix are standby
  // circuits of this policy.
  if (!namesPrefixes && !circuits.every((circuit) => circuit !== null && backup?.includes(circuit))) return false
  const isNamed = declaredBy === 'policy' && namesPrefixes
  return (isNamed || !isAtHome(context, circuits, prefix)) && !isAccountedFor(context, prefix)
}

const isAtHome = ({ topology }: DetectionContext, circuits: readonly (string | null)[], prefix: string) =>
  topology.sites.some(({ home, prefixes }) => circuits.includes(home) && doPrefixesOverlapRanges(prefixes, [prefix]))

/**
 * Kinds of events that already report a change of the paths of a prefix, so that no deviation is raised while they are
 * open.
 */
const ACCOUNTS: ReadonlySet<EventKind> = new Set<EventKind>([
  'failover',
  'best_path_shift',
  'ecmp_reduced',
  'site_state_changed',
])

function isAccountedFor(context: DetectionContext, prefix: string): boolean {
  const isWaiting = Object.values(context.scopes).some(({ pending }) =>
    pending.some(({ prefixes }) => prefixes.includes(prefix)),
  )
  return (
    isWaiting ||
    listLiveEvents(context).some(
      (live) =>
        isEventOpen(live) && ACCOUNTS.has(live.event.kind) && doPrefixesOverlapRanges(live.prefixes ?? [], [prefix]),
    )
  )
}

const carriersOf = (context: DetectionContext, routes: readonly GatewayRouteTableRow[]) =>
  routes.map(({ gateway, peer }) => findNeighborCarryingPath(context, gateway, peer ?? ''))

function note(
  context: DetectionContext,
  found: Map<string, Deviation>,
  { primary }: DeclaredPrefixCircuits,
  prefix: string,
  best: readonly GatewayRouteTableRow[],
): void {
  const [scope = ''] = primary
  const nameOf = (id: string) => context.topology.circuits.find((circuit) => circuit.scope === id)?.name ?? id
  const names = [...new Set(carriersOf(context, best).map(({ name }) => name))].toSorted()
  const subject = `${primary.map(nameOf).join(',')} > ${names.join(',')}`
  const key = `${scope} ${subject}`
  const known = found.get(key) ?? { scope, subject, prefixes: new Set(), peers: new Set() }
  known.prefixes.add(prefix)
  for (const { peer } of best) if (peer !== null) known.peers.add(peer)
  found.set(key, known)
}

const openDeviations = (context: DetectionContext) =>
  listLiveEvents(context).filter(
    (live) =>
      isEventOpen(live) && live.event.kind === 'intent_deviation' && !live.event.flags.includes(FOUND_BY_BYTES_FLAG),
  )

/**
 * Ends the open deviations that this check did not find again, because the primary circuit carries the prefixes, no
 * peer announces them any more, or the declaration changed. The end is between the previous poll and this poll.
 */
function endOthers(context: DetectionContext, found: ReadonlyMap<string, Deviation>): void {
  const { mark } = context
  for (const live of openDeviations(context)) {
    const { scope, subject } = live.event
    if (!found.has(`${scope} ${subject}`)) {
      closeEvent(live, { earliest: mark.previousOkAt ?? mark.startedAt, latest: mark.finishedAt })
    }
  }
}

function raise(context: DetectionContext, { scope, subject, prefixes, peers }: Deviation): void {
  const open = openDeviations(context).find(({ event }) => event.scope === scope && event.subject === subject)
  if (open) {
    open.prefixes = [...prefixes].toSorted()
    open.peersAfter = [...peers].toSorted()
    return
  }
  const before = context.topology.mappings.flatMap(({ circuit, neighbor }) => (circuit === scope ? neighbor : []))
  putRouteEvent(context, {
    kind: 'intent_deviation',
    scope,
    subject,
    severity: 'minor',
    started: { earliest: INSTANT_BEFORE_MONITORING, latest: context.mark.finishedAt },
    prefixes: [...prefixes].toSorted(),
    peers: [...new Set(before)].toSorted(),
    peersAfter: [...peers].toSorted(),
  })
}
