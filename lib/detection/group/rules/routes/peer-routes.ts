import { type AsPath, GATEWAY_ASN, MSEE_ASN, findOriginAsn, removeLeadingAsns } from '#lib/bgp/index.ts'
import type { TimestampBounds, EpochMs, RouteAttributes, RouteChange } from '#lib/contract/index.ts'
import { type DetectionContext, listLiveEvents, ensureResourceState } from '../../../model/context.ts'
import {
  computeChangeBounds,
  findNeighborCarryingPath,
  type PrefixWithRoutesBeforeAndAfter,
  type GatewayRouteTableRow,
} from '../../../model/route.ts'
import type { SessionFact } from '../../../model/scope-state.ts'
import { doesCircuitEventAffectSession } from '../../../model/topology.ts'

/**
 * The routes of one neighbor of the polled gateway to one prefix, before and after a poll, from all instances together.
 */
export interface PrefixRoutesOfPeer {
  prefix: string
  peer: string
  before: GatewayRouteTableRow[]
  after: GatewayRouteTableRow[]
}

/** Returns the routes of each neighbor of the polled gateway that reports or reported a prefix. */
export function groupRoutesByPeer(
  { mark }: DetectionContext,
  { prefix, before, after }: PrefixWithRoutesBeforeAndAfter,
): PrefixRoutesOfPeer[] {
  const own = (entries: readonly GatewayRouteTableRow[]) =>
    entries.filter(({ gateway, peer }) => gateway === mark.scope && peer !== null)
  const peers = new Set([...own(before), ...own(after)].map(({ peer }) => peer ?? ''))
  return [...peers].toSorted().map((peer) => ({
    prefix,
    peer,
    before: own(before).filter((entry) => entry.peer === peer),
    after: own(after).filter((entry) => entry.peer === peer),
  }))
}

/**
 * Formats route attributes as one text for comparisons. The text does not depend on the order of the equal routes or of
 * the instances that have them.
 */
export function formatAttributesForCompare(entries: readonly RouteAttributes[]): string {
  const texts = entries.map(({ nextHop, asPath, asPathText, origin, weight, localPref }) =>
    JSON.stringify([nextHop, asPath, origin, weight, localPref, ...(asPathText === undefined ? [] : [asPathText])]),
  )
  return [...new Set(texts)].toSorted().join('\n')
}

/** Returns the customer's part of an AS path, without Azure's own leading ASNs. */
export const getCustomerAsPath = (path: AsPath): number[] => withoutAzure(path).asPath

/** Returns the origin ASN of a route on the customer's side; null if its AS path contains only Azure's ASNs. */
export const getCustomerOriginAsn = (path: AsPath): number | null => findOriginAsn(withoutAzure(path))

const withoutAzure = (path: AsPath) => removeLeadingAsns(path, (asn) => asn === MSEE_ASN || asn === GATEWAY_ASN)

export const computePrefixChangeBounds = (
  changes: readonly RouteChange[],
  prefixes: ReadonlySet<string>,
): TimestampBounds => computeChangeBounds(changes.filter(({ prefix }) => prefixes.has(prefix)))

/** Returns the scope of an event about a neighbor's routes: the neighbor's circuit if known, otherwise the gateway. */
export const getPeerEventResourceId = (context: DetectionContext, peer: string) =>
  findNeighborCarryingPath(context, context.mark.scope, peer).circuit ?? context.mark.scope

/** Formats a list of prefixes, for example `10.10.5.0/24` or `10.10.5.0/24 and 11 more`. */
export function formatPrefixList(prefixes: readonly string[]): string {
  const [first = '', ...more] = prefixes
  return more.length > 0 ? `${first} and ${more.length} more` : first
}

/**
 * Number of poll intervals after the rise of a session in which the routes of its first table may still arrive
 * (docs/rules/detection.md 6.3).
 */
const DUMP_POLLS = 2

/** Returns the time from which a route change counts as a part of the first table of a session that came up. */
const firstTableSince = ({ earliest, latest }: TimestampBounds): EpochMs => earliest - DUMP_POLLS * (latest - earliest)

/** Returns the known states of the sessions over which a route change was learned. */
const sessionsOf = (context: DetectionContext, { instance, peer }: Pick<RouteChange, 'instance' | 'peer'>) =>
  Object.values(ensureResourceState(context, context.mark.scope).sessions).filter(
    (fact) =>
      fact.subresource === '' && fact.neighbor === peer && (instance === null || fact.localAddress === instance),
  )

/** Reports whether a route change belongs to the first table that a session sends after it came up. */
export const isInitialTableChange = (context: DetectionContext, change: RouteChange): boolean =>
  sessionsOf(context, change).some(
    ({ level, since }) => level === 'up' && since.latest >= firstTableSince(change.between),
  )

/** The time from which a session or path must have been up so that it does not explain a route change. */
interface UpSince {
  since: EpochMs
  /** time of the poll that read the changed routes for the first time; a session must have been up then */
  announcedAt: EpochMs
}

/**
 * Reports whether the loss or return of a session or circuit path explains a route change, as far as it is known by
 * now. A new session sends its first table, and the table of a lost session or path is removed.
 */
export function hasSessionChangeCause(
  context: DetectionContext,
  change: Pick<RouteChange, 'instance' | 'peer' | 'between'>,
  { since, announcedAt }: UpSince = { since: firstTableSince(change.between), announcedAt: -Infinity },
): boolean {
  const { mark, topology } = context
  const { peer, between } = change
  const isAfter = (back: TimestampBounds) => back.latest >= since && back.earliest > announcedAt
  const isLost = (fact: SessionFact) =>
    fact.level === 'up' ? isAfter(fact.since) : fact.since.earliest <= between.latest
  if (sessionsOf(context, change).some(isLost)) return true
  const mapping = topology.mappings.find((known) => known.gateway === mark.scope && known.neighbor === peer)
  if (!mapping) return false
  return listLiveEvents(context).some(
    ({ event }) =>
      event.kind === 'path_down' &&
      event.scope === mapping.circuit &&
      doesCircuitEventAffectSession(event, mapping.path) &&
      event.started.earliest <= between.latest &&
      (event.ended === null || isAfter(event.ended)),
  )
}
