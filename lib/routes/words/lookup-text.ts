import { formatAsPath, isNetworkSpaceRoute } from '#lib/bgp/index.ts'
import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { formatWordList } from '#lib/contract/recurrence/rule-text.ts'
import { OTHER_CUSTOMERS_PATH_LABEL } from '#lib/contract/customer.ts'
import type { UnpolledInterval } from '#lib/contract/index.ts'
import { formatPollOutcome } from '#lib/contract/words/outcomes.ts'
import type { LookupCandidate, LookupContext, RouteLookup } from '#lib/routes/api/index.ts'
import { listDownPaths } from './down-paths.ts'
import { createLookupTimeFormat, formatLookupContextTimes, type LookupTimeFormat } from './lookup-context-text.ts'

const causes: Record<string, string> = createSafeLookupTable({
  longest_prefix: 'of the longest prefix',
  own_space: 'of the network’s own space, which no BGP route overrides',
  transport: 'of the link type',
  connection_weight: 'of the connection’s weight',
  weight: 'of the weight',
  local_preference: 'of the local preference',
  origin: 'of the origin',
  ebgp: 'of eBGP over iBGP',
  row_weight: 'of the route’s weight',
})

const systemLabels: Record<NonNullable<RouteLookup['system']>, string> = {
  vnet: 'Azure’s system route delivers it inside the virtual network',
  peering: 'Azure’s system route delivers it to the peered virtual network',
  internet: 'Azure’s default system route sends it to the Internet',
}

interface LookupNames {
  /** returns the name of a circuit by its ID */
  circuit: (id: string) => string
  /** the queried time with its zone, such as `03:12:00 UTC` */
  moment: string
  /** true if the time is in the past */
  past: boolean
  /** format of times; absent = UTC */
  clock?: LookupTimeFormat
}

/** Names of circuits, and texts about a path of a circuit that is down. */
interface CarrierNames extends Pick<LookupNames, 'circuit'> {
  /** returns a text about the paths of a circuit (by its ID) that are down; null = no path is down */
  formatDown?: (circuitId: string) => string | null
}

/** Display names of transports; `unknown` has an empty name. */
export const transportLabels: Record<LookupCandidate['transport'], string> = {
  er: 'ExpressRoute',
  vpn: 'VPN',
  nva: 'appliance',
  unknown: '',
}

/**
 * Returns the main statement of a look-up and the statement below it, which is null if there is none. If no route table
 * has data, the last known routes are the only statement, because they are the best that is known.
 * @param names `clock` formats the time of the last known routes
 */
export function listLookupStatements(
  lookup: RouteLookup,
  names: LookupNames & LastKnownNames,
): [main: string, below: string | null] {
  const lead = formatLookupLead(lookup, names)
  const lastKnown = formatLastKnownRoute(lookup, names)
  return lastKnown !== null && lookup.known === 'unknown' ? [lastKnown, null] : [lead, lastKnown]
}

/**
 * Returns a short text about how an address is routed, for example `10.10.4.7 was routed via erc-london, both paths
 * (ECMP)`. An uncertain result begins with `Uncertain:`.
 */
export function formatLookupLead(lookup: RouteLookup, names: LookupNames): string {
  const { ip, known, candidates } = lookup
  const used = candidates.filter(({ rank }) => rank === 1)
  if (used.length === 0) return `${known === 'observed' ? '' : 'Uncertain: '}${formatUnrouted(lookup, names)}`
  const formatDown = createDownPathFormat(lookup, names.clock ?? createLookupTimeFormat(lookup.at))
  const lead = `${ip} ${names.past ? 'was' : 'is'} ${formatUsedRoutes(used, { circuit: names.circuit, formatDown })}`
  return known === 'observed' ? lead : `Uncertain: ${lead}`
}

/**
 * Returns a function that formats the paths of a circuit that are down while the circuit is in use: `primary down since
 * 17:45:54–17:46:01 UTC`.
 */
function createDownPathFormat(lookup: RouteLookup, clock: LookupTimeFormat) {
  const paths = Map.groupBy(listDownPaths(lookup), ({ circuitId }) => circuitId)
  return (circuitId: string) =>
    paths
      .get(circuitId)
      ?.map(({ path, since }) => {
        const begin = since && formatLookupContextTimes({ startedBetween: since, endedBetween: null }, clock)
        return [path, 'down', begin].filter(Boolean).join(' ')
      })
      .join(', ') ?? null
}

/**
 * Returns the virtual networks, circuits or gateways of the routes in use for each network or hub in which the traffic
 * starts, for example `routed via erc-london, primary path from vnet-hub and via an appliance from vhub-weu`. The starts
 * are left out if all routes are the same.
 */
function formatUsedRoutes(used: readonly LookupCandidate[], names: CarrierNames): string {
  const starts = groupCandidatesByStart(used)
  const carried = starts.filter(({ candidates }) => !candidates.every(isNetworkSpaceRoute))
  const delivered = formatDelivery(starts.filter((one) => !carried.includes(one)))
  if (carried.length === 0) return delivered
  const all = new Set(carried.map(({ candidates }) => formatVia(candidates, names)))
  if (all.size === 1 && delivered === '') return `routed ${[...all].join('')}`
  const groups = Map.groupBy(
    carried,
    ({ candidates }) => formatViaFromItself(candidates) ?? formatVia(candidates, names),
  )
  const vias = [...groups].map(
    ([via, own]) => `${via} from ${formatWordList(own.map(({ start }) => start ?? 'a circuit'))}`,
  )
  return `${delivered && `${delivered}, and `}routed ${formatWordList(vias)}`
}

/** Returns the virtual networks in which Azure delivers the traffic of some starts; '' if there are no starts. */
function formatDelivery(starts: ReturnType<typeof groupCandidatesByStart>): string {
  const places = new Set(starts.flatMap(({ candidates }) => candidates.map(formatNetworkOfSystemRoute)))
  return places.size === 0 ? '' : `delivered inside ${formatWordList([...places])} without a gateway`
}

/** Returns the name of the virtual network in which Azure delivers the traffic of a system route. */
export const formatNetworkOfSystemRoute = ({ network }: Pick<LookupCandidate, 'network'>): string =>
  network ?? 'a virtual network of unknown name'

/** Texts for the transports of a hub or gateway that is named as the start of the traffic; `unknown` has no text. */
const transportsFromStart: Partial<Record<LookupCandidate['transport'], string>> = {
  er: 'via ExpressRoute',
  vpn: 'via VPN',
  nva: 'via an appliance',
}

/** Returns the transport of a hub's own routes, so that a text names the hub only once; null for all other routes. */
function formatViaFromItself(used: readonly LookupCandidate[]): string | null {
  const isOwn = used.every(
    ({ circuitId, scope, start, anotherCustomer, ...route }) =>
      circuitId === null && scope === start?.id && !isNetworkSpaceRoute(route) && !anotherCustomer,
  )
  const words = new Set(used.map(({ transport }) => transportsFromStart[transport]))
  const [via] = words
  return isOwn && words.size === 1 && via ? `${via}${isShared(used) ? ' (ECMP)' : ''}` : null
}

/** Names, and the format of times, in a text about last known routes. */
interface LastKnownNames extends Pick<LookupNames, 'circuit'> {
  clock: LookupTimeFormat
}

/**
 * Returns the routes at the last time at which the missing tables were polled, for example `Last known at 09:59:04 UTC:
 * 10.10.4.7 was routed via erc-london, secondary path; not polled since`; null if the result does not lack polls.
 */
export function formatLastKnownRoute(lookup: RouteLookup, { circuit, clock }: LastKnownNames): string | null {
  const { ip, lastKnown } = lookup
  if (!lastKnown) return null
  const used = lastKnown.candidates.filter(({ rank }) => rank === 1)
  const none =
    lastKnown.system === null ? `no route to ${ip}` : `no BGP route covered ${ip}: ${systemLabels[lastKnown.system]}`
  const routes = used.length === 0 ? none : `${ip} was ${formatUsedRoutes(used, { circuit })}`
  const doubt = lastKnown.known === 'observed' ? '' : 'uncertain: '
  return `Last known at ${formatClock(lastKnown.at, clock)}: ${doubt}${routes}; ${formatUnreadSince(lookup)}`
}

const formatClock = (at: string, { second, zone }: LookupTimeFormat) => `${second(at)} ${zone}`

/** Returns a text that distinguishes whether no table or only some tables were polled after the last known result. */
const formatUnreadSince = ({ known }: RouteLookup) =>
  known === 'unknown' ? 'not polled since' : 'not every table polled since'

/** Returns the time of the last known routes: `last known at 09:59:04 UTC, not polled since`. */
export const formatLastKnownTime = (
  lookup: RouteLookup,
  { at }: NonNullable<RouteLookup['lastKnown']>,
  clock: LookupTimeFormat,
): string => `last known at ${formatClock(at, clock)}, ${formatUnreadSince(lookup)}`

/**
 * Returns the lookup whose routes a picture and a list show: the last known routes if no route table has data, otherwise
 * the routes of the queried time.
 */
export const pickDrawnLookup = (lookup: RouteLookup): RouteLookup =>
  lookup.candidates.length === 0 && lookup.lastKnown
    ? { ...lookup, at: lookup.lastKnown.at, candidates: lookup.lastKnown.candidates }
    : lookup

/** Returns the title of the picture of {@link pickDrawnLookup}, without the time. It is "no route" only if that is certain. */
export function formatLookupPathTitle(lookup: RouteLookup, clock: LookupTimeFormat): string {
  const { known, candidates, lastKnown } = lookup
  const isNowDrawn = candidates.length > 0
  if (!isNowDrawn && lastKnown) {
    const since = formatLastKnownTime(lookup, lastKnown, clock)
    return lastKnown.candidates.length > 0 ? `${since}; solid was in use, dashed were other candidates` : since
  }
  if (isNowDrawn) return `${known === 'observed' ? '' : 'uncertain; '}solid is in use, dashed are other candidates`
  if (known === 'observed') return 'no route'
  return known === 'unknown'
    ? 'unknown, because no route table has data'
    : 'no route known, but not every table was read'
}

/** Returns a short text about an address without a known route. It is "No route" only if that is certain. */
export const formatNoKnownRoute = ({ ip, known }: Pick<RouteLookup, 'ip' | 'known'>): string =>
  known === 'observed' ? `No route to ${ip}` : `No route to ${ip} is known, because not every route table was read`

/**
 * Returns a text about a period without a known route change. It is "No change" only if polls covered the period.
 * @param period the period in words, for example `in this time`
 */
export const formatNoKnownChange = (period: string, hasGaps: boolean): string =>
  hasGaps ? `No change known ${period}, but not every table was polled all the time` : `No change ${period}`

/**
 * Returns a function that converts the ID of a circuit in a lookup to its name.
 * @param other returns the name of a circuit that was not on the path
 */
export function createLookupNames(
  around: LookupContext | null,
  other: (id: string) => string = () => 'a circuit',
): (id: string) => string {
  const names = new Map((around?.resources ?? []).map(({ scope, scopeName }) => [scope, scopeName]))
  return (id) => names.get(id) ?? other(id)
}

/**
 * Returns the circuits or gateways of the routes in use, for example `via erc-london, both paths (ECMP)`. All routes
 * must be from the same network in which traffic starts.
 */
function formatVia(used: readonly LookupCandidate[], names: CarrierNames): string {
  const carriers = Map.groupBy(used, ({ circuitId, scopeName, anotherCustomer }) =>
    anotherCustomer ? OTHER_CUSTOMERS_PATH_LABEL : (circuitId ?? scopeName),
  )
  const words = [...carriers].map(([carrier, own]) => formatCarrier(carrier, own, names))
  return `via ${formatWordList(words)}${isShared(used) ? ' (ECMP)' : ''}`
}

/**
 * Reports whether an instance or a path uses several next hops (ECMP). Two instances with one next hop each are not
 * ECMP.
 */
const isShared = (used: readonly LookupCandidate[]) =>
  [...Map.groupBy(used, ({ scope, instance, path }) => `${scope} ${instance ?? path}`).values()].some(
    (own) => new Set(own.map(({ nextHop, peer }) => nextHop ?? peer)).size > 1,
  )

function formatCarrier(
  carrier: string,
  own: readonly LookupCandidate[],
  { circuit, formatDown }: CarrierNames,
): string {
  const [first] = own
  if (!first || first.anotherCustomer) return carrier
  if (isNetworkSpaceRoute(first)) return `inside ${formatNetworkOfSystemRoute(first)}`
  const paths = [...new Set(own.flatMap(({ path }) => path ?? []))]
  const which = paths.length === 2 ? 'both paths' : paths.length === 1 ? `${paths[0]} path` : ''
  if (first.circuitId !== null) {
    const down = formatDown?.(first.circuitId)
    return `${[circuit(first.circuitId), which].filter(Boolean).join(', ')}${down ? ` (${down})` : ''}`
  }
  const transport = transportLabels[first.transport]
  return `${first.scopeName}${transport && ` (${transport})`}`
}

/** A line of the ranking. It contains all routes with the same rank, and the reason for this rank. */
interface RankLine {
  rank: number
  prefixes: string[]
  via: string
  asPaths: string[]
  reason: string
  known: LookupCandidate['known']
  count: number
}

/**
 * Groups the routes of a lookup by the network or hub in which the traffic starts.
 * @returns `start` is the name of the network or hub; null for routes of a circuit's paths
 */
export function groupCandidatesByStart(
  candidates: readonly LookupCandidate[],
): { start: string | null; candidates: readonly LookupCandidate[] }[] {
  const groups = Map.groupBy(candidates, ({ start }) => start?.id ?? null)
  return [...groups.values()].map((own) => ({ start: own[0]?.start?.name ?? null, candidates: own }))
}

/** Returns the lines of the ranking, one for each rank. */
export function listRankLines(candidates: readonly LookupCandidate[], names: Pick<LookupNames, 'circuit'>): RankLine[] {
  const ranks = [...Map.groupBy(candidates, ({ rank }) => rank)].toSorted(([a], [b]) => a - b)
  return ranks.map(([rank, own]) => {
    const carriers = Map.groupBy(own, ({ circuitId, scopeName, anotherCustomer }) =>
      anotherCustomer ? OTHER_CUSTOMERS_PATH_LABEL : (circuitId ?? scopeName),
    )
    const distinct = (of: (one: LookupCandidate) => string) => [...new Set(own.map(of))].filter(Boolean)
    return {
      rank,
      prefixes: distinct(({ prefix }) => prefix),
      via: formatWordList([...carriers].map(([carrier, some]) => formatCarrier(carrier, some, names))),
      asPaths: distinct(formatAsPath),
      reason: own[0]?.reason ?? '',
      known: own.some(({ known }) => known === 'indeterminate') ? 'indeterminate' : 'observed',
      count: own.length,
    }
  })
}

/** Returns a sentence about an address to which no BGP route is in use, or about which no route table was read. */
function formatUnrouted({ ip, known, system }: RouteLookup, { moment, past }: LookupNames): string {
  if (known === 'unknown') return `unknown route to ${ip} at ${moment}: no route table has data for that time`
  if (system !== null) return `At ${moment} no BGP route ${past ? 'covered' : 'covers'} ${ip}: ${systemLabels[system]}`
  return known === 'observed'
    ? `At ${moment} there ${past ? 'was' : 'is'} no route to ${ip}`
    : `at ${moment} no route to ${ip} ${past ? 'was' : 'is'} known, but a table that may hold one has no data`
}

/**
 * Returns a sentence about the route tables that a look-up could not use, with the reasons; null if there are none:
 * `2 tables were not read: Azure gives no routes for this connection.`
 */
export function formatUnreadTables(
  uncovered: readonly Pick<UnpolledInterval, 'outcome'>[] | undefined,
  omitted = 0,
): string | null {
  if (!uncovered || uncovered.length === 0) return null
  const reasons = [...new Set(uncovered.map(({ outcome }) => formatPollOutcome(outcome)))]
  const count = uncovered.length + omitted
  return `${count} ${count === 1 ? 'table was' : 'tables were'} not read: ${reasons.join(', ')}.`
}

/**
 * Returns a sentence about the user-defined routes of GatewaySubnets that cover the address; null if there are none.
 * They are not part of the ranking.
 */
export function formatUserRoute({ userRoutes }: Pick<RouteLookup, 'userRoutes'>): string | null {
  if (userRoutes.length === 0) return null
  const routes = userRoutes.map(
    ({ prefix, nextHopType, nextHops, routeTable, scopeName }) =>
      `${prefix} to ${nextHops.join(' and ') || (nextHopType ?? 'an unknown next hop')} (${routeTable} at ${scopeName})`,
  )
  const unapplied = [...new Set(userRoutes.flatMap((one) => one.unapplied ?? []))]
  const taking = unapplied.length === 0 ? 'take' : 'are configured to take'
  return [
    `Not ranked: user-defined routes of the GatewaySubnet ${taking} what comes from on-premises for ${routes.join(', ')}.`,
    ...unapplied,
  ].join(' ')
}

/**
 * Returns a sentence for each subnet with private endpoints that contains the address. Their routes are not part of the
 * ranking.
 */
export const formatPrivateEndpoint = ({ privateEndpoints }: Pick<RouteLookup, 'privateEndpoints'>): string[] =>
  privateEndpoints.map(({ network, subnet, appliesRoutes }) => {
    const unless = {
      true: ', unless the user-defined route is as long as the space of the network or longer',
      false: '',
      null: ', unless the subnet applies user-defined routes to them, which Azure does not state',
    }[`${appliesRoutes}`]
    return `Not modelled: private endpoints in ${subnet} of ${network}. The /32 of one precedes user-defined routes${unless}.`
  })

/** Returns a sentence about each hub firewall on the path. */
export const formatHubFirewallsOnPath = ({ firewalls }: Pick<RouteLookup, 'firewalls'>): string[] =>
  firewalls.map(({ scopeName, firewall, traffic, prefix, behind, unapplied }) => {
    if (unapplied !== null)
      return `${scopeName} is configured to send ${prefix} to ${firewall}. ${unapplied} Where the traffic goes is not known.`
    if (traffic === null) return `${scopeName} has the firewall ${firewall}: what it sends there is not read.`
    const sent = `${scopeName} sends ${traffic === 'private' ? 'private' : 'Internet'} traffic (${prefix}) to ${firewall} first; what that lets through is not read.`
    if (behind === null) return sent
    const places = [...new Set(behind.map((one) => `${one.name} (${one.prefix})`))]
    return places.length === 0
      ? `${sent} No network or connection of the hub has the address.`
      : `${sent} Behind it: ${formatWordList(places)}.`
  })

/**
 * Returns a sentence about each network interface in the lookup, with its effective route that covers the address. If
 * its next hops are not those of the gateway's routes in use, a second sentence states this. Interfaces that drop the
 * traffic are left out ({@link listDroppingInterfaces}).
 * @param nameOf returns the name of the device with an address ({@link createNextHopNames})
 */
export const formatRoutesOfNetworkInterfaces = (
  { interfaces, candidates }: Pick<RouteLookup, 'interfaces' | 'candidates'>,
  nameOf: (address: string) => string | null,
  clock: LookupTimeFormat,
): string[] =>
  interfaces
    .filter((one) => !isDropping(one))
    .map((one) => {
      const { prefix, source, nextHopType, nextHops, known, readAt } = one
      const isByGateway = nextHopType?.toLowerCase() === 'virtualnetworkgateway'
      const hops = nextHops.map((hop) => {
        const name = nameOf(hop) ?? (isByGateway ? 'path unknown' : null)
        return name === null ? hop : `${hop} (${name})`
      })
      const to = [nextHopType ?? 'an unknown next hop', formatWordList(hops)].filter(Boolean).join(' ')
      const doubt = known === 'indeterminate' ? DOUBTFUL_ROUTE : ''
      const reading = readAt ? `its last reading at ${formatClock(readAt, clock)}` : 'its last reading'
      return [
        `At ${formatInterfacePlace(one)} the effective route ${prefix} (${source ?? 'source not stated'}) sends it to ${to}${doubt}.`,
        ...(isByGateway && isUnlikeRoutesInUse(nextHops, candidates)
          ? [`These are the next hops of the interface at ${reading}; they differ from the gateway’s choice.`]
          : []),
      ].join(' ')
    })

const DOUBTFUL_ROUTE = '; it changed between two polls around this time'

type InterfaceRoute = RouteLookup['interfaces'][number]

const formatInterfacePlace = ({ scopeName, network }: InterfaceRoute) =>
  network === null ? scopeName : `${scopeName} in ${network}`

/** Reports whether Azure drops packets to the address that leave a network interface: its route has the next hop None. */
const isDropping = ({ nextHopType }: InterfaceRoute) => nextHopType?.toLowerCase() === 'none'

/** Returns a text about each network interface whose packets to the address Azure drops. */
export const listDroppingInterfaces = ({ interfaces }: Pick<RouteLookup, 'interfaces'>): string[] =>
  interfaces.filter(isDropping).map((one) => {
    const doubt = one.known === 'indeterminate' ? DOUBTFUL_ROUTE : ''
    return `Dropped at ${formatInterfacePlace(one)}: its effective route ${one.prefix} (${one.source ?? 'source not stated'}) has the next hop None${doubt}`
  })

/**
 * Reports whether next hops of a network interface differ from the routes in use of every start. The next hop of an
 * interface is the edge router for ExpressRoute, and otherwise the instance of the gateway. Returns false if no gateway
 * has a route in use.
 */
function isUnlikeRoutesInUse(nextHops: readonly string[], candidates: readonly LookupCandidate[]): boolean {
  const used = candidates.filter((one) => one.rank === 1 && one.table === 'learned' && !isNetworkSpaceRoute(one))
  const own = new Set(nextHops)
  const starts = groupCandidatesByStart(used).map(
    (start) =>
      new Set(
        start.candidates.flatMap(({ transport, peer, instance }) => (transport === 'er' ? peer : instance) ?? []),
      ),
  )
  return starts.length > 0 && starts.every((hops) => hops.size !== own.size || [...hops].some((hop) => !own.has(hop)))
}

/** Returns the reason why the result is uncertain; null if it is certain, or if no route table was read. */
export function formatLookupDoubt({ known, candidates }: RouteLookup): string | null {
  if (known !== 'indeterminate') return null
  if (candidates.some((candidate) => candidate.known === 'indeterminate')) {
    return 'Uncertain: a route to it changed between two polls around this time.'
  }
  return 'Uncertain: no data at this time for a table, or an instance of one, that may hold a better route.'
}

/**
 * Returns short reasons why the routes in use are preferred, for example `Because of the shorter AS path: 2 hops against
 * 4`. If networks or hubs have different reasons, each reason names its networks: `From vnet-hub: because it is the only
 * route`. The list is empty without a route.
 */
export function listLookupReasons({ candidates }: Pick<RouteLookup, 'candidates'>): string[] {
  const starts = groupCandidatesByStart(candidates.filter(({ rank }) => rank === 1))
  const reasons = Map.groupBy(starts, (one) => because(one.candidates))
  return [...reasons].map(([reason, own]) =>
    reasons.size === 1
      ? `Because ${reason}`
      : `From ${formatWordList(own.map(({ start }) => start ?? 'a circuit'))}: because ${reason}`,
  )
}

/**
 * Returns a function that names the device with an address that routes of a lookup use as a next hop: the instance of a
 * gateway (`ergw-hub instance`), or the edge router or neighbor of a path (`erc-london primary`). It returns null for
 * an address that no route of the lookup, or of the time around it, identifies.
 */
export function createNextHopNames(
  { candidates, lastKnown, around }: Pick<RouteLookup, 'candidates' | 'lastKnown' | 'around'>,
  { circuit }: Pick<LookupNames, 'circuit'>,
): (address: string) => string | null {
  const names = new Map<string, string>()
  const nameOf = (circuitId: string, path: string | null) => [circuit(circuitId), path].filter(Boolean).join(' ')
  // The routes of a lost path are withdrawn, so that only routes of an earlier time contain its neighbor.
  for (const { address, circuitId, path } of around?.neighbors ?? []) names.set(address, nameOf(circuitId, path))
  const known = [...candidates, ...(lastKnown?.candidates ?? [])].filter(({ anotherCustomer }) => !anotherCustomer)
  for (const { peer, circuitId, path } of known)
    if (peer !== null && circuitId !== null) names.set(peer, nameOf(circuitId, path))
  // An instance also learns routes of circuits from the other instances of its gateway, so that its own name comes last.
  for (const { instance, scopeName } of known) if (instance !== null) names.set(instance, `${scopeName} instance`)
  return (address) => names.get(address) ?? null
}

function because([first]: readonly LookupCandidate[]): string {
  if (!first || first.rule === 'only') return 'it is the only route'
  if (first.rule === 'equal') return 'the routes are equal (ECMP)'
  const [decided = ''] = first.reason.split('; ')
  if (first.anotherCustomer) return 'it comes first there'
  const cause = causes[first.rule]
  return cause ? `${cause} (${decided})` : first.rule === 'as_path' ? `of the ${decided}` : decided
}
