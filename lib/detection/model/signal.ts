import type {
  ActivityRow,
  Bounds,
  ConfigChange,
  Outcome,
  RouteChange,
  SessionDifference,
  SessionSample,
  TunnelState,
} from '#lib/contract/index.ts'
import type { ArpState } from '../verdict/index.ts'
import type { TrafficFact } from './traffic.ts'

/** The state of a session in its last reporting sample, as used by the evaluation of groups. */
export type Level = 'up' | 'down' | 'never' | 'unknown' | 'gone'

/** A session changed to a level within the bounds `since`. `gone` = its whole instance no longer exists. */
export interface SessionSignal {
  type: 'session'
  localAddress: string
  neighbor: string
  level: Level
  since: Bounds
  sample: SessionSample | null
  /** `down` without ever having been seen up; its age shows that it was up before the first poll */
  isUnseen?: true
  /** whether this is the first report of the session to its group */
  isFirst?: boolean
}

/**
 * A gateway instance has reported no rows for this many consecutive good samples while other instances report; 0 = it
 * reports again.
 */
export interface InstanceSignal {
  type: 'instance'
  address: string
  samples: number
  since: Bounds
}

/** The number of prefixes of a session changed; null = it reports no number. */
export interface PrefixesSignal extends SessionDifference<number> {
  type: 'prefixes'
}

/** The ARP state of one neighbor in a poll of a path. */
export interface ArpFact {
  state: ArpState
  empty: boolean
  emptyPolls: number
  since: Bounds
  /** MAC address of the customer's router in the last complete entry; absent in data of older versions */
  mac?: string | null
}

/** The customer's entry in the ARP table of a path changed its state, or an empty table is still empty. */
export interface ArpSignal extends Omit<ArpFact, 'mac'> {
  type: 'arp'
  /** MAC address of the customer's router in the last complete entry; null = no complete entry yet */
  mac: string | null
}

/** A VPN connection or one of its tunnels changed its state. */
export interface TunnelSignal {
  type: 'tunnel'
  /** name of the tunnel; '' = the whole connection */
  name: string
  state: TunnelState
  since: Bounds
}

export interface RoutesSignal {
  type: 'routes'
  kind: 'learned' | 'advertised' | 'tables'
  changes: RouteChange[]
  /** number of rows in the table after the poll, by `instance|peer` */
  sizes: Record<string, number>
  /** digests of the routes that each instance learned from external neighbors, by `instance|peer` */
  digests?: Record<string, TableDigest> | undefined
  /** number of prefixes that Microsoft announces in the table of a path of Microsoft peering */
  fromMicrosoft?: number | undefined
}

/** A digest of a table. Equal digests mean equal prefixes with equal AS paths. */
export interface TableDigest {
  digest: string
  prefixes: number
}

/** Number of prefixes that a gateway announces to a neighbor, by address family, if any of them changed. */
export interface AdvertisedSignal {
  type: 'advertised'
  neighbor: string
  counts: FamilyCounts
}
export type FamilyCounts = Record<4 | 6, number>

/** The outcome of the polls of one (source, kind) changed. `lastGoodAt` = startedAt of the last good poll. */
export interface OutcomeSignal {
  type: 'outcome'
  good: boolean
  outcome: Outcome
  lastGoodAt: number | null
}

export interface ConfigSignal {
  type: 'config'
  changes: ConfigChange[]
}

interface ActivitySignal {
  type: 'activity'
  rows: ActivityRow[]
}

/**
 * The traffic of a circuit by its byte counters or bit rates. `isNews`: a level differs from the last reported level.
 */
export interface TrafficSignal {
  type: 'traffic'
  fact: TrafficFact
  isNews: boolean
}

/**
 * Availability of BGP or ARP on a path by Azure Monitor: the interval that one poll reported, and the minutes with low
 * availability.
 */
export interface AvailabilitySignal {
  type: 'availability'
  /** path, for example `AzurePrivatePeering/primary` */
  subresource: string
  /** layer whose availability is reported; absent = BGP */
  layer?: 'arp'
  reported: Bounds
  low: Bounds[]
  /** minutes of `low` with less than half availability; absent in data of older versions */
  down?: Bounds[]
  /** availability of the newest minute in percent; absent as above */
  last?: number
}

export type ProbeState = 'passing' | 'failing' | 'unknown'

/** State of a test of a connection monitor; `destination` is the address that the test tries to reach. */
export interface ProbeSignal {
  type: 'probe'
  test: string
  destination: string
  state: ProbeState
  since: Bounds
}

/**
 * The changes that one poll of one source reports to its group. Only changes are reported, so that most polls have no
 * signals.
 */
export type Signal =
  | SessionSignal
  | InstanceSignal
  | PrefixesSignal
  | ArpSignal
  | TunnelSignal
  | RoutesSignal
  | AdvertisedSignal
  | OutcomeSignal
  | ConfigSignal
  | ActivitySignal
  | ProbeSignal
  | TrafficSignal
  | AvailabilitySignal

/** Reports whether a signal contains counted bytes. Some scopes wait for these even without news. */
export const countsBytes = ({ type }: Signal) => type === 'traffic'

export const isNews = (signal: Signal) => (signal.type === 'traffic' ? signal.isNews : signal.type !== 'availability')
