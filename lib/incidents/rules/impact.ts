import type { EventKind } from '#lib/contract/event-kinds/index.ts'
import {
  formatPrefixCount,
  type ImpactEvent,
  PATH_MOVE_EVENT_KINDS,
  type PrefixCounts,
  countPrefixesByEvents,
  countPrefixesByTables,
  formatBeVerb,
} from './impact-prefixes.ts'
import type { RoutesSeenState } from '../api/index.ts'
import { formatUtcMinuteOfDay } from '#lib/contract/time/dates.ts'
import type { EpochMs } from '#lib/contract/time/time.ts'
import { formatLastKnown } from '#lib/contract/words/last-known.ts'
import type { RouteCounts } from './impact-routes.ts'
import { type ImpactTraffic, formatTraffic } from './impact-traffic.ts'
import { formatSiteName, formatNewSiteState } from '#lib/contract/words/site-states.ts'

/** Effects of an incident: the current effects while it is ongoing, and all effects once it is over. */
interface Impact extends PrefixCounts {
  /** the effects in one sentence */
  summary: string
  /** the part of the summary about observed effects, without traffic; null = no effect was observed */
  observed: string | null
  routes: RoutesSeenState
  /** names of the gateways whose tables were not read since the incident began; empty unless `routes` is `not_read` */
  unread: string[]
  /** change of traffic; null = the events are not about a circuit or VPN connection, or traffic was not read */
  traffic: ImpactTraffic | null
}

/** Event kinds for the loss of paths, largest loss first. The text about a resource contains only its largest loss. */
const LOSSES = ['circuit_down', 'gateway_isolated', 'connection_down', 'redundancy_lost', 'path_down'] as const
const POLLING = ['collector_error', 'collector_degraded', 'nothing_polled'] as const

/** Event kinds that can contribute to an impact. */
export const impactEventKinds: readonly EventKind[] = [
  ...LOSSES,
  ...PATH_MOVE_EVENT_KINDS,
  ...POLLING,
  'no_path',
  'more_specific',
  'mass_withdraw',
  'default_route_disappeared',
  'hub_connection_emptied',
  'site_state_changed',
  'peer_lost',
  'gateway_instance_lost',
  'tunnel_down',
  'session_down',
  'green_but_dead',
  'one_way_traffic',
  'bandwidth_high',
  'n1_stranding',
]

/** Maximum number of names in a text. For more resources, the text contains their number. */
const MAX_NAMES = 2

/** Facts about an incident, in addition to its events, that determine its effects. */
interface SeenOfIncident {
  isOver: boolean
  routes: RoutesSeenState
  /** names of the gateways whose tables were not read */
  unread?: readonly string[]
  /** time of the last poll of these tables, if they are no longer polled; null = their next poll is due */
  unreadSince?: EpochMs | null
  /** present time, on whose day times have no date; absent = all times have a date */
  now?: EpochMs
  traffic?: ImpactTraffic | null
  /** effects from the comparison of route tables; null = unknown, so that prefixes are counted from events */
  tables?: RouteCounts | null
}

/**
 * Returns the effects of an incident (docs/rules/events.md, "Impact"). They are derived only from its events, byte
 * counters and route tables. While it is ongoing, only effects of ongoing events are described; once it is over,
 * effects of all events. "No prefix cut off" is stated only if all routes were read since it began.
 * @param events events of {@link impactEventKinds}; others are ignored
 */
export function computeIncidentImpact(
  events: readonly ImpactEvent[],
  { isOver, routes, unread = [], unreadSince = null, traffic = null, tables = null, now = 0 }: SeenOfIncident,
): Impact {
  const shown = events.filter(({ ended }) => isOver || ended === null)
  const of = (...kinds: readonly EventKind[]) => shown.filter(({ kind }) => kinds.includes(kind))
  const prefixes = tables
    ? countPrefixesByTables(tables, { isOver, routes })
    : countPrefixesByEvents(shown, { isOver, routes })
  const withdrawn = of('mass_withdraw', 'default_route_disappeared', 'hub_connection_emptied')
  // A withdrawal of prefixes that came back is not mentioned if tables show effects, because the comparison of tables
  // already counts its prefixes.
  const isExplained = (tables?.effects.length ?? 0) > 0
  const happened = [
    ...prefixes.lost,
    ...formatWithdrawn(withdrawn, isOver, isExplained),
    ...prefixes.others,
    ...formatSite(of('site_state_changed'), isOver),
  ]
  // Repeated losses of the same subject count once.
  const places = [...new Map(shown.map((event) => [`${event.kind} ${event.scope} ${event.subject}`, event])).values()]
  const losses = places.filter(({ kind }) => LOSSES.some((loss) => loss === kind))
  const left = [...formatLoss(losses, isOver), ...formatOtherLoss(places, isOver)]
  const isPollingAlone = happened.length + left.length === 0 && of(...POLLING).length > 0
  const nothingLost =
    prefixes.lost.length > 0 || isPollingAlone ? [] : noLossWords({ routes, unread, unreadSince, isOver, now })
  const flows = traffic ? formatTraffic(traffic, isOver, now) : []
  const before = isPollingAlone ? [formatPolling(isOver)] : [...happened, ...nothingLost]
  const observed = isPollingAlone ? before : [...happened, ...left]
  const isNothing = before.length + left.length === 0
  const parts = [...(isNothing ? [formatNoLoss(isOver)] : before), ...flows, ...left]
  return {
    summary: sentence(parts.join('; ')),
    observed: observed.length === 0 ? null : sentence(observed.join('; ')),
    ...prefixes.counts,
    routes,
    unread: [...unread],
    traffic,
  }
}

const formatPolling = (isOver: boolean) =>
  isOver
    ? 'no effect on the network is known: polls failed, and what happened meanwhile was not seen'
    : 'no effect on the network is known: polls fail, and what happens meanwhile is not seen'

const formatNoLoss = (isOver: boolean) => `no effect on routes or redundancy ${isOver ? 'was recorded' : 'is known'}`

function noLossWords({ routes, unread = [], unreadSince = null, isOver, now = 0 }: SeenOfIncident): string[] {
  const whose = unread.length === 0 ? '' : ` of ${listed(unread, 'gateways')}`
  switch (routes) {
    case 'read':
      // For an incident that is over, the text says "seen", because a loss that ended before the next poll is not
      // visible.
      return [isOver ? 'no prefix was seen to be cut off' : 'no prefix cut off']
    case 'not_polled':
      return ['prefix impact unknown: routes are not polled']
    case 'not_read':
      if (!isOver && unreadSince !== null)
        return [`prefix impact unknown: routes${whose} ${formatLastKnown(formatUtcMinuteOfDay(unreadSince, now))}`]
      if (!isOver) return [`prefix impact: waiting for the next route poll${whose}`]
      return whose === '' ? [] : [`prefix impact unknown: routes${whose} were not read`]
    case 'unknown':
      return []
  }
}

function formatWithdrawn(events: readonly ImpactEvent[], isOver: boolean, isExplained: boolean): string[] {
  // A withdrawal that is a part of another event is left out. For example, the restart of a gateway also removes its
  // routes, although no router withdrew them.
  const withdrawn = events.filter(({ kind, partOf }) => kind !== 'default_route_disappeared' && partOf === null)
  const words: string[] = []
  if (withdrawn.length > 0) {
    const { text, isOne } = formatPrefixCount(withdrawn)
    const away = isOver ? formatAbsence(withdrawn, isOne) : ''
    if (!isExplained || away !== '') words.push(`${text} ${formatBeVerb(isOver, isOne)}withdrawn${away}`)
  }
  if (events.some(({ kind }) => kind === 'default_route_disappeared'))
    words.push(isOver ? 'the default route was not announced' : 'the default route is not announced')
  return words
}

/**
 * Formats the note about withdrawn prefixes that did not come back. Their events ended when the prefixes had been
 * absent for as long as they had been present before.
 */
function formatAbsence(withdrawn: readonly ImpactEvent[], isOne: boolean): string {
  const away = withdrawn.filter(({ flags }) => flags.includes('baseline'))
  if (away.length === 0) return ''
  const part = away.length < withdrawn.length ? 'in part ' : ''
  return `, ${part}not restored (closed after being absent as long as ${isOne ? 'it' : 'they'} had been present)`
}

function formatSite(sites: readonly ImpactEvent[], isOver: boolean): string[] {
  const named = sites.flatMap(({ subject, flags }) => {
    const state = formatNewSiteState(flags)
    return state === null ? [] : `site ${formatSiteName(subject)} ${formatBeVerb(isOver, true)}${state}`
  })
  const all = [...new Set(named)]
  return all.length > MAX_NAMES
    ? [`${all.length} sites ${formatBeVerb(isOver, false)}on other paths or not reached`]
    : all
}

/** Returns phrases about the largest loss of each resource. */
function formatLoss(losses: readonly ImpactEvent[], isOver: boolean): string[] {
  const largest = new Map<string, ImpactEvent>()
  for (const kind of LOSSES)
    for (const event of losses.filter((one) => one.kind === kind)) {
      const key = `${event.scope} ${peeringOf(event)}`
      const known = largest.get(key)
      if (known === undefined || known.kind === kind) largest.set(known ? `${key} ${event.subject}` : key, event)
    }
  const all = [...largest.values()]
  return LOSSES.flatMap((kind) => {
    const own = all.filter((event) => event.kind === kind)
    return own.length === 0 ? [] : lossOfKind(kind, own, isOver)
  })
}

/** Returns the peering of a lost path; an empty text for a gateway or a connection, which is lost as a whole. */
const peeringOf = ({ kind, subject }: ImpactEvent) =>
  kind === 'gateway_isolated' || kind === 'connection_down' ? '' : (subject.split('/')[0] ?? '')

/**
 * Returns the name of the resource that lost a path. Only Microsoft peering is mentioned, because private peering is
 * the usual one.
 */
const placeOf = (event: ImpactEvent) => {
  // Names the connection, because the gateway of a hub may have several.
  if (event.kind === 'connection_down') return event.subject
  return peeringOf(event) === 'MicrosoftPeering' ? `${event.scopeName} (Microsoft peering)` : event.scopeName
}

function lossOfKind(kind: (typeof LOSSES)[number], events: readonly ImpactEvent[], isOver: boolean): string {
  const places = [...new Set(events.map(placeOf))]
  const list = (noun: string) => listed(places, noun)
  const meanwhile = isOver ? ' meanwhile' : ''
  switch (kind) {
    case 'circuit_down':
      return `no path on ${list('circuits')}${meanwhile}`
    case 'gateway_isolated':
      return `no BGP peer on ${list('gateways')}${meanwhile}`
    case 'connection_down':
      return `no tunnel on ${list('VPN connections')}${meanwhile}`
    case 'redundancy_lost':
      return `no redundancy on ${list('circuits')}${isOver ? meanwhile : ' until it is repaired'}`
    case 'path_down':
      return `${events.length === 1 ? 'one path' : `${events.length} paths`} of ${list('circuits')} ${formatBeVerb(isOver, events.length === 1)}down`
  }
}

const listed = (names: readonly string[], noun: string) =>
  names.length > MAX_NAMES ? `${names.length} ${noun}` : names.join(' and ')

/**
 * Returns phrases about losses other than paths (for example gateway instances or tunnels). Losses that are part of a
 * larger loss are left out.
 */
function formatOtherLoss(shown: readonly ImpactEvent[], isOver: boolean): string[] {
  const of = (kind: EventKind) => shown.filter((event) => event.kind === kind)
  const hasLoss = shown.some(({ kind }) => LOSSES.some((loss) => loss === kind))
  const counted = (events: readonly ImpactEvent[], one: string, many: string) => {
    const places = listed([...new Set(events.map(({ scopeName }) => scopeName))], 'resources')
    return `${events.length === 1 ? one : `${events.length} ${many}`} of ${places}`
  }
  const words: string[] = []
  const instances = of('gateway_instance_lost')
  if (instances.length > 0)
    words.push(`${counted(instances, 'one instance', 'instances')} ${formatBeVerb(isOver, instances.length === 1)}lost`)
  const peers = hasLoss ? [] : of('peer_lost')
  if (peers.length > 0)
    words.push(`${counted(peers, 'one BGP peer', 'BGP peers')} ${formatBeVerb(isOver, peers.length === 1)}lost`)
  const downed = new Set(of('connection_down').map(({ scope }) => scope))
  const tunnels = of('tunnel_down').filter(({ scope }) => !downed.has(scope))
  if (tunnels.length > 0)
    words.push(`${counted(tunnels, 'one tunnel', 'tunnels')} ${formatBeVerb(isOver, tunnels.length === 1)}down`)
  for (const [kind, now, past] of TRAFFIC) {
    const events = of(kind)
    const places = listed([...new Set(events.map(({ scopeName }) => scopeName))], 'circuits')
    if (events.length > 0) words.push(`${isOver ? past : now} ${places}`)
  }
  if (of('n1_stranding').length > 0)
    words.push(isOver ? 'one more failure would have cut off prefixes' : 'one more failure cuts off prefixes')
  const sessions = of('session_down')
  if (words.length === 0 && !hasLoss && sessions.length > 0)
    words.push(
      `${counted(sessions, 'one BGP session', 'BGP sessions')} ${formatBeVerb(isOver, sessions.length === 1)}down`,
    )
  return words
}

const TRAFFIC = [
  ['green_but_dead', 'sessions are up, and no traffic flows on', 'sessions were up, and no traffic flowed on'],
  ['one_way_traffic', 'traffic in one direction only on', 'traffic flowed in one direction only on'],
  ['bandwidth_high', 'little bandwidth is left on', 'little bandwidth was left on'],
] as const satisfies readonly (readonly [EventKind, string, string])[]

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
