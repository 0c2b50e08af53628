import type { TimestampBounds, ConnectionRow, EpochMs, MetricRow } from '#lib/contract/index.ts'
import type { CertaintyOfState } from './known.ts'
import type { SourceRef } from './sources.ts'

/** Cumulative bytes of a counter as read by one poll, as exact decimal strings. In = into Azure. */
export interface CounterReading {
  startedAt: EpochMs
  finishedAt: EpochMs
  bytesIn: string | null
  bytesOut: string | null
}

export interface CurrentCounter extends SourceRef {
  /** name of the counter: `primary`, `secondary`; '' for a whole connection; `tunnel/NAME` for one of its tunnels */
  counter: string
  latest: CounterReading
  /** sample before the latest one; null at the first sample */
  previous: CounterReading | null
}

/** Fields that only the GET of a connection contains, and not the list of connections. */
export interface AzureConnectionState
  extends Pick<ConnectionRow, 'connectionStatus' | 'routingWeight' | 'fastPath' | 'clients'> {
  /**
   * tunnels of the connection. `establishedAt` = time at which the tunnel last came up, ISO 8601; absent = not reported
   */
  tunnels: { name: string; status: string | null; establishedAt?: string }[]
}

export interface ConnectionStateAtMoment extends SourceRef {
  live: AzureConnectionState
  since: TimestampBounds
  known: CertaintyOfState
}

export type CurrentMetric = SourceRef & MetricRow
