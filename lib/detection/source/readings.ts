import { createHash } from 'node:crypto'
import { announcedByMicrosoft, formatAsPath, establishedSpan, hadLife, isDownState } from '#lib/bgp/index.ts'
import {
  type ActivityRow,
  armTypes,
  BEFORE_MONITORING,
  type Bounds,
  type EpochMs,
  type MetricRow,
  type Observation,
  parseArmId,
  parsePath,
  peeringKind,
  reachState,
  type RoutesObservation,
  type SilentSession,
  type SummaryRow,
  type TunnelState,
  tunnelState,
} from '#lib/contract/index.ts'
import { type TrafficBaseline, VPN_PATH } from '../model/traffic-baseline.ts'
import { isTrafficMetric } from './traffic/metrics.ts'
import type { PolledHow } from '../model/source-state.ts'
import { isLightMetric } from './light-fold.ts'
import { isAvailabilityMetric } from './availability.ts'
import { isExternal } from '../model/route.ts'
import type { FamilyCounts, TableDigest } from '../model/signal.ts'
import type { TrafficReading } from '../model/traffic.ts'
import { tableKey } from '../model/subject.ts'
import { arpState } from '../verdict/index.ts'

/** One session's row, as far as the change log does not hold it. */
export interface SessionReading {
  localAddress: string
  neighbor: string
  asn: number | null
  established: boolean
  /** Azure gives it no state, or one that nobody knows; absent = it reports one */
  unknown?: boolean
  prefixes: number | null
  /** of one that is down: when it fell, by its age; absent = not reported */
  fellAt?: Bounds
}

/**
 * What a good poll read beside its changes: counters, counts and the rows that stayed as they were. History keeps all of it
 * but counts of messages, so that a replay can make the same again.
 */
export interface Readings {
  /** how the poll was made, whatever its outcome */
  polled?: PolledHow
  sessions?: SessionReading[]
  /** sessions that are up and have received nothing since an earlier sample */
  silentSessions?: readonly SilentSession[]
  counters?: TrafficReading[]
  /** bit rates and drops of Azure Monitor */
  rates?: MetricRow[]
  /** how available BGP was, by Azure Monitor */
  availability?: MetricRow[]
  /** Global Reach connections of one list of a circuit */
  reach?: { name: string; state: TunnelState; status: string | null }[]
  /** light levels of an ExpressRoute Direct port */
  light?: MetricRow[]
  /** what a circuit's past says of its traffic; an input, because no poll reports it */
  baseline?: TrafficBaseline
  arp?: { interface: string; macAddress: string | null }[]
  /** of a VPN connection: itself as '', and its tunnels */
  tunnels?: { name: string; state: TunnelState; establishedAt?: EpochMs | undefined }[]
  /** rows by `instance|peer` */
  tableSizes?: Record<string, number>
  /** what was learned from outside, by `instance|peer`: equal digests are equal prefixes with equal AS paths */
  tableDigests?: Record<string, TableDigest>
  /** prefixes that a gateway announces to a neighbor */
  advertised?: FamilyCounts
  /** prefixes that Microsoft announces, of a path of Microsoft peering */
  fromMicrosoft?: number | undefined
  activity?: ActivityRow[]
  /** buckets of a connection monitor's tests */
  probes?: MetricRow[]
}

/**
 * The readings of one poll; empty unless its outcome is `ok` or `incomplete`.
 * @param localAddress the MSEE's address in a session with a neighbor, which its summary does not report
 * @param silentSessions what history says beside: sessions whose count of messages stands still
 */
export function readingsOf(
  observation: Observation,
  localAddress: (neighbor: string) => string,
  silentSessions: readonly SilentSession[] = [],
): Readings {
  if (observation.outcome !== 'ok' && observation.outcome !== 'incomplete') return {}
  switch (observation.kind) {
    case 'peers':
      return {
        silentSessions,
        sessions: observation.rows.map((row) => ({
          localAddress: row.localAddress,
          neighbor: row.neighbor,
          asn: row.asn,
          established: row.state === 'established',
          unknown: row.state === 'unknown',
          prefixes: row.state === 'established' ? row.routesReceived : null,
          ...(hadLife(row) && { fellAt: fallAnyTime(observation) }),
        })),
      }
    case 'summary':
      return {
        sessions: observation.rows.map((row) => ({
          localAddress: localAddress(row.neighbor),
          neighbor: row.neighbor,
          asn: row.asn,
          established: row.state === 'established',
          unknown: row.state === 'unknown',
          prefixes: row.prefixesReceived,
          ...fallOf(row, observation),
        })),
      }
    case 'arp': {
      // the customer's row may be the one that could not be read
      const isShort = observation.silentInstances.length > 0 && arpState(observation.rows) === 'missing'
      return isShort ? {} : { arp: observation.rows }
    }
    case 'stats':
      return {
        counters: observation.rows.map(({ path, bytesIn, bytesOut }) => ({
          path,
          bytesIn: bytesIn?.toString() ?? null,
          bytesOut: bytesOut?.toString() ?? null,
        })),
      }
    case 'connection':
      if (observation.target.subresource !== '') {
        const listed = observation.rows.flatMap(({ tunnels }) => tunnels)
        return { reach: listed.map(({ name, status }) => ({ name, state: reachState(status), status })) }
      }
      return {
        tunnels: observation.rows.flatMap(({ connectionStatus, tunnels }) => [
          { name: '', state: tunnelState(connectionStatus) },
          ...tunnels.map(({ name, status, establishedAt }) => ({ name, state: tunnelState(status), establishedAt })),
        ]),
        counters: observation.rows.map(({ counters: { bytesIn, bytesOut } }) => ({
          path: VPN_PATH,
          bytesIn: bytesIn?.toString() ?? null,
          bytesOut: bytesOut?.toString() ?? null,
        })),
      }
    case 'metrics':
      // a connection's rates are counted and not judged: its circuit's are, and its gateway's sessions
      if (parseArmId(observation.target.resourceId)?.type === armTypes.connection) return {}
      return {
        rates: observation.rows.filter(({ metric }) => isTrafficMetric(metric)),
        availability: observation.rows.filter(({ metric }) => isAvailabilityMetric(metric)),
        light: observation.rows.filter(({ metric }) => isLightMetric(metric)),
      }
    case 'learned':
    case 'tables':
      // counted when somebody asks: most tables are the very ones of before
      return {
        get tableSizes() {
          return sizesOf(observation.rows)
        },
        get tableDigests() {
          return digestsOf(observation.rows)
        },
        get fromMicrosoft() {
          return microsoftOf(observation)
        },
      }
    case 'advertised':
      return {
        get advertised() {
          return familiesOf(observation.rows)
        },
      }
    case 'probe':
      return { probes: observation.rows }
    case 'activity':
      return { activity: observation.rows }
    default:
      return {}
  }
}

/** The fall of a session that is down, by its age; one with an age that nobody can read fell at any time. */
function fallOf({ state, upDown, upDownText }: SummaryRow, sample: Pick<Observation, 'startedAt' | 'finishedAt'>) {
  if (!isDownState(state) || upDown === 'never') return {}
  if (upDown) return { fellAt: establishedSpan(sample, upDown.ms, upDown.unitMs) }
  return upDownText === undefined ? {} : { fellAt: fallAnyTime(sample) }
}

const fallAnyTime = ({ finishedAt }: Pick<Observation, 'finishedAt'>): Bounds => ({
  earliest: BEFORE_MONITORING,
  latest: finishedAt,
})

function familiesOf(rows: RoutesObservation['rows']): FamilyCounts {
  const prefixes = [...new Set(rows.map(({ prefix }) => prefix))]
  const ofSix = prefixes.filter((prefix) => prefix.includes(':')).length
  return { 4: prefixes.length - ofSix, 6: ofSix }
}

function microsoftOf({ kind, target, rows }: RoutesObservation): number | undefined {
  if (kind !== 'tables' || peeringKind(parsePath(target.subresource).peering) !== 'microsoft') return undefined
  return new Set(rows.filter(announcedByMicrosoft).map(({ prefix }) => prefix)).size
}

function sizesOf(
  rows: readonly { instance: string | null; peer: string | null; prefix: string }[],
): Record<string, number> {
  const tables = new Map<string, Set<string>>()
  for (const { instance, peer, prefix } of rows) {
    const key = tableKey(instance, peer)
    const prefixes = tables.get(key)
    if (prefixes) prefixes.add(prefix)
    else tables.set(key, new Set([prefix]))
  }
  return Object.fromEntries([...tables].map(([key, prefixes]) => [key, prefixes.size]))
}

function digestsOf(rows: RoutesObservation['rows']): Record<string, TableDigest> {
  const tables = Map.groupBy(rows.filter(isExternal), ({ instance, peer }) => tableKey(instance, peer))
  return Object.fromEntries(
    [...tables].map(([key, own]) => {
      const texts = [...new Set(own.map((row) => `${row.prefix} ${formatAsPath(row)}`))].toSorted()
      const digest = createHash('sha256').update(texts.join('\n')).digest('hex').slice(0, 16)
      return [key, { digest, prefixes: new Set(own.map(({ prefix }) => prefix)).size }]
    }),
  )
}
