import type { ActivityRow, Bounds, ConfigChange, Outcome, RouteChange, SessionSample } from '#lib/contract/index.ts'
import type { ArpState } from '../verdict/index.ts'

/** What the last telling sample of a session shows, as the estate's fold takes it. */
export type Level = 'up' | 'down' | 'never' | 'unknown' | 'gone'

/** A session came into a level; `since` encloses the moment. `gone` = its whole instance is no longer there. */
export interface SessionSignal {
  type: 'session'
  localAddress: string
  neighbor: string
  level: Level
  since: Bounds
  sample: SessionSample | null
}

/** A gateway instance reports nothing while others do, for so many good samples in a row; 0 = it is back. */
export interface InstanceSignal {
  type: 'instance'
  address: string
  samples: number
  since: Bounds
}

/** A session's number of prefixes is another; null = it tells none. */
export interface PrefixesSignal {
  type: 'prefixes'
  localAddress: string
  neighbor: string
  before: number | null
  after: number | null
  between: Bounds
}

/** The customer's entry in one path's ARP table is in another state, or an empty table stays empty. */
export interface ArpSignal {
  type: 'arp'
  state: ArpState
  empty: boolean
  emptyPolls: number
  since: Bounds
}

export interface RoutesSignal {
  type: 'routes'
  kind: 'learned' | 'advertised' | 'tables'
  changes: RouteChange[]
  /** rows of the table after the poll, by `instance|peer` */
  sizes: Record<string, number>
}

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

export interface ActivitySignal {
  type: 'activity'
  rows: ActivityRow[]
}

/** What one poll of one source tells the estate: only what is new, so that most polls tell nothing. */
export type Signal =
  | SessionSignal
  | InstanceSignal
  | PrefixesSignal
  | ArpSignal
  | RoutesSignal
  | OutcomeSignal
  | ConfigSignal
  | ActivitySignal
