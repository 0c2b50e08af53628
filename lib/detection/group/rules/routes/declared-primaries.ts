import { containsPrefix, parsePrefix, type Prefix } from '#lib/bgp/index.ts'
import { BEFORE_MONITORING, type EventKind } from '#lib/contract/index.ts'
import { bestRoutes } from '../../../model/best-routes.ts'
import { end } from '../../../model/condition.ts'
import { type FoldContext, isGood, isOpen, liveEvents } from '../../../model/context.ts'
import { type Carrier, carrierOf, isExternal, type RouteEntry } from '../../../model/route.ts'
import { sharesSpace } from '../../../model/shares-space.ts'
import type { Topology } from '../../../model/topology.ts'
import { putRouteEvent } from './route-event.ts'

/** What somebody declared to be carried by one circuit. */
interface Declared {
  /** scope of the circuit */
  primary: string
  /** empty = everything */
  prefixes: readonly string[]
  /** scopes of the circuits that wait; null = whatever else there is */
  standby: readonly string[] | null
}

/** The homes of declared sites, and the first circuits of declared active and standby policies. */
export const declaredPrimaries = ({ sites, policies }: Pick<Topology, 'sites' | 'policies'>): Declared[] => [
  ...sites.flatMap(({ home, prefixes }) => (home === null ? [] : [{ primary: home, prefixes, standby: null }])),
  ...policies.flatMap(({ kind, circuits: [primary, ...standby], prefixes }) =>
    kind === 'active_standby' && primary !== undefined ? [{ primary, prefixes, standby }] : [],
  ),
]

/**
 * intent_deviation: the backup alone carries what is declared to be carried by a primary, and no change of paths that was seen accounts for
 * it: it was so when it was first polled, or when it was declared. It lasts until the primary carries it (`returns`), or until
 * something else is declared: no time makes it normal.
 * @param snapshot all routes of the group; null = this poll did not check them
 */
export function intentRules(context: FoldContext, snapshot: readonly RouteEntry[] | null): void {
  if (!snapshot || !isGood(context.mark)) return
  const found = new Map<string, Deviation>()
  const byPrefix = Map.groupBy(snapshot.filter(isCompared), ({ prefix }) => prefix)
  for (const declared of declaredPrimaries(context.topology)) {
    const space = declared.prefixes.flatMap((text) => parsePrefix(text) ?? [])
    for (const [prefix, routes] of byPrefix) {
      if (declared.prefixes.length > 0 && !isWithin(space, prefix)) continue
      const best = bestRoutes(routes, context.topology)
      if (deviates(context, declared, prefix, best)) note(context, found, declared, prefix, best)
    }
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

/** A default route belongs to no site. */
const isCompared = (route: RouteEntry) => isExternal(route) && route.prefix !== '0.0.0.0/0' && route.prefix !== '::/0'

function isWithin(space: readonly Prefix[], text: string): boolean {
  const prefix = parsePrefix(text)
  return prefix !== null && space.some((own) => containsPrefix(own, prefix))
}

/** Nothing is said while it is not known which circuit each neighbor is. */
const isKnown = ({ circuit, transport }: Carrier) => circuit !== null || transport === 'vpn'

function deviates(
  context: FoldContext,
  { primary, standby }: Declared,
  prefix: string,
  best: readonly RouteEntry[],
): boolean {
  const { mappings, sites } = context.topology
  const carriers = carriersOf(context, best)
  const isPrimaryKnown = mappings.some(({ circuit }) => circuit === primary)
  if (carriers.length === 0 || !isPrimaryKnown || !carriers.every(isKnown)) return false
  const circuits = carriers.map(({ circuit }) => circuit)
  if (circuits.includes(primary)) return false
  if (standby && !circuits.every((circuit) => circuit !== null && standby.includes(circuit))) return false
  const isAtHome = sites.some(({ home, prefixes }) => circuits.includes(home) && sharesSpace(prefixes, [prefix]))
  return !isAtHome && !isAccountedFor(context, prefix)
}

/** What was seen to change is an event of its own, for as long as it lasts. */
const ACCOUNTS: ReadonlySet<EventKind> = new Set<EventKind>([
  'failover',
  'best_path_shift',
  'ecmp_reduced',
  'site_state_changed',
])

function isAccountedFor(context: FoldContext, prefix: string): boolean {
  const isWaiting = Object.values(context.scopes).some(({ pending }) =>
    pending.some(({ prefixes }) => prefixes.includes(prefix)),
  )
  return (
    isWaiting ||
    liveEvents(context).some(
      (live) => isOpen(live) && ACCOUNTS.has(live.event.kind) && sharesSpace(live.prefixes ?? [], [prefix]),
    )
  )
}

const carriersOf = (context: FoldContext, routes: readonly RouteEntry[]) =>
  routes.map(({ gateway, peer }) => carrierOf(context, gateway, peer ?? ''))

function note(
  context: FoldContext,
  found: Map<string, Deviation>,
  { primary }: Declared,
  prefix: string,
  best: readonly RouteEntry[],
): void {
  const names = [...new Set(carriersOf(context, best).map(({ name }) => name))].toSorted()
  const name = context.topology.circuits.find(({ scope }) => scope === primary)?.name ?? primary
  const subject = `${name} > ${names.join(',')}`
  const key = `${primary} ${subject}`
  const known = found.get(key) ?? { scope: primary, subject, prefixes: new Set(), peers: new Set() }
  known.prefixes.add(prefix)
  for (const { peer } of best) if (peer !== null) known.peers.add(peer)
  found.set(key, known)
}

const openDeviations = (context: FoldContext) =>
  liveEvents(context).filter((live) => isOpen(live) && live.event.kind === 'intent_deviation')

/** The primary carries it, nobody announces it any more, or something else is declared: since the check before, as far as is known. */
function endOthers(context: FoldContext, found: ReadonlyMap<string, Deviation>): void {
  const { mark } = context
  for (const live of openDeviations(context)) {
    const { scope, subject } = live.event
    if (!found.has(`${scope} ${subject}`)) {
      end(live, { earliest: mark.previousOkAt ?? mark.startedAt, latest: mark.finishedAt })
    }
  }
}

function raise(context: FoldContext, { scope, subject, prefixes, peers }: Deviation): void {
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
    started: { earliest: BEFORE_MONITORING, latest: context.mark.finishedAt },
    prefixes: [...prefixes].toSorted(),
    peers: [...new Set(before)].toSorted(),
    peersAfter: [...peers].toSorted(),
  })
}
