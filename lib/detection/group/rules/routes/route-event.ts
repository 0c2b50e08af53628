import {
  type Cause,
  DEFAULT_HUB_TABLE,
  type DetectedEvent,
  type EventKind,
  type Evidence,
  parseHubConnectionName,
} from '#lib/contract/index.ts'
import { type DetectionContext, listLiveEvents, storeEventInScope } from '../../../model/context.ts'
import { createEventOfGroup } from '../../../model/create-event.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import { isWithinHoldTime } from '../../facts/hold-time.ts'
import type { ProvingPollTimes } from '../../../model/route-memory.ts'
import { findCustomHubTable, getHubOfTable, isVirtualWanHubScope, parseHubRowGateway } from '../../../model/topology.ts'

/** Maximum number of prefixes shown in the evidence of an event; the route history contains all of them. */
const SHOWN_PREFIXES = 20

interface RouteFinding extends Pick<DetectedEvent, 'kind' | 'scope' | 'subject' | 'severity' | 'started'> {
  prefixes: readonly string[]
  /**
   * neighbors that carried the prefixes before the event (`peers`) and after it (`peersAfter`); if `peersAfter` is
   * absent, `peers` are the neighbors that the event is about
   */
  peers: readonly string[]
  peersAfter?: readonly string[]
  /** neighbors whose own routes changed; absent = all of `peers` and `peersAfter`, without a distinction */
  changed?: readonly string[] | undefined
  flags?: readonly string[]
  evidence?: readonly Evidence[]
  /** causes of the event, if the rule determines them */
  causes?: readonly Cause[]
  proof?: ProvingPollTimes
  /** scope whose route table shows the event; absent = the polled one */
  table?: string
  /** true if the table does not show the event any more; absent = it still shows the event */
  isOver?: boolean
}

/** Stores an event that a rule about routes found, with the prefixes and neighbors that it concerns. */
export function putRouteEvent(context: DetectionContext, finding: RouteFinding): LiveEvent {
  const { kind, scope, subject, severity, started, prefixes, peers, peersAfter, flags = [], evidence = [] } = finding
  const { mark, topology } = context
  const { table = mark.scope } = finding
  const isOfHub =
    isVirtualWanHubScope(topology, table) || (table === mark.scope && parseHubConnectionName(mark.subresource) !== null)
  const isShared = kindsOfHubTables.has(kind)
  const shownBy =
    isShared || findCustomHubTable(topology, table) ? createTableEvidence(context, table, finding.proof ?? mark) : []
  const same = isShared && shownBy.length > 0 ? findSameEventOfHub(context, finding, table) : null
  if (same) return joinEvent(same, table, finding, shownBy)
  const event = createEventOfGroup(context, {
    kind,
    severity,
    scope,
    subject,
    started,
    evidence: [...evidence, routeEvidence(finding.proof ?? mark, finding), ...shownBy],
    flags,
    causes: finding.causes ?? [],
    distinguishedBy: [table, prefixes, peers, peersAfter],
  })
  return storeEventInScope(context, event, {
    confirm: null,
    prefixes: [...prefixes],
    peersBefore: [...peers],
    ...(isOfHub ? { table } : {}),
    ...(shownBy.length > 0 ? { hub: getHubOfTable(topology, table) } : {}),
    ...(peersAfter ? { peersAfter: [...peersAfter] } : {}),
    ...(finding.changed ? { changed: [...finding.changed] } : {}),
  })
}

/** Kinds of events that several route tables of one hub may show, and that are then raised once. */
const kindsOfHubTables: ReadonlySet<EventKind> = new Set(['no_path', 'failover', 'best_path_shift', 'ecmp_reduced'])

/** Returns evidence that names the route table of a hub; empty if the hub has only its default table. */
export function createTableEvidence(
  { topology }: Pick<DetectionContext, 'topology'>,
  table: string,
  proof: ProvingPollTimes,
): Evidence[] {
  const hub = getHubOfTable(topology, table)
  if (!topology.hubs?.some((one) => one.table?.hub === hub)) return []
  return [
    {
      field: 'route table of the hub',
      before: null,
      after: findCustomHubTable(topology, table)?.name ?? DEFAULT_HUB_TABLE,
      ...getSampledBounds(proof),
    },
  ]
}

/**
 * Returns the event by which another route table of the same hub shows the same fault: the same change, of at least one
 * common prefix, at the same time; null if there is none.
 */
function findSameEventOfHub(
  context: DetectionContext,
  { kind, prefixes, peers, peersAfter = [], started, isOver = false }: RouteFinding,
  table: string,
): LiveEvent | null {
  const { topology } = context
  const isSame = ({ event, table: other, furtherTables, ...live }: LiveEvent): boolean => {
    if (event.kind !== kind || other === undefined || other === table || furtherTables?.[table]) return false
    if (getHubOfTable(topology, other) !== getHubOfTable(topology, table)) return false
    const known = new Set([...(live.prefixes ?? []), ...Object.values(furtherTables ?? {}).flat()])
    return (
      isWithinHoldTime(context, { started }, event) &&
      (event.ended === null || isOver) &&
      prefixes.some((prefix) => known.has(prefix)) &&
      listGatewaysOfPeers(peers) === listGatewaysOfPeers(live.peersBefore ?? []) &&
      listGatewaysOfPeers(peersAfter) === listGatewaysOfPeers(live.peersAfter ?? [])
    )
  }
  return listLiveEvents(context).find(isSame) ?? null
}

/** Returns the gateways of peers in rows of a hub as text. Only some tables may show the connection of a gateway. */
export const listGatewaysOfPeers = (peers: readonly string[]): string =>
  [...new Set(peers.map((peer) => parseHubRowGateway(peer) ?? peer))].toSorted().join()

/** Adds a further route table of the hub to an event. */
export function joinEvent(
  live: LiveEvent,
  table: string,
  { prefixes }: Pick<RouteFinding, 'prefixes'>,
  shownBy: readonly Evidence[],
): LiveEvent {
  live.furtherTables = { ...live.furtherTables, [table]: [...prefixes] }
  live.event = { ...live.event, evidence: [...live.event.evidence, ...shownBy] }
  return live
}

/** Kinds of events about lost routes. Their neighbors carried the prefixes before the event, and none does after it. */
const LOSSES: ReadonlySet<EventKind> = new Set<EventKind>([
  'mass_withdraw',
  'route_withdrawn',
  'default_route_disappeared',
  'hub_connection_emptied',
  'no_path',
])

function routeEvidence(proof: ProvingPollTimes, { kind, prefixes, peers, peersAfter }: RouteFinding): Evidence {
  const later = peersAfter ?? (LOSSES.has(kind) ? [] : peers)
  const more = prefixes.length - SHOWN_PREFIXES
  const shown = prefixes.slice(0, SHOWN_PREFIXES).join(', ')
  return {
    field: more > 0 ? `routes: ${shown} and ${more} more` : `routes: ${shown}`,
    before: peersAfter || LOSSES.has(kind) ? peers.join(', ') : null,
    after: later.length === 0 ? null : later.join(', '),
    ...getSampledBounds(proof),
    prefixTotal: prefixes.length,
  }
}

/** Returns the bounds of the times of the polls before and after a change, as evidence stores them. */
const getSampledBounds = ({
  previousOkAt,
  startedAt,
  finishedAt,
}: ProvingPollTimes): Pick<Evidence, 'sampledBefore' | 'sampledAfter'> => ({
  sampledBefore: previousOkAt === null ? null : { earliest: previousOkAt, latest: startedAt },
  sampledAfter: { earliest: startedAt, latest: finishedAt },
})
