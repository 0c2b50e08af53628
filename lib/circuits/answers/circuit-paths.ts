import {
  type Bounds,
  type CircuitPath,
  countedPeerings,
  type EpochMs,
  intentOf,
  isBeingDeleted,
  type PathLink,
  type PollKind,
} from '#lib/contract/index.ts'
import type { StoredPath } from '../api/index.ts'
import {
  type ArpState,
  arpLayer,
  arpState,
  type BgpLayer,
  bgpLayer,
  isUsable,
  judgePath,
  mayHavePassedBefore,
  provisionedLayer,
  staleAfterIntervalMs,
  trafficLayer,
} from '#lib/detection/index.ts'
import type {
  CurrentArpEntry,
  CounterNow,
  MetricNow,
  SessionAt,
  SourceStatus,
  StoredEvent,
} from '#lib/history/index.ts'
import {
  type CircuitResource,
  circuitLinks,
  mainLink,
  lastGoodAt,
  pollFreshness,
  customerRow,
  fallOf,
  isLinkDisabled,
  isSame,
  judgeStored,
  hasBeginning,
} from '#lib/questions/index.ts'
import { ratesOf } from '../rules/rates.ts'

import { coveredMs, type TimeSpan } from '#lib/contract/time/spans.ts'
import { provenUntil } from '#lib/incidents/answers/index.ts'
import { metricAvailability } from '#lib/sessions/answers/index.ts'

/** All that was read for circuits, of one circuit or of all. */
export interface CircuitPathFacts {
  now: EpochMs
  sources: SourceStatus[]
  sessions: SessionAt[]
  arp: CurrentArpEntry[]
  emptyArp: ReadonlyMap<number, EpochMs | null>
  counters: CounterNow[]
  metrics: MetricNow[]
  /** open events of paths that are green but dead: detection has held their bytes against what is expected of them */
  dead: StoredEvent[]
  /** open events of paths and peerings that are down */
  lost: StoredEvent[]
  /** when no poll would have seen one of them end */
  unseenOf: (event: StoredEvent) => readonly TimeSpan[]
  /** judged by what was read last, however long ago that is */
  asLastRead?: boolean
}

/**
 * One path of a circuit: its layers, its state, and the numbers beside it. What was proved to be broken and is not polled any more stays in
 * that state, and says since when nobody confirms it; what was fine is unknown.
 */
export function pathView(circuit: CircuitResource, path: CircuitPath, facts: CircuitPathFacts): StoredPath {
  const present = viewOf(circuit, path, facts)
  if (present.state !== 'unknown') return present
  const last = viewOf(circuit, path, { ...facts, asLastRead: true })
  if (last.state !== 'down' && last.state !== 'degraded') return present
  const polls = (['summary', 'arp'] as const).map((kind) => sourceOf(circuit, path, kind, facts))
  const stale = polls.flatMap((source) => (source && !speaks(source, facts) ? (lastGoodAt(source.poll) ?? []) : []))
  if (stale.length === 0) return present
  const { state, reason, since, layers, confirmedAt, notObservedSeconds } = last
  const lost = { state, reason, since, layers, confirmedAt, notObservedSeconds }
  return { ...present, ...lost, unconfirmedSince: Math.min(...stale) }
}

/** What is said of a path's times while it is down: as its event says it, else as its session or ARP entry. Less than that has no bound but now. */
function lossOf(
  state: StoredPath['state'],
  bounds: Bounds,
  { resource, peering }: CircuitResource,
  path: CircuitPath,
  { lost, unseenOf, sources, now }: CircuitPathFacts,
): Pick<StoredPath, 'since' | 'confirmedAt' | 'notObservedSeconds'> {
  if (state !== 'down') return { since: bounds }
  const subject = `${peering?.name}/${path}`
  const event = lost.find((one) => one.kind === 'path_down' && one.subject === subject)
  const started = event?.started ?? bounds
  const loss = { kind: 'path_down', severity: 'major', scope: resource.id, subject, started, ended: null } as const
  const at = provenUntil([loss], sources, now)
  const unseenMs = event && at ? coveredMs(unseenOf(event), started.latest, at) : 0
  return { since: started, confirmedAt: at, notObservedSeconds: unseenMs / 1_000 }
}

function viewOf(circuit: CircuitResource, path: CircuitPath, facts: CircuitPathFacts): StoredPath {
  const { peering, config } = circuit
  const link = mainLink(circuit, path)
  const bgp = bgpOf(circuit, path, facts, link)
  const beside = circuitLinks(circuit, path).find(({ family }) => family === 6 && link?.family === 4)
  const arp = arpOf(circuit, path, facts, bgp.layer)
  const counters = countersOf(circuit, path, isCounted(circuit) ? (peering?.name ?? null) : null, facts)
  const provisioned = provisionedLayer({ ...config.provisioning, peering: peering && intentOf(peering) })
  const dead = deadEvent(peering?.name, path, facts)
  const traffic = dead ? 'quiet' : trafficLayer(counters)
  const { state, reason } = judgePath({
    configured: link !== null,
    provisioned,
    isBeingDeleted: peering !== null && isBeingDeleted(peering),
    l2: arp.layer,
    arp: arp.state,
    bgp: bgp.layer,
    downReason: bgp.row?.downReason ?? null,
    traffic,
    passedBefore:
      // a path that detection reports as lost by metrics is lost until detection ends that
      (bgp.metric !== null && facts.lost.some(isAbout(peering?.name, path))) ||
      mayHavePassedBefore(counters.from, [
        ...(arp.lostSince ? [arp.lostSince] : []),
        ...(bgp.measured ? [bgp.measured] : []),
        ...lastLost(circuit, path, facts, link),
      ]),
    // quiet with nothing expected is a passive path; that something is, detection's flat test has proven
    expectation: dead ? 'high' : 'none',
    metrics: bgp.metric === null && arp.metric === null ? null : { bgp: bgp.metric, arp: arp.metric },
  })
  return {
    path,
    state,
    reason,
    layers: { provisioned, arp: arp.state, bgp: bgp.layer, traffic },
    bgpOverIpv6: beside ? bgpOf(circuit, path, facts, beside).layer : null,
    unconfirmedSince: null,
    ...lossOf(
      state,
      state === 'degraded' && dead ? dead.started : sinceOf(state, circuit, path, bgp.row, arp, facts),
      circuit,
      path,
      facts,
    ),
    arp: arp.rows.map((row) => ({ ...row, age: row.ageMinutes })),
    routesReceived: bgp.routesReceived,
    bitsInPerSecond: counters.bitsIn,
    bitsOutPerSecond: counters.bitsOut,
    ...(isCounted(circuit) && { allPeerings: allPeeringsOf(circuit, path, facts) }),
    bytesIn: counters.bytesIn,
    bytesOut: counters.bytesOut,
    countersAt: counters.at,
    customerAddress: link?.customer ?? null,
    microsoftAddress: link?.microsoft ?? null,
  }
}

/** An open event of this path, or of both of the peering's. */
const deadEvent = (
  peering: string | undefined,
  path: CircuitPath,
  { dead }: CircuitPathFacts,
): StoredEvent | undefined => dead.find(isAbout(peering, path))

const isAbout =
  (peering: string | undefined, path: CircuitPath) =>
  ({ subject }: StoredEvent) =>
    subject === peering || subject === `${peering}/${path}`

/** When a path was last known to be lost: by the last reading of its session, however old that is, and by what is reported of it. */
function lastLost(
  circuit: CircuitResource,
  path: CircuitPath,
  facts: CircuitPathFacts,
  link: PathLink | null,
): Bounds[] {
  const row = link && customerRow(facts.sessions, circuit, path, link)
  const readAt = row && row.everEstablished && row.last.state !== 'established' ? row.poll.lastOkStartedAt : null
  const reported = facts.lost.filter(isAbout(circuit.peering?.name, path))
  return [
    ...(row && readAt !== null ? [row.since, { earliest: readAt, latest: readAt }] : []),
    ...reported.map(({ started }) => started),
  ]
}

/** The poll of one kind that covers this path: the path's own, or that of its peering. */
function sourceOf({ resource, peering }: CircuitResource, path: CircuitPath, kind: PollKind, facts: CircuitPathFacts) {
  return facts.sources.find(
    (source) =>
      source.scope === resource.id &&
      source.poll.kind === kind &&
      source.path === path &&
      isSame(source.peering, peering?.name),
  )
}

/** Where peerings have counters of their own, those of the circuit mix them. */
const isCounted = ({ config }: CircuitResource): boolean => countedPeerings(config).length > 0

/** @param peering null = all peerings together */
const counterSource = ({ resource }: CircuitResource, peering: string | null, { sources }: CircuitPathFacts) =>
  sources.find(
    (source) =>
      source.scope === resource.id &&
      source.poll.kind === 'stats' &&
      source.path === null &&
      (peering === null ? source.peering === null : isSame(source.peering, peering)),
  )

type CircuitPathsQuery = Pick<CircuitPathFacts, 'now' | 'asLastRead'>

const isFresh = (source: SourceStatus | undefined, asked: CircuitPathsQuery): source is SourceStatus =>
  source !== undefined && speaks(source, asked)

/** Whether a verdict may rest on it. */
const speaks = ({ poll }: SourceStatus, { now, asLastRead }: CircuitPathsQuery): boolean =>
  asLastRead ? lastGoodAt(poll) !== null : isUsable(pollFreshness(poll, now))

interface BgpFacts {
  layer: BgpLayer
  row: SessionAt | null
  routesReceived: number | null
  /** percent, where metrics stand in for the session */
  metric: number | null
  /** the minute of `metric` */
  measured: Bounds | null
}

/** @param link the one over which the session is; null = none is configured */
function bgpOf(circuit: CircuitResource, path: CircuitPath, facts: CircuitPathFacts, link: PathLink | null): BgpFacts {
  const source = sourceOf(circuit, path, 'summary', facts)
  if (!isFresh(source, facts)) {
    const found = availability(circuit, path, { metric: 'BgpAvailability', family: link?.family ?? 4 }, source, facts)
    const metric = found?.average ?? null
    const layer = metric === null ? 'unknown' : metric >= AVAILABLE ? 'up' : 'down'
    const measured = found && { earliest: found.at, latest: found.at + found.grainSeconds * 1_000 }
    return { layer, row: null, routesReceived: null, metric, measured }
  }
  const row = link && customerRow(facts.sessions, circuit, path, link)
  // a good summary that has never listed the customer's router
  if (!link || !row)
    return { layer: 'never_established', row: null, routesReceived: null, metric: null, measured: null }
  const judged = judgeStored(row, isLinkDisabled(circuit, link), facts.now)
  const isUp = judged.verdict === 'up'
  const routesReceived = isUp ? row.prefixesReceived : null
  return { layer: bgpLayer(judged.verdict), row, routesReceived, metric: null, measured: null }
}

/** Availability in percent over a minute: at half or more, the layer worked for most of it. */
const AVAILABLE = 50

/** Metrics speak only where the right to ask the router itself is missing. */
function availability(
  circuit: CircuitResource,
  path: CircuitPath,
  series: { metric: string; family: PathLink['family'] },
  source: SourceStatus | undefined,
  facts: CircuitPathFacts,
): MetricNow | null {
  if (source?.poll.lastOutcome !== 'forbidden') return null
  return metricAvailability(circuit, path, series, facts.metrics) ?? null
}

interface ArpFacts {
  /** percent, where metrics stand in for the table */
  metric: number | null
  state: ArpState
  layer: ReturnType<typeof arpLayer>
  rows: CurrentArpEntry[]
  /** since when the customer's entry has no MAC address; null = it has, or a table without the entry does not report since when */
  lostSince: Bounds | null
}

function arpOf(circuit: CircuitResource, path: CircuitPath, facts: CircuitPathFacts, bgp: BgpLayer): ArpFacts {
  const source = sourceOf(circuit, path, 'arp', facts)
  if (!isFresh(source, facts)) {
    const family = mainLink(circuit, path)?.family ?? 4
    const metric = availability(circuit, path, { metric: 'ArpAvailability', family }, source, facts)?.average ?? null
    const state = metric === null ? 'unknown' : metric >= AVAILABLE ? 'complete' : 'incomplete'
    return { state, layer: arpLayer(state, { empty: false, emptyPolls: 0 }, bgp), rows: [], lostSince: null, metric }
  }
  const rows = facts.arp.filter(({ sourceId }) => sourceId === source.sourceId)
  const state = arpState(rows)
  const table = { empty: rows.length === 0, emptyPolls: emptyPolls(source, facts.emptyArp) }
  const lostSince = rows.find(({ macAddress }) => macAddress === null)?.since ?? null
  return { state, layer: arpLayer(state, table, bgp), rows, lostSince, metric: null }
}

/** How many good polls in a row read the table empty, at the pace of its polls. */
function emptyPolls({ sourceId, poll }: SourceStatus, empty: ReadonlyMap<number, EpochMs | null>): number {
  const since = empty.get(sourceId)
  const last = lastGoodAt(poll)
  if (since === undefined || last === null) return 0
  if (since === null) return Number.POSITIVE_INFINITY
  return 1 + Math.round((last - since) / (poll.intervalSeconds * 1_000))
}

interface PathCounters {
  bytesIn: string | null
  bytesOut: string | null
  bitsIn: number | null
  bitsOut: number | null
  at: EpochMs | null
  /** when the first of the two samples behind the rates was asked for; null = there is one at most */
  from: EpochMs | null
}

/** @param peering null = all peerings together */
function countersOf(
  circuit: CircuitResource,
  path: CircuitPath,
  peering: string | null,
  facts: CircuitPathFacts,
): PathCounters {
  const source = counterSource(circuit, peering, facts)
  const counter = facts.counters.find((found) => found.sourceId === source?.sourceId && found.counter === path)
  if (!source || !counter) return { bytesIn: null, bytesOut: null, bitsIn: null, bitsOut: null, at: null, from: null }
  // a poll that read the other path's counter but not this one says nothing of what flows here
  const isLastRead = counter.latest.startedAt >= (source.poll.lastOkStartedAt ?? 0)
  const rates = isFresh(source, { now: facts.now }) && isLastRead ? ratesOf(counter) : { bitsIn: null, bitsOut: null }
  const { bytesIn, bytesOut, finishedAt } = counter.latest
  return { bytesIn, bytesOut, ...rates, at: finishedAt, from: counter.previous?.startedAt ?? null }
}

function allPeeringsOf(
  circuit: CircuitResource,
  path: CircuitPath,
  facts: CircuitPathFacts,
): StoredPath['allPeerings'] {
  const { bitsIn, bitsOut } = countersOf(circuit, path, null, facts)
  return bitsIn === null || bitsOut === null ? null : { bitsInPerSecond: bitsIn, bitsOutPerSecond: bitsOut }
}

/**
 * When the path came into its state: with the session where BGP decides, with the ARP entry where that does, with the
 * configuration where intent does; an unknown path is so since it was last seen.
 */
function sinceOf(
  state: StoredPath['state'],
  { resource }: CircuitResource,
  path: CircuitPath,
  row: SessionAt | null,
  arp: ArpFacts,
  facts: CircuitPathFacts,
): Bounds {
  const ever: Bounds = { earliest: 0, latest: facts.now }
  const configured = resource.since ?? ever
  switch (state) {
    case 'up':
      return row ? (row.establishedAt ?? row.since) : ever
    case 'degraded':
      return arp.lostSince ?? ever
    case 'down':
      return row ? fallOf(row) : (arp.lostSince ?? ever)
    case 'unknown':
      return unseenSince(resource.id, path, facts)
    case 'disabled':
      return configured
    case 'not_configured':
      return row && hasBeginning(row.since) ? row.since : configured
  }
}

function unseenSince(circuitId: string, path: CircuitPath, { sources, now }: CircuitPathFacts): Bounds {
  const summary = sources.find(
    (source) => source.scope === circuitId && source.path === path && source.poll.kind === 'summary',
  )
  const last = summary ? lastGoodAt(summary.poll) : null
  if (!summary || last === null) return { earliest: 0, latest: now }
  return { earliest: last, latest: Math.min(now, last + staleAfterIntervalMs(summary.poll.intervalSeconds * 1_000)) }
}
