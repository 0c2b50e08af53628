import {
  type Bounds,
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
  SessionAt,
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
import { computeRates } from '../rules/rates.ts'

import { sumCoveredMs, type TimeSpan } from '#lib/contract/time/time-spans.ts'
import { findProvenUntil } from '#lib/incidents/answers/index.ts'
import { findMetricAvailability } from '#lib/sessions/answers/index.ts'

/** All polled data about the paths of a circuit. */
export interface CircuitPathInputs {
  now: EpochMs
  sources: SourceStatus[]
  sessions: SessionAt[]
  arp: CurrentArpEntry[]
  emptyArp: ReadonlyMap<number, EpochMs | null>
  counters: CurrentCounter[]
  metrics: CurrentMetric[]
  /** open `green_but_dead` events: a path is up but carries no traffic although traffic is expected */
  dead: StoredEvent[]
  /** open events about paths or circuits that are down */
  lost: StoredEvent[]
  /** returns the times in which no successful poll could have seen the end of an event */
  unseenOf: (event: StoredEvent) => readonly TimeSpan[]
  /** true = derive the state from the latest successful polls, even if they are stale */
  asLastRead?: boolean
}

/**
 * Returns the layers, state and numbers of one path of a circuit. If its polls are stale, the path is unknown.
 * Exception: if the last polls showed it down or degraded, it keeps that state, and `unconfirmedSince` is the time of
 * the last successful poll. Any other known state that the last polls showed is in `lastKnown`, with the same time. If
 * the polls of sessions and ARP are both stale, it is the earlier of the two times.
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
  if (last.state !== 'down' && last.state !== 'degraded')
    return { ...present, lastKnown: { state: last.state, at: Math.min(...stale) } }
  const { state, reason, since, layers, confirmedAt, notObservedSeconds } = last
  const lost = { state, reason, since, layers, confirmedAt, notObservedSeconds }
  return { ...present, ...lost, unconfirmedSince: Math.min(...stale) }
}

/**
 * Returns the time since which a path has its state, as earliest and latest time. If the path is down, this time comes
 * from its open `path_down` event, if there is one; otherwise it is `bounds`. For a path that is down, the result also
 * contains the last time at which a poll confirmed the loss.
 */
function lossOf(
  state: StoredCircuitPath['state'],
  bounds: Bounds,
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
      // If the state is known from metrics and detection has an open event about the loss, the path remains down until
      // detection ends the event.
      (bgp.metric !== null && facts.lost.some(isAbout(peering?.name, path))) ||
      canBytesPredateLoss(counters.from, [
        ...(arp.lostSince ? [arp.lostSince] : []),
        ...(bgp.measured ? [bgp.measured] : []),
        ...lastLost(circuit, path, facts, link),
      ]),
    // No traffic on a path is a fault only if traffic is expected, which an open `green_but_dead` event shows.
    // Otherwise the path is passive.
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

/** Returns the open `green_but_dead` event about this path, or about its whole peering. */
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
 * Returns the times at which the path was lost: from the latest poll of its session (however old), and from its open
 * events.
 */
function lastLost(
  circuit: CircuitResource,
  path: CircuitPath,
  facts: CircuitPathInputs,
  link: CircuitPathLink | null,
): Bounds[] {
  const row = link && findCustomerSession(facts.sessions, circuit, path, link)
  const readAt = row && row.everEstablished && row.last.state !== 'established' ? row.poll.lastOkStartedAt : null
  const reported = facts.lost.filter(isAbout(circuit.peering?.name, path))
  return [
    ...(row && readAt !== null ? [row.since, { earliest: readAt, latest: readAt }] : []),
    ...reported.map(({ started }) => started),
  ]
}

/** Returns the source (polled table) of one kind for this path. */
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
 * Reports whether the peerings of the circuit have separate byte counters. The circuit's own counters are then the sums
 * over all peerings.
 */
const isCounted = ({ config }: CircuitResource): boolean => listSeparatelyCountedPeerings(config).length > 0

/**
 * Returns the source of byte counters for a peering, or for the whole circuit.
 * @param peering null = the whole circuit
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
 * Reports whether a path's state may be derived from a poll: its data are recent, or the caller accepts stale data
 * (`asLastRead`).
 */
const speaks = ({ poll }: SourceStatus, { now, asLastRead }: CircuitPathsQuery): boolean =>
  asLastRead ? getLastGoodTime(poll) !== null : isFreshnessUsable(judgePollFreshness(poll, now))

interface BgpFacts {
  layer: BgpLayerState
  row: SessionAt | null
  routesReceived: number | null
  /** BGP availability in percent from metrics, if they replace the poll of the session; otherwise null */
  metric: number | null
  /** the minute in which `metric` was measured */
  measured: Bounds | null
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
  // The poll of the path's sessions succeeded, but the customer's router was never in its result.
  if (!link || !row)
    return { layer: 'never_established', row: null, routesReceived: null, metric: null, measured: null }
  const judged = judgeStoredSession(row, isPathLinkDisabled(circuit, link), facts.asLastRead ? 'last read' : facts.now)
  const isUp = judged.verdict === 'up'
  const routesReceived = isUp ? row.prefixesReceived : null
  return { layer: judgeBgpLayer(judged.verdict), row, routesReceived, metric: null, measured: null }
}

/**
 * Minimum availability of a layer, in percent over a minute, to count as working. At this value, it worked for half of
 * the minute.
 */
const AVAILABLE = 50

/** Returns an availability metric if Azure refuses the direct poll (outcome `forbidden`); otherwise null. */
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
  /** ARP availability in percent from metrics, if they replace the poll of the ARP table; otherwise null */
  metric: number | null
  state: ArpState
  layer: ReturnType<typeof judgeArpLayer>
  rows: CurrentArpEntry[]
  /** time since which the customer's ARP entry has no MAC address; null = it has one, or there is no entry */
  lostSince: Bounds | null
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
 * Returns the number of successful polls in a row that read an empty table, estimated from the poll interval; infinity
 * if the table was always empty.
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
  /** start of the request for the earlier of the two samples behind the rates; null = there is only one sample */
  from: EpochMs | null
}

/**
 * Returns the latest byte counters of a path, and the rates from the last two samples.
 * @param peering null = all peerings together
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
  // If the latest poll returned only the other path's counter, the current rates of this path are unknown.
  const isLastRead = counter.latest.startedAt >= (source.poll.lastOkStartedAt ?? 0)
  const rates =
    isFresh(source, { now: facts.now }) && isLastRead ? computeRates(counter) : { bitsIn: null, bitsOut: null }
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
 * Returns when the path entered its state. For a path that is up, the time comes from its BGP session. For a path that
 * is down, it comes from its BGP session; without a known session, from the ARP entry. For a degraded path, it comes
 * from the ARP entry. For a disabled path, it comes from the configuration. For a path that is not configured, it comes
 * from its session if polls observed the start, otherwise from the configuration. An unknown path has been unknown
 * since its last successful poll.
 */
function sinceOf(
  state: StoredCircuitPath['state'],
  { resource }: CircuitResource,
  path: CircuitPath,
  row: SessionAt | null,
  arp: ArpFacts,
  facts: CircuitPathInputs,
): Bounds {
  const ever: Bounds = { earliest: 0, latest: facts.now }
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

function unseenSince(circuitId: string, path: CircuitPath, { sources, now }: CircuitPathInputs): Bounds {
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
