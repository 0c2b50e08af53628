import {
  type TimestampBounds,
  type CircuitPath,
  listSeparatelyCountedPeerings,
  type EpochMs,
  getPeeringConfiguredState,
  isResourceBeingDeleted,
  type CircuitPathLink,
  type PollKind,
} from '#lib/contract/index.ts'
import type { StoredCircuitPath } from '../api/index.ts'
import {
  type ArpState,
  judgeArpLayer,
  judgeArpState,
  type BgpLayerState,
  judgeBgpLayer,
  isArpOutdated,
  isFreshnessUsable,
  judgePath,
  canBytesPredateLoss,
  judgeProvisioningLayer,
  computeIntervalStaleAgeMs,
  judgeTrafficLayer,
} from '#lib/detection/index.ts'
import type {
  CurrentArpEntry,
  CurrentCounter,
  CurrentMetric,
  SessionAtMoment,
  SourceStatus,
  StoredEvent,
} from '#lib/history/index.ts'
import {
  type CircuitResource,
  getCircuitLinks,
  findMainLinkOfPath,
  getLastGoodTime,
  judgePollFreshness,
  findCustomerSession,
  findSessionFallTime,
  isPathLinkDisabled,
  isSameIgnoringCase,
  judgeStoredSession,
  isStartObserved,
} from '#lib/questions/index.ts'
import { computeByteCounterBitRates } from '../rules/rates.ts'

import { sumCoveredMs, type TimeInterval } from '#lib/contract/time/time-spans.ts'
import { findProvenUntil } from '#lib/questions/event-sources.ts'
import { findMetricAvailability } from '#lib/sessions/answers/index.ts'

/** All polled data about the paths of a circuit. */
export interface CircuitPathInputs {
  now: EpochMs
  sources: SourceStatus[]
  sessions: SessionAtMoment[]
  arp: CurrentArpEntry[]
  emptyArp: ReadonlyMap<number, EpochMs | null>
  counters: CurrentCounter[]
  metrics: CurrentMetric[]
  /** open `green_but_dead` events. They mean that a path is up but carries no traffic although traffic is expected */
  dead: StoredEvent[]
  /** open events that report a path or a whole circuit as down */
  lost: StoredEvent[]
  /**
   * returns the times of an event in which no poll succeeded, so that an end of the event would not have been observed
   */
  unseenOf: (event: StoredEvent) => readonly TimeInterval[]
  /** true = derive the state from the latest successful polls, even if they are stale */
  asLastRead?: boolean
}

/**
 * Returns the layers, state and numbers of one path of a circuit. If the polls of the path are stale, its state is
 * `unknown`, with one exception: if the last successful polls showed the path down or degraded, it keeps that state,
 * and `unconfirmedSince` is the time of the last successful poll. If the last successful polls showed another known
 * state, `lastKnown` contains that state and the time of the poll. If both the session poll and the ARP poll are stale,
 * the earlier of their times is used.
 */
export function describeCircuitPath(
  circuit: CircuitResource,
  path: CircuitPath,
  facts: CircuitPathInputs,
): StoredCircuitPath {
  const present = viewOf(circuit, path, facts)
  if (present.state !== 'unknown') return present
  const last = viewOf(circuit, path, { ...facts, asLastRead: true })
  const polls = (['summary', 'arp'] as const).map((kind) => sourceOf(circuit, path, kind, facts))
  const stale = polls.flatMap((source) =>
    source && !speaks(source, facts) ? (getLastGoodTime(source.poll) ?? []) : [],
  )
  if (stale.length === 0 || last.state === 'unknown') return present
  // An IPv6 session that was proved down stays down, like the path itself.
  const overIpv6 = last.bgpOverIpv6 === 'down' ? { bgpOverIpv6: last.bgpOverIpv6 } : {}
  if (last.state !== 'down' && last.state !== 'degraded')
    return { ...present, ...overIpv6, lastKnown: { state: last.state, at: Math.min(...stale) } }
  const { state, reason, since, layers, confirmedAt, notObservedSeconds } = last
  const lost = { state, reason, since, layers, confirmedAt, notObservedSeconds }
  return { ...present, ...lost, ...overIpv6, unconfirmedSince: Math.min(...stale) }
}

/**
 * Returns the earliest and latest time since which a path has its state. If the path is down and has an open
 * `path_down` event, this is the begin of the event; otherwise it is `bounds`. If the path is down, the result also
 * contains the last time at which a poll confirmed that it is down.
 */
function lossOf(
  state: StoredCircuitPath['state'],
  bounds: TimestampBounds,
  { resource, peering }: CircuitResource,
  path: CircuitPath,
  { lost, unseenOf, sources, now }: CircuitPathInputs,
): Pick<StoredCircuitPath, 'since' | 'confirmedAt' | 'notObservedSeconds'> {
  if (state !== 'down') return { since: bounds }
  const subject = `${peering?.name}/${path}`
  const event = lost.find((one) => one.kind === 'path_down' && one.subject === subject)
  const started = event?.started ?? bounds
  const loss = { kind: 'path_down', severity: 'major', scope: resource.id, subject, started, ended: null } as const
  const at = findProvenUntil([loss], sources, now)
  const unseenMs = event && at ? sumCoveredMs(unseenOf(event), started.latest, at) : 0
  return { since: started, confirmedAt: at, notObservedSeconds: unseenMs / 1_000 }
}

function viewOf(circuit: CircuitResource, path: CircuitPath, facts: CircuitPathInputs): StoredCircuitPath {
  const { peering, config } = circuit
  const link = findMainLinkOfPath(circuit, path)
  const bgp = bgpOf(circuit, path, facts, link)
  const beside = getCircuitLinks(circuit, path).find(({ family }) => family === 6 && link?.family === 4)
  const arp = arpOf(circuit, path, facts, bgp)
  const counters = countersOf(circuit, path, isCounted(circuit) ? (peering?.name ?? null) : null, facts)
  const provisioned = judgeProvisioningLayer({
    ...config.provisioning,
    peering: peering && getPeeringConfiguredState(peering),
  })
  const dead = deadEvent(peering?.name, path, facts)
  const traffic = dead ? 'quiet' : judgeTrafficLayer(counters)
  const { state, reason } = judgePath({
    configured: link !== null,
    provisioned,
    isBeingDeleted: peering !== null && isResourceBeingDeleted(peering),
    l2: arp.layer,
    arp: arp.state,
    bgp: bgp.layer,
    downReason: bgp.row?.downReason ?? null,
    traffic,
    passedBefore:
      // If the BGP state comes from metrics, an open event about the loss counts as a loss of the path until detection
      // closes the event.
      (bgp.metric !== null && facts.lost.some(isAbout(peering?.name, path))) ||
      canBytesPredateLoss(counters.from, [
        ...(arp.lostSince ? [arp.lostSince] : []),
        ...(bgp.measured ? [bgp.measured] : []),
        ...lastLost(circuit, path, facts, link),
      ]),
    // A path without traffic is a fault only if traffic is expected. An open `green_but_dead` event shows that it is.
    // Without such an event, the path counts as passive.
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

/** Returns the open `green_but_dead` event about this path or about its whole peering, if there is one. */
const deadEvent = (
  peering: string | undefined,
  path: CircuitPath,
  { dead }: CircuitPathInputs,
): StoredEvent | undefined => dead.find(isAbout(peering, path))

const isAbout =
  (peering: string | undefined, path: CircuitPath) =>
  ({ subject }: StoredEvent) =>
    subject === peering || subject === `${peering}/${path}`

/**
 * Returns the known times at which the path was lost. They come from the last successful poll of the path's session
 * (even if it is stale), and from open events about the loss.
 */
function lastLost(
  circuit: CircuitResource,
  path: CircuitPath,
  facts: CircuitPathInputs,
  link: CircuitPathLink | null,
): TimestampBounds[] {
  const row = link && findCustomerSession(facts.sessions, circuit, path, link)
  const readAt = row && row.everEstablished && row.last.state !== 'established' ? row.poll.lastOkStartedAt : null
  const reported = facts.lost.filter(isAbout(circuit.peering?.name, path))
  return [
    ...(row && readAt !== null ? [row.since, { earliest: readAt, latest: readAt }] : []),
    ...reported.map(({ started }) => started),
  ]
}

/** Returns the source (the polled table) from which one kind of poll reads data about this path. */
function sourceOf({ resource, peering }: CircuitResource, path: CircuitPath, kind: PollKind, facts: CircuitPathInputs) {
  return facts.sources.find(
    (source) =>
      source.scope === resource.id &&
      source.poll.kind === kind &&
      source.path === path &&
      isSameIgnoringCase(source.peering, peering?.name),
  )
}

/**
 * Reports whether Azure counts the bytes of each peering of the circuit separately. The counters of the circuit itself
 * are then the sums over all its peerings.
 */
const isCounted = ({ config }: CircuitResource): boolean => listSeparatelyCountedPeerings(config).length > 0

/**
 * Returns the source of the byte counters of a peering, or of the whole circuit.
 * @param peering name of the peering; null = the whole circuit
 */
const counterSource = ({ resource }: CircuitResource, peering: string | null, { sources }: CircuitPathInputs) =>
  sources.find(
    (source) =>
      source.scope === resource.id &&
      source.poll.kind === 'stats' &&
      source.path === null &&
      (peering === null ? source.peering === null : isSameIgnoringCase(source.peering, peering)),
  )

type CircuitPathsQuery = Pick<CircuitPathInputs, 'now' | 'asLastRead'>

const isFresh = (source: SourceStatus | undefined, asked: CircuitPathsQuery): source is SourceStatus =>
  source !== undefined && speaks(source, asked)

/**
 * Reports whether the state of a path may be derived from a poll. That is so if the data of the poll is recent. If the
 * caller accepts stale data (`asLastRead`), one successful poll is enough.
 */
const speaks = ({ poll }: SourceStatus, { now, asLastRead }: CircuitPathsQuery): boolean =>
  asLastRead ? getLastGoodTime(poll) !== null : isFreshnessUsable(judgePollFreshness(poll, now))

interface BgpFacts {
  layer: BgpLayerState
  row: SessionAtMoment | null
  routesReceived: number | null
  /**
   * BGP availability in percent, from an Azure Monitor metric that is used because Azure refuses the poll of the
   * sessions; null = the poll is used, or there is no metric
   */
  metric: number | null
  /** begin and end of the interval in which `metric` was measured; null if `metric` is null */
  measured: TimestampBounds | null
}

/**
 * Returns the BGP state of a path.
 * @param link the link whose session determines the state; null = the path has no link
 */
function bgpOf(
  circuit: CircuitResource,
  path: CircuitPath,
  facts: CircuitPathInputs,
  link: CircuitPathLink | null,
): BgpFacts {
  const source = sourceOf(circuit, path, 'summary', facts)
  if (!isFresh(source, facts)) {
    const found = availability(circuit, path, { metric: 'BgpAvailability', family: link?.family ?? 4 }, source, facts)
    const metric = found?.average ?? null
    const layer = metric === null ? 'unknown' : metric >= AVAILABLE ? 'up' : 'down'
    const measured = found && { earliest: found.at, latest: found.at + found.grainSeconds * 1_000 }
    return { layer, row: null, routesReceived: null, metric, measured }
  }
  const row = link && findCustomerSession(facts.sessions, circuit, path, link)
  // The poll of the path's sessions succeeded, but no poll ever returned a session of the customer's router.
  if (!link || !row)
    return { layer: 'never_established', row: null, routesReceived: null, metric: null, measured: null }
  const judged = judgeStoredSession(row, isPathLinkDisabled(circuit, link), facts.asLastRead ? 'last read' : facts.now)
  const isUp = judged.verdict === 'up'
  const routesReceived = isUp ? row.prefixesReceived : null
  return { layer: judgeBgpLayer(judged.verdict), row, routesReceived, metric: null, measured: null }
}

/**
 * Minimum value of an availability metric, in percent, at which a layer counts as up. At 50 %, the layer was up for
 * half of the measured minute.
 */
const AVAILABLE = 50

/**
 * Returns an availability metric that replaces a poll. Returns null if Azure permits the poll (its last outcome is not
 * `forbidden`), or if there is no metric.
 */
function availability(
  circuit: CircuitResource,
  path: CircuitPath,
  series: { metric: string; family: CircuitPathLink['family'] },
  source: SourceStatus | undefined,
  facts: CircuitPathInputs,
): CurrentMetric | null {
  if (source?.poll.lastOutcome !== 'forbidden') return null
  return findMetricAvailability(circuit, path, series, facts.metrics) ?? null
}

interface ArpFacts {
  /**
   * ARP availability in percent, from an Azure Monitor metric that is used because Azure refuses the poll of the ARP
   * table; null = the poll is used, or there is no metric
   */
  metric: number | null
  state: ArpState
  layer: ReturnType<typeof judgeArpLayer>
  rows: CurrentArpEntry[]
  /**
   * time since which the customer's ARP entry has no MAC address; null = it has a MAC address, or the table has no
   * entry for the customer's router
   */
  lostSince: TimestampBounds | null
}

function arpOf(circuit: CircuitResource, path: CircuitPath, facts: CircuitPathInputs, bgp: BgpFacts): ArpFacts {
  const source = sourceOf(circuit, path, 'arp', facts)
  if (!isFresh(source, facts)) {
    const family = findMainLinkOfPath(circuit, path)?.family ?? 4
    const metric = availability(circuit, path, { metric: 'ArpAvailability', family }, source, facts)?.average ?? null
    const state = metric === null ? 'unknown' : metric >= AVAILABLE ? 'complete' : 'incomplete'
    return {
      state,
      layer: judgeArpLayer(state, { empty: false, emptyPolls: 0 }, bgp.layer),
      rows: [],
      lostSince: null,
      metric,
    }
  }
  const rows = facts.arp.filter(({ sourceId }) => sourceId === source.sourceId)
  const isOutdated = isArpOutdated(judgeArpState(rows), bgp.layer, source.poll.lastOkStartedAt, bgp.row?.since ?? null)
  const state = isOutdated ? 'unknown' : judgeArpState(rows)
  const table = { empty: rows.length === 0, emptyPolls: emptyPolls(source, facts.emptyArp) }
  const lostSince = rows.find(({ macAddress }) => macAddress === null)?.since ?? null
  return { state, layer: judgeArpLayer(state, table, bgp.layer), rows, lostSince, metric: null }
}

/**
 * Returns the number of consecutive successful polls that found an ARP table empty. It is estimated from the time since
 * the table is empty and the poll interval. Returns Infinity if the table was always empty, and 0 if the table has
 * entries.
 */
function emptyPolls({ sourceId, poll }: SourceStatus, empty: ReadonlyMap<number, EpochMs | null>): number {
  const since = empty.get(sourceId)
  const last = getLastGoodTime(poll)
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
  /**
   * start of the request for the older of the two samples from which the rates are computed; null = there is only one
   * sample
   */
  from: EpochMs | null
}

/**
 * Returns the latest byte counters of a path, and the rates that follow from the last two samples.
 * @param peering null = the counters of all peerings together
 */
function countersOf(
  circuit: CircuitResource,
  path: CircuitPath,
  peering: string | null,
  facts: CircuitPathInputs,
): PathCounters {
  const source = counterSource(circuit, peering, facts)
  const counter = facts.counters.find((found) => found.sourceId === source?.sourceId && found.counter === path)
  if (!source || !counter) return { bytesIn: null, bytesOut: null, bitsIn: null, bitsOut: null, at: null, from: null }
  // The latest poll may have returned only the counter of the other path. The current rates of this path are then
  // unknown.
  const isLastRead = counter.latest.startedAt >= (source.poll.lastOkStartedAt ?? 0)
  const rates =
    isFresh(source, { now: facts.now }) && isLastRead
      ? computeByteCounterBitRates(counter)
      : { bitsIn: null, bitsOut: null }
  const { bytesIn, bytesOut, finishedAt } = counter.latest
  return { bytesIn, bytesOut, ...rates, at: finishedAt, from: counter.previous?.startedAt ?? null }
}

function allPeeringsOf(
  circuit: CircuitResource,
  path: CircuitPath,
  facts: CircuitPathInputs,
): StoredCircuitPath['allPeerings'] {
  const { bitsIn, bitsOut } = countersOf(circuit, path, null, facts)
  return bitsIn === null || bitsOut === null ? null : { bitsInPerSecond: bitsIn, bitsOutPerSecond: bitsOut }
}

/**
 * Returns the earliest and latest time at which the path entered its state. The source depends on the state. Up: the
 * BGP session. Down: the BGP session, or the ARP entry if there is no session. Degraded: the ARP entry. Disabled: the
 * configuration. Not configured: the session if polls observed its start, otherwise the configuration. Unknown: the
 * last successful poll.
 */
function sinceOf(
  state: StoredCircuitPath['state'],
  { resource }: CircuitResource,
  path: CircuitPath,
  row: SessionAtMoment | null,
  arp: ArpFacts,
  facts: CircuitPathInputs,
): TimestampBounds {
  const ever: TimestampBounds = { earliest: 0, latest: facts.now }
  const configured = resource.since ?? ever
  switch (state) {
    case 'up':
      return row ? (row.establishedAt ?? row.since) : ever
    case 'degraded':
      return arp.lostSince ?? ever
    case 'down':
      return row ? findSessionFallTime(row) : (arp.lostSince ?? ever)
    case 'unknown':
      return unseenSince(resource.id, path, facts)
    case 'disabled':
      return configured
    case 'not_configured':
      return row && isStartObserved(row.since) ? row.since : configured
  }
}

function unseenSince(circuitId: string, path: CircuitPath, { sources, now }: CircuitPathInputs): TimestampBounds {
  const summary = sources.find(
    (source) => source.scope === circuitId && source.path === path && source.poll.kind === 'summary',
  )
  const last = summary ? getLastGoodTime(summary.poll) : null
  if (!summary || last === null) return { earliest: 0, latest: now }
  return {
    earliest: last,
    latest: Math.min(now, last + computeIntervalStaleAgeMs(summary.poll.intervalSeconds * 1_000)),
  }
}
