import { BEFORE_MONITORING, type Bounds, type EpochMs, isExpressRoute } from '#lib/contract/index.ts'
import { type ImpactTraffic, rateChange } from '../rules/impact-traffic.ts'
import type { TrafficSeen } from '../api/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import { type CountedPair, type CountedWindow, countedWithin } from '../store/index.ts'
import type { SourceStatus } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { samplesKeptMs, type Topology } from '#lib/questions/index.ts'

/** Before an incident began, and of one that goes on now. */
const WINDOW_MS = 15 * MINUTE
/** What leaves a point of five minutes free at either end, wherever points begin. */
const ROLLED_WINDOW_MS = 25 * MINUTE
/** A rate of less says too little: Azure may answer with counters that are minutes old. */
const MIN_MS = 5 * MINUTE
/** Of more time points of five minutes are read: samples may be a second apart. */
const MAX_SAMPLED_MS = 60 * MINUTE

/** An incident as far as what flows meanwhile depends on it. */
interface TimedIncident {
  id: string
  /** short ids of what its events are about */
  scopes: readonly string[]
  started: Bounds
  /** the earliest at which it was over; null = it goes on */
  end: EpochMs | null
}

/** Counters of one circuit or connection, and what they counted. */
export interface Counted {
  /** how many counters are added up: two paths, or one connection */
  paths: number
  isPolled: boolean
  before: readonly CountedPair[]
  since: readonly CountedPair[]
}

/**
 * Reads what flowed before some incidents and since, in one statement.
 * @returns by the incident's id; null of one that is about no circuit and no VPN connection
 */
export async function trafficOfEach(
  q: Queryable,
  incidents: readonly TimedIncident[],
  { topology, sources, now }: { topology: Topology; sources: readonly SourceStatus[]; now: EpochMs },
): Promise<Map<string, ImpactTraffic | null>> {
  const asked = incidents.map((incident) => {
    const windows = windowsOf(incident, now)
    return { ...windows, id: incident.id, counters: countersOf(incident.scopes, topology) }
  })
  const windows = asked.flatMap(({ counters, before, since }) =>
    counters.flatMap(({ scope }) => [before, since].flatMap((window) => (window ? { ...window, scope } : []))),
  )
  const pairs = (await countedWithin(q, windows)).values()
  const next = (window: unknown) => (window ? (pairs.next().value ?? []) : [])
  const polled = new Set(
    sources.flatMap(({ scope, subresource, poll }) =>
      subresource === '' && (poll.kind === 'stats' || poll.kind === 'connection') ? [scope] : [],
    ),
  )
  return new Map(
    asked.map(({ id, counters, before, since, lastedMs }) => {
      const counted = counters.map(({ scope, paths }) => ({
        paths,
        isPolled: polled.has(scope),
        before: next(before),
        since: next(since),
      }))
      const isSampled = since?.basis === 'sample'
      const lengthMs = since ? since.to - since.from : 0
      return [id, counted.length === 0 ? null : trafficFrom(counted, { lengthMs, isSampled, lastedMs })]
    }),
  )
}

/** Circuits, or without any VPN connections: what passes a tunnel may pass a circuit, too, and would count twice. */
function countersOf(scopes: readonly string[], { circuits, connections }: Topology) {
  const own = new Set(scopes)
  const of = (resources: readonly { resource: { id: string } }[], paths: number) =>
    resources.flatMap(({ resource }) => (own.has(resource.id) ? [{ scope: resource.id, paths }] : []))
  const ofCircuits = of(circuits, 2)
  if (ofCircuits.length > 0) return ofCircuits
  return of(
    connections.filter(({ config }) => !isExpressRoute(config)),
    1,
  )
}

type Window = Omit<CountedWindow, 'scope'>

/** When is read: what may lie on either side of the begin, or of the end, is left out. */
function windowsOf({ started, end }: TimedIncident, now: EpochMs) {
  const isKept = (from: EpochMs) => from >= now - samplesKeptMs()
  const from = end === null ? Math.max(started.latest, now - WINDOW_MS) : started.latest
  const to = end ?? now
  const before = { from: started.earliest - WINDOW_MS, to: started.earliest, basis: 'sample' as const }
  const rolled = { ...before, from: started.earliest - ROLLED_WINDOW_MS, basis: '5m' as const }
  const basis = isKept(from) && to - from <= MAX_SAMPLED_MS ? ('sample' as const) : ('5m' as const)
  return {
    before: started.earliest === BEFORE_MONITORING ? null : ((isKept(before.from) ? before : rolled) satisfies Window),
    since: from < to ? ({ from, to, basis } satisfies Window) : null,
    lastedMs: to - started.latest,
  }
}

/**
 * What counters show of an incident's traffic; all of them have to show it.
 * @param time.lengthMs of the time since, which pairs are asked for in
 * @param time.isSampled whether samples of that time are still kept
 * @param time.lastedMs from the latest begin of the incident to the end of that time
 */
export function trafficFrom(
  counted: readonly Counted[],
  time: { lengthMs: number; isSampled: boolean; lastedMs: number },
): ImpactTraffic {
  const each = counted.map((one) => ratesOf(one, time.lengthMs))
  const paths = counted.reduce((sum, one) => sum + one.paths, 0)
  const of = (direction: Direction) => {
    const total = (when: 'before' | 'since') => sum(each.map((rates) => rates[when][direction]))
    return rateChange({ before: total('before'), since: total('since') }, { paths, lastedMs: time.lastedMs })
  }
  const [toAzure, fromAzure] = [of('bytesIn'), of('bytesOut')]
  const isKnown = [toAzure, fromAzure].some(({ change }) => change !== null)
  return { state: isKnown ? 'read' : whyUnknown(counted, each, time), toAzure, fromAzure }
}

function whyUnknown(
  counted: readonly Counted[],
  each: readonly { isRead: boolean }[],
  { isSampled }: { isSampled: boolean },
): TrafficSeen {
  if (counted.some(({ isPolled }) => !isPolled)) return 'not_polled'
  return isSampled && each.some(({ isRead }) => !isRead) ? 'not_read' : 'unknown'
}

type Direction = 'bytesIn' | 'bytesOut'

/**
 * Mean rates of one resource. Where counters were seen to stand still and move again, Azure answers from a cache: what they jump by
 * since may have passed before, and a stop counts once it has lasted for twice as long.
 */
function ratesOf({ before, since }: Pick<Counted, 'before' | 'since'>, lengthMs: number) {
  const cachedMs = longestStand(before)
  const isCached = cachedMs > 0
  const firstMove = since.findIndex(isMove)
  const own = isCached ? since.slice(firstMove + 1) : since
  const until = isCached ? before.slice(0, before.findLastIndex(isMove) + 1) : before
  const needed = Math.max(MIN_MS, 2 * cachedMs, lengthMs / 2)
  const inEach = (pairs: readonly CountedPair[], least: number) => ({
    bytesIn: meanOf(pairs, 'bytesIn', least),
    bytesOut: meanOf(pairs, 'bytesOut', least),
  })
  return {
    before: inEach(until, WINDOW_MS / 2),
    since: inEach(own, needed),
    isRead: lengthOf(own) >= needed,
  }
}

const isStanding = ({ bytesIn, bytesOut }: CountedPair) => bytesIn === 0n && bytesOut === 0n
const isMove = ({ bytesIn, bytesOut }: CountedPair) => (bytesIn ?? 0n) + (bytesOut ?? 0n) > 0n
const lengthOf = (pairs: readonly CountedPair[]) => pairs.reduce((sum, { from, to }) => sum + to - from, 0)

/** The longest time after which counters that stood still moved again; 0 = they moved from poll to poll. */
function longestStand(pairs: readonly CountedPair[]): number {
  let [longest, own] = [0, 0]
  for (const pair of pairs) {
    const lengthMs = pair.to - pair.from
    if (isMove(pair) && own > 0) longest = Math.max(longest, own + lengthMs)
    own = isStanding(pair) ? own + lengthMs : 0
  }
  return longest
}

/** bit/s over what is known; null where that is less than `least` ms. */
function meanOf(pairs: readonly CountedPair[], direction: Direction, least: number): number | null {
  const known = pairs.flatMap((pair) => (pair[direction] === null ? [] : { ...pair, bytes: pair[direction] }))
  const ms = lengthOf(known)
  if (ms < least) return null
  const bytes = known.reduce((total, pair) => total + pair.bytes, 0n)
  return Math.round((Number(bytes) * 8_000) / ms)
}

const sum = (rates: readonly (number | null)[]): number | null =>
  rates.reduce((total, rate) => (total === null || rate === null ? null : total + rate), 0)
