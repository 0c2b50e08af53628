import { createHash } from 'node:crypto'
import {
  isAnnouncedByMicrosoft,
  formatAsPath,
  computeEstablishmentSpan,
  hasBeenUpBefore,
  isSessionStateDown,
} from '#lib/bgp/index.ts'
import {
  type ActivityRow,
  armTypes,
  INSTANT_BEFORE_MONITORING,
  type TimestampBounds,
  type EpochMs,
  type MetricRow,
  type PollObservation,
  parseArmId,
  parsePathSubject,
  parsePeeringType,
  parseGlobalReachState,
  type RoutesObservation,
  type SessionWithoutMessages,
  type SummaryRow,
  type TunnelState,
  parseTunnelState,
} from '#lib/contract/index.ts'
import { type TrafficBaseline, PATH_NAME_OF_VPN_CONNECTION } from '../model/traffic-baseline.ts'
import { isTrafficMetric } from './traffic/metrics.ts'
import type { PollIntervalAndError } from '../model/source-state.ts'
import { isLightMetric } from './light-fold.ts'
import { isAvailabilityMetric } from './availability.ts'
import { isLearnedFromExternalNeighbor } from '../model/route.ts'
import type { CountsByAddressFamily, RouteTableContentDigest } from '../model/signal.ts'
import type { PathByteReading } from '../model/traffic.ts'
import { formatTableKey } from '../model/subject.ts'
import { judgeArpState } from '../verdict/index.ts'

/** The data of one session's row that the evaluation needs in addition to the recorded changes. */
export interface ExtraSessionDataOfPoll {
  localAddress: string
  neighbor: string
  asn: number | null
  established: boolean
  /** true if Azure reports an unknown state or none; absent = it reports a state */
  unknown?: boolean
  prefixes: number | null
  /** bounds of the time when a session that is down fell, from its age; absent = not reported */
  fellAt?: TimestampBounds
}

/**
 * Data that a good poll read in addition to its recorded changes: counters, counts and unchanged rows. The history
 * contains all of it except message counts, so a replay produces the same data again.
 */
export interface ExtraDataOfGoodPoll {
  /** data about how the poll was made, for polls with any outcome */
  polled?: PollIntervalAndError
  sessions?: ExtraSessionDataOfPoll[]
  /** sessions that are up and have received no message since an earlier sample */
  silentSessions?: readonly SessionWithoutMessages[]
  counters?: PathByteReading[]
  /** bit rates and drops from Azure Monitor */
  rates?: MetricRow[]
  /** availability of BGP and ARP from Azure Monitor */
  availability?: MetricRow[]
  /** Global Reach connections of a circuit */
  reach?: { name: string; state: TunnelState; status: string | null }[]
  /** light levels of an ExpressRoute Direct port */
  light?: MetricRow[]
  /** usual traffic of a circuit. The caller reads it from the history, because no poll reports it. */
  baseline?: TrafficBaseline
  arp?: { interface: string; macAddress: string | null }[]
  /** states of a VPN connection (as '') and of its tunnels */
  tunnels?: { name: string; state: TunnelState; establishedAt?: EpochMs | undefined }[]
  /** number of prefixes in each route table, by `instance|peer` */
  tableSizes?: Record<string, number>
  /**
   * digests of the routes learned from external neighbors, by `instance|peer`; equal digests mean equal prefixes with
   * equal AS paths
   */
  tableDigests?: Record<string, RouteTableContentDigest>
  /** number of prefixes that a gateway announces to a neighbor, by address family */
  advertised?: CountsByAddressFamily
  /** number of prefixes that Microsoft announces on a path of Microsoft peering */
  fromMicrosoft?: number | undefined
  activity?: ActivityRow[]
  /** results of connectivity probes (tests of a connection monitor) */
  probes?: MetricRow[]
}

/**
 * Returns the readings of one poll; empty unless its outcome is `ok` or `incomplete`.
 * @param localAddress function that returns the address of the edge router (MSEE) in its session with a neighbor,
 *   because the summary does not contain it
 * @param silentSessions sessions from the history whose count of received messages has not changed
 */
export function extractPollReadings(
  observation: PollObservation,
  localAddress: (neighbor: string) => string,
  silentSessions: readonly SessionWithoutMessages[] = [],
): ExtraDataOfGoodPoll {
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
          ...(hasBeenUpBefore(row) && { fellAt: fallAnyTime(observation) }),
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
      // If some rows could not be read, one of them may be the row of the customer's router. Therefore its entry does
      // not count as missing.
      const isShort = observation.silentInstances.length > 0 && judgeArpState(observation.rows) === 'missing'
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
        return { reach: listed.map(({ name, status }) => ({ name, state: parseGlobalReachState(status), status })) }
      }
      return {
        tunnels: observation.rows.flatMap(({ connectionStatus, tunnels }) => [
          { name: '', state: parseTunnelState(connectionStatus) },
          ...tunnels.map(({ name, status, establishedAt }) => ({
            name,
            state: parseTunnelState(status),
            establishedAt,
          })),
        ]),
        counters: observation.rows.map(({ counters: { bytesIn, bytesOut } }) => ({
          path: PATH_NAME_OF_VPN_CONNECTION,
          bytesIn: bytesIn?.toString() ?? null,
          bytesOut: bytesOut?.toString() ?? null,
        })),
      }
    case 'metrics':
      // the bit rates of a VPN or circuit connection are stored but not evaluated, because the rates of the circuit and
      // the gateway's sessions are sufficient
      if (parseArmId(observation.target.resourceId)?.type === armTypes.connection) return {}
      return {
        rates: observation.rows.filter(({ metric }) => isTrafficMetric(metric)),
        availability: observation.rows.filter(({ metric }) => isAvailabilityMetric(metric)),
        light: observation.rows.filter(({ metric }) => isLightMetric(metric)),
      }
    case 'learned':
    case 'tables':
      // These values are computed only when they are used, because most route tables are unchanged.
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

/**
 * Returns the bounds of the time at which a session that is down fell, from its age; empty for other sessions. If its
 * age is unreadable, the session may have fallen at any time before the poll.
 */
function fallOf({ state, upDown, upDownText }: SummaryRow, sample: Pick<PollObservation, 'startedAt' | 'finishedAt'>) {
  if (!isSessionStateDown(state) || upDown === 'never') return {}
  if (upDown) return { fellAt: computeEstablishmentSpan(sample, upDown.ms, upDown.unitMs) }
  return upDownText === undefined ? {} : { fellAt: fallAnyTime(sample) }
}

const fallAnyTime = ({ finishedAt }: Pick<PollObservation, 'finishedAt'>): TimestampBounds => ({
  earliest: INSTANT_BEFORE_MONITORING,
  latest: finishedAt,
})

function familiesOf(rows: RoutesObservation['rows']): CountsByAddressFamily {
  const prefixes = [...new Set(rows.map(({ prefix }) => prefix))]
  const ofSix = prefixes.filter((prefix) => prefix.includes(':')).length
  return { 4: prefixes.length - ofSix, 6: ofSix }
}

function microsoftOf({ kind, target, rows }: RoutesObservation): number | undefined {
  if (kind !== 'tables' || parsePeeringType(parsePathSubject(target.subresource).peering) !== 'microsoft')
    return undefined
  return new Set(rows.filter(isAnnouncedByMicrosoft).map(({ prefix }) => prefix)).size
}

function sizesOf(
  rows: readonly { instance: string | null; peer: string | null; prefix: string }[],
): Record<string, number> {
  const tables = new Map<string, Set<string>>()
  for (const { instance, peer, prefix } of rows) {
    const key = formatTableKey(instance, peer)
    const prefixes = tables.get(key)
    if (prefixes) prefixes.add(prefix)
    else tables.set(key, new Set([prefix]))
  }
  return Object.fromEntries([...tables].map(([key, prefixes]) => [key, prefixes.size]))
}

function digestsOf(rows: RoutesObservation['rows']): Record<string, RouteTableContentDigest> {
  const tables = Map.groupBy(rows.filter(isLearnedFromExternalNeighbor), ({ instance, peer }) =>
    formatTableKey(instance, peer),
  )
  return Object.fromEntries(
    [...tables].map(([key, own]) => {
      const texts = [...new Set(own.map((row) => `${row.prefix} ${formatAsPath(row)}`))].toSorted()
      const digest = createHash('sha256').update(texts.join('\n')).digest('hex').slice(0, 16)
      return [key, { digest, prefixes: new Set(own.map(({ prefix }) => prefix)).size }]
    }),
  )
}
