import {
  INSTANT_BEFORE_MONITORING,
  type TimestampBounds,
  type EpochMs,
  isExpressRouteConnection,
} from '#lib/contract/index.ts'
import { type ImpactTraffic, classifyRateChange } from '../rules/impact-traffic.ts'
import type { TrafficSeenState } from '../api/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { type CountedBytes, type CounterPeriod, readCounterPairs } from '../store/index.ts'
import type { SourceStatus } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { findNotPolledSince, getSampleRetentionMs, type EstateTopology } from '#lib/questions/index.ts'

/**
 * Length in ms of the time before an incident for which traffic is measured, and of the last part of an ongoing
 * incident.
 */
const WINDOW_MS = 15 * MS_PER_MINUTE
/**
 * Length in ms of the time before an incident for which traffic is measured if only 5-minute buckets are stored. It is
 * longer, because the incomplete buckets at both ends are ignored.
 */
const ROLLED_WINDOW_MS = 25 * MS_PER_MINUTE
/**
 * Minimum length in ms of the measured time. A shorter time is unreliable, because Azure may return counters that are
 * minutes old.
 */
const MIN_MS = 5 * MS_PER_MINUTE
/**
 * Maximum length in ms of a period that is read from raw samples, which may be one second apart. Longer periods use
 * 5-minute buckets.
 */
const MAX_SAMPLED_MS = 60 * MS_PER_MINUTE

/** The fields of an incident that determine whose traffic is measured and when. */
interface TimedIncident {
  id: string
  /** short IDs of the resources that the incident's events are about */
  scopes: readonly string[]
  started: TimestampBounds
  /** earliest possible end of the incident; null = ongoing */
  end: EpochMs | null
}

/** Byte counters of one circuit or VPN connection before and since an incident. */
export interface CounterReadings {
  /** number of counters that are added up: two for a circuit (one for each path), one for a connection */
  paths: number
  isPolled: boolean
  before: readonly CountedBytes[]
  since: readonly CountedBytes[]
}

/**
 * Returns the traffic before and since the begin of each incident. All incidents are read in one SQL statement.
 * @returns traffic by incident ID; null if the incident is not about a circuit or VPN connection
 */
export async function readIncidentTraffic(
  q: SqlExecutor,
  incidents: readonly TimedIncident[],
  { topology, sources, now }: { topology: EstateTopology; sources: readonly SourceStatus[]; now: EpochMs },
): Promise<Map<string, ImpactTraffic | null>> {
  const asked = incidents.map((incident) => {
    const windows = windowsOf(incident, now)
    return {
      ...windows,
      id: incident.id,
      isOngoing: incident.end === null,
      counters: countersOf(incident.scopes, topology),
    }
  })
  const windows = asked.flatMap(({ counters, before, since }) =>
    counters.flatMap(({ scope }) => [before, since].flatMap((window) => (window ? { ...window, scope } : []))),
  )
  const pairs = (await readCounterPairs(q, windows)).values()
  const next = (window: unknown) => (window ? (pairs.next().value ?? []) : [])
  const counting = sources.filter(
    ({ subresource, poll }) => subresource === '' && (poll.kind === 'stats' || poll.kind === 'connection'),
  )
  const polled = new Set(counting.map(({ scope }) => scope))
  const notPolledSince = (counters: readonly { scope: string }[]) =>
    findNotPolledSince(
      counting.filter((source) => counters.some(({ scope }) => scope === source.scope)),
      now,
    )
  return new Map(
    asked.map(({ id, isOngoing, counters, before, since, lastedMs }): [string, ImpactTraffic | null] => {
      const counted = counters.map(({ scope, paths }) => ({
        paths,
        isPolled: polled.has(scope),
        before: next(before),
        since: next(since),
      }))
      const isSampled = since?.basis !== '5m'
      const lengthMs = since ? since.to - since.from : 0
      if (counted.length === 0) return [id, null]
      const lastAt = isOngoing ? notPolledSince(counters) : null
      const traffic = computeIncidentTraffic(counted, { lengthMs, isSampled, lastedMs })
      return [id, lastAt === null ? traffic : { ...traffic, notPolledSince: lastAt }]
    }),
  )
}

/**
 * Returns the circuits among these resources. If there are none, returns the VPN connections. Both together would count
 * traffic twice, because a VPN tunnel may run over a circuit.
 */
function countersOf(scopes: readonly string[], { circuits, connections }: EstateTopology) {
  const own = new Set(scopes)
  const of = (resources: readonly { resource: { id: string } }[], paths: number) =>
    resources.flatMap(({ resource }) => (own.has(resource.id) ? [{ scope: resource.id, paths }] : []))
  const ofCircuits = of(circuits, 2)
  if (ofCircuits.length > 0) return ofCircuits
  return of(
    connections.filter(({ config }) => !isExpressRouteConnection(config)),
    1,
  )
}

type Window = Omit<CounterPeriod, 'scope'>

/**
 * Returns the time before an incident and the time since its start for which counters are read. The time between the
 * earliest and the latest possible start is left out, and so is the time between the earliest and the latest possible
 * end.
 */
function windowsOf({ started, end }: TimedIncident, now: EpochMs) {
  const isKept = (from: EpochMs) => from >= now - getSampleRetentionMs()
  const from = end === null ? Math.max(started.latest, now - WINDOW_MS) : started.latest
  const to = end ?? now
  const before = { from: started.earliest - WINDOW_MS, to: started.earliest, basis: 'sample' as const }
  const rolled = { ...before, from: started.earliest - ROLLED_WINDOW_MS, basis: '5m' as const }
  const basis = isKept(from) && to - from <= MAX_SAMPLED_MS ? ('sample' as const) : ('5m' as const)
  return {
    before:
      started.earliest === INSTANT_BEFORE_MONITORING
        ? null
        : ((isKept(before.from) ? before : rolled) satisfies Window),
    since: from < to ? ({ from, to, basis } satisfies Window) : null,
    lastedMs: to - started.latest,
  }
}

/**
 * Computes the traffic before and since the begin of an incident. A rate is known only if it is known for all counters.
 * @param time.lengthMs length of the measured time since the begin
 * @param time.isSampled whether that time is read from raw samples
 * @param time.lastedMs time from the latest possible begin of the incident to the end of the measured time
 */
export function computeIncidentTraffic(
  counted: readonly CounterReadings[],
  time: { lengthMs: number; isSampled: boolean; lastedMs: number },
): ImpactTraffic {
  const each = counted.map((one) => ratesOf(one, time.lengthMs))
  const paths = counted.reduce((sum, one) => sum + one.paths, 0)
  const of = (direction: Direction) => {
    const total = (when: 'before' | 'since') => sum(each.map((rates) => rates[when][direction]))
    return classifyRateChange({ before: total('before'), since: total('since') }, { paths, lastedMs: time.lastedMs })
  }
  const [toAzure, fromAzure] = [of('bytesIn'), of('bytesOut')]
  const isKnown = [toAzure, fromAzure].some(({ change }) => change !== null)
  return { state: isKnown ? 'read' : whyUnknown(counted, each, time), toAzure, fromAzure }
}

function whyUnknown(
  counted: readonly CounterReadings[],
  each: readonly { isRead: boolean; isCovered: boolean }[],
  { isSampled }: { isSampled: boolean },
): TrafficSeenState {
  if (counted.some(({ isPolled }) => !isPolled)) return 'not_polled'
  if (!isSampled || each.every(({ isRead }) => isRead)) return 'unknown'
  return each.every(({ isCovered }) => isCovered) ? 'too_short' : 'not_read'
}

type Direction = 'bytesIn' | 'bytesOut'

/**
 * Returns the mean rates of one resource before and since the start of an incident. If counters did not change for some
 * time before the incident and then changed, Azure returns them from a cache. In this case the first change after the
 * start is left out, because it may contain earlier traffic. Unchanged counters then count as "no traffic" only after
 * twice the time of the cache.
 */
function ratesOf({ before, since }: Pick<CounterReadings, 'before' | 'since'>, lengthMs: number) {
  const cachedMs = longestStand(before)
  const isCached = cachedMs > 0
  const firstMove = since.findIndex(isMove)
  const own = isCached ? since.slice(firstMove + 1) : since
  const until = isCached ? before.slice(0, before.findLastIndex(isMove) + 1) : before
  const needed = Math.max(MIN_MS, 2 * cachedMs, lengthMs / 2)
  const inEach = (pairs: readonly CountedBytes[], least: number) => ({
    bytesIn: meanOf(pairs, 'bytesIn', least),
    bytesOut: meanOf(pairs, 'bytesOut', least),
  })
  return {
    before: inEach(until, WINDOW_MS / 2),
    since: inEach(own, needed),
    isRead: lengthOf(own) >= needed,
    isCovered: lengthOf(since) >= lengthMs / 2,
  }
}

const isStanding = ({ bytesIn, bytesOut }: CountedBytes) => bytesIn === 0n && bytesOut === 0n
const isMove = ({ bytesIn, bytesOut }: CountedBytes) => (bytesIn ?? 0n) + (bytesOut ?? 0n) > 0n
const lengthOf = (pairs: readonly CountedBytes[]) => pairs.reduce((sum, { from, to }) => sum + to - from, 0)

/**
 * Returns the longest time in ms during which counters did not change before they moved again; 0 if there is no such
 * time.
 */
function longestStand(pairs: readonly CountedBytes[]): number {
  let [longest, own] = [0, 0]
  for (const pair of pairs) {
    const lengthMs = pair.to - pair.from
    if (isMove(pair) && own > 0) longest = Math.max(longest, own + lengthMs)
    own = isStanding(pair) ? own + lengthMs : 0
  }
  return longest
}

/**
 * Returns the mean rate in bit/s of the intervals whose bytes are known; null if these intervals last less than `least`
 * ms together.
 */
function meanOf(pairs: readonly CountedBytes[], direction: Direction, least: number): number | null {
  const known = pairs.flatMap((pair) => (pair[direction] === null ? [] : { ...pair, bytes: pair[direction] }))
  const ms = lengthOf(known)
  if (ms < least) return null
  const bytes = known.reduce((total, pair) => total + pair.bytes, 0n)
  return Math.round((Number(bytes) * 8_000) / ms)
}

const sum = (rates: readonly (number | null)[]): number | null =>
  rates.reduce((total, rate) => (total === null || rate === null ? null : total + rate), 0)
