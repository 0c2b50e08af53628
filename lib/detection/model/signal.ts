import type {
  ActivityRow,
  TimestampBounds,
  ConfigChange,
  PollOutcome,
  RouteChange,
  SessionDifference,
  SessionSample,
  TunnelState,
} from '#lib/contract/index.ts'
import type { ArpState } from '../verdict/index.ts'
import type { CircuitTrafficState } from './traffic.ts'

/**
 * The level of a session. `unknown` = the newest sample reports no state, `never` = the session was listed but not yet
 * established, `gone` = its gateway instance no longer exists.
 */
export type DetectedSessionState = 'up' | 'down' | 'never' | 'unknown' | 'gone'

/** Signal that the level of a session changed. `since` = bounds of the time of the change. */
export interface SessionStateChangeSignal {
  type: 'session'
  localAddress: string
  neighbor: string
  level: DetectedSessionState
  since: TimestampBounds
  sample: SessionSample | null
  /**
   * true if the session is `down` and no poll ever showed it up, although its age shows that it was up before the first
   * poll
   */
  isUnseen?: true
  /** true if this is the first report of the session to its group */
  isFirst?: boolean
}

/**
 * Signal about a gateway instance that reports no rows. `samples` = number of consecutive good polls in which other
 * instances reported and this one did not; 0 = it reports again.
 */
export interface SilentInstanceSignal {
  type: 'instance'
  address: string
  samples: number
  since: TimestampBounds
}

/** Signal that the number of prefixes of a session changed; null = the session does not report the number. */
export interface PrefixCountSignal extends SessionDifference<number> {
  type: 'prefixes'
}

/** The ARP state of the customer's router on a path, from one poll of the path's ARP table. */
export interface LastArpState {
  state: ArpState
  empty: boolean
  emptyPolls: number
  since: TimestampBounds
  /** MAC address of the customer's router in the last complete entry; absent in data of older versions */
  mac?: string | null
}

/**
 * Signal that the ARP entry of the customer's router on a path changed its state, or that the path's ARP table was
 * empty again after an earlier empty poll.
 */
export interface ArpSignal extends Omit<LastArpState, 'mac'> {
  type: 'arp'
  /** MAC address of the customer's router in the last complete entry; null = no complete entry yet */
  mac: string | null
}

/** Signal that a VPN connection or one of its tunnels changed its state. */
export interface TunnelSignal {
  type: 'tunnel'
  /** name of the tunnel; '' = the whole connection */
  name: string
  state: TunnelState
  since: TimestampBounds
}

export interface RouteTableChangeSignal {
  type: 'routes'
  kind: 'learned' | 'advertised' | 'tables'
  changes: RouteChange[]
  /** number of prefixes in each table after the poll, by `instance|peer` */
  sizes: Record<string, number>
  /** digests of the routes that each instance learned from external neighbors, by `instance|peer` */
  digests?: Record<string, RouteTableContentDigest> | undefined
  /** number of prefixes that Microsoft announces in the table of a path of Microsoft peering */
  fromMicrosoft?: number | undefined
}

/** A digest of a table. Equal digests mean equal prefixes with equal AS paths. */
export interface RouteTableContentDigest {
  digest: string
  prefixes: number
}

/**
 * Signal with the numbers of prefixes that a gateway advertises to a neighbor, by address family. It is sent if any of
 * them changed.
 */
export interface AdvertisedSignal {
  type: 'advertised'
  neighbor: string
  counts: CountsByAddressFamily
}
export type CountsByAddressFamily = Record<4 | 6, number>

/**
 * Signal that the polls of one source and kind began to fail, now fail with another outcome, or succeed again.
 * `lastGoodAt` = start of the last good poll before; null = there was none.
 */
export interface PollOutcomeSignal {
  type: 'outcome'
  good: boolean
  outcome: PollOutcome
  lastGoodAt: number | null
}

interface ConfigSignal {
  type: 'config'
  changes: ConfigChange[]
}

interface ActivitySignal {
  type: 'activity'
  rows: ActivityRow[]
}

/**
 * Signal with the traffic of a circuit from its byte counters or bit rates. `isNews` is true if one of its levels (for
 * example "no traffic" or "high load") changed since the last signal.
 */
export interface TrafficSignal {
  type: 'traffic'
  fact: CircuitTrafficState
  isNews: boolean
}

/**
 * Signal with the availability of BGP or ARP on a path from Azure Monitor: the time that one poll covers (`reported`),
 * and the minutes in it with low availability (`low`).
 */
export interface AvailabilitySignal {
  type: 'availability'
  /**
   * path, for example `AzurePrivatePeering/primary`; or, for the sessions of a gateway, `instance~neighbor` with Azure's
   * name of the instance
   */
  subresource: string
  /** length of the intervals for which Azure Monitor reports values, in ms; absent = a minute */
  grainMs?: number
  /** layer whose availability is reported; absent = BGP */
  layer?: 'arp'
  reported: TimestampBounds
  low: TimestampBounds[]
  /** minutes of `low` with less than half availability; absent in data of older versions */
  down?: TimestampBounds[]
  /** availability in the newest minute in percent; absent in data of older versions */
  last?: number
}

export type ProbeState = 'passing' | 'failing' | 'unknown'

/**
 * Signal with the state of a connectivity probe (a test of a connection monitor). `destination` is the probed address.
 */
export interface ProbeSignal {
  type: 'probe'
  test: string
  destination: string
  state: ProbeState
  since: TimestampBounds
}

/**
 * Signals: the changes that one poll of one source reports to the evaluation of its group. Only changes are reported,
 * so most polls have no signals.
 */
export type PollSignal =
  | SessionStateChangeSignal
  | SilentInstanceSignal
  | PrefixCountSignal
  | ArpSignal
  | TunnelSignal
  | RouteTableChangeSignal
  | AdvertisedSignal
  | PollOutcomeSignal
  | ConfigSignal
  | ActivitySignal
  | ProbeSignal
  | TrafficSignal
  | AvailabilitySignal

/** Reports whether a signal contains traffic counters. Some scopes must evaluate these even if they show no change. */
/** Returns the changes of configuration among the signals of a poll. */
export const listConfigChanges = (signals: readonly PollSignal[]): ConfigChange[] =>
  signals.flatMap((signal) => (signal.type === 'config' ? signal.changes : []))

export const hasTrafficCounters = ({ type }: PollSignal) => type === 'traffic'

export const isStateChangeSignal = (signal: PollSignal) =>
  signal.type === 'traffic' ? signal.isNews : signal.type !== 'availability'
