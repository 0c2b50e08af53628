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

/** What the last reporting sample of a session shows, as the estate's fold takes it. */
export type Level = 'up' | 'down' | 'never' | 'unknown' | 'gone'

/** A session came into a level; `since` encloses the moment. `gone` = its whole instance is no longer there. */
export interface SessionSignal {
  type: 'session'
  localAddress: string
  neighbor: string
  level: Level
  since: Bounds
  sample: SessionSample | null
  /** `down`: nobody saw it up; its age says that it was, before the first poll */
  isUnseen?: true
  /** its row, as it was when the estate was introduced to it */
  isFirst?: boolean
}

/** A gateway instance reports nothing while others do, for so many good samples in a row; 0 = it is back. */
export interface InstanceSignal {
  type: 'instance'
  address: string
  samples: number
  since: Bounds
}

/** A session's number of prefixes is another; null = it reports none. */
export interface PrefixesSignal extends SessionDifference<number> {
  type: 'prefixes'
}

/** What a poll of a path's neighbors says of one of them. */
export interface ArpFact {
  state: ArpState
  empty: boolean
  emptyPolls: number
  since: Bounds
  /** the customer's router as the last entry that was complete reported it; absent in what was stored before */
  mac?: string | null
}

/** The customer's entry in one path's ARP table is in another state, or an empty table stays empty. */
export interface ArpSignal extends Omit<ArpFact, 'mac'> {
  type: 'arp'
  /** the customer's router as the last entry that was complete reported it; null = none did */
  mac: string | null
}

/** A VPN connection, or one of its tunnels, is in another state. */
export interface TunnelSignal {
  type: 'tunnel'
  /** '' = the connection as a whole */
  name: string
  state: TunnelState
  since: Bounds
}

export interface RoutesSignal {
  type: 'routes'
  kind: 'learned' | 'advertised' | 'tables'
  changes: RouteChange[]
  /** rows of the table after the poll, by `instance|peer` */
  sizes: Record<string, number>
  /** of learned routes: what each instance learned from outside, by `instance|peer` */
  digests?: Record<string, TableDigest> | undefined
  /** prefixes that Microsoft announces, in the table of a path of Microsoft peering */
  fromMicrosoft?: number | undefined
}

/** A table in short: equal digests are equal prefixes with equal AS paths. */
export interface TableDigest {
  digest: string
  prefixes: number
}

/** How many prefixes a gateway announces to a neighbor, by family, when any of them moved. */
export interface AdvertisedSignal {
  type: 'advertised'
  neighbor: string
  counts: FamilyCounts
}
export type FamilyCounts = Record<4 | 6, number>

/** The polls of one (source, kind) end otherwise than before. `lastGoodAt` = startedAt of the last good one. */
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

/** What a circuit's byte counters, or its bit rates, show. `isNews`: a level is another than reported last. */
export interface TrafficSignal {
  type: 'traffic'
  fact: TrafficFact
  isNews: boolean
}

/** How available BGP or ARP was on a path, by Azure Monitor: the interval that one poll reported, and the minutes in which it was low. */
export interface AvailabilitySignal {
  type: 'availability'
  /** `AzurePrivatePeering/primary` */
  subresource: string
  /** absent = BGP */
  layer?: 'arp'
  reported: Bounds
  low: Bounds[]
  /** of these, those for less than half of which it worked; absent in what was stored before */
  down?: Bounds[]
  /** of the newest minute, in percent; absent as above */
  last?: number
}

export type ProbeState = 'passing' | 'failing' | 'unknown'

/** How a test of a connection monitor goes; `destination` = the address that it tries to reach. */
export interface ProbeSignal {
  type: 'probe'
  test: string
  destination: string
  state: ProbeState
  since: Bounds
}

/** What one poll of one source reports the estate: only what is new, so that most polls show nothing. */
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

/** Whether the estate must learn of it at once; what is no news is of use only while something waits for it. */
/** Whether it says what was counted: some scopes wait for that, news or not. */
export const countsBytes = ({ type }: Signal) => type === 'traffic'

export const isNews = (signal: Signal) => (signal.type === 'traffic' ? signal.isNews : signal.type !== 'availability')
