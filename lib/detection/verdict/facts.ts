import type { DownReason } from '#lib/contract/index.ts'
import type { ArpState, BgpLayer, LayerState, TrafficLayer } from './layers.ts'

export type PathState = 'up' | 'degraded' | 'down' | 'disabled' | 'not_configured' | 'unknown'

export interface PathFacts {
  /** false if a successful read does not contain the peering, or this path's subnet in it */
  configured: boolean
  provisioned: LayerState
  /** true if Azure is deleting the peering or the whole circuit */
  isBeingDeleted: boolean
  l2: LayerState
  arp: ArpState
  bgp: BgpLayer
  /** reason why the MSEE holds the session down; null if it does not */
  downReason: DownReason
  traffic: TrafficLayer
  /**
   * true if all counted bytes may have passed before the path was lost, because their first sample is older than the
   * poll that shows the loss
   */
  passedBefore: boolean
  /** amount of traffic that is expected at this hour; `none` until there is a baseline */
  expectation: 'high' | 'low' | 'none'
  /** metrics that replace polls which Azure denies; null if no poll is replaced */
  metrics: PathMetrics | null
}

export interface JudgedPath {
  state: PathState
  /** reason of the path's state, in one sentence */
  reason: string
}

/**
 * Availability of a path's layers from Azure Monitor, in percent, if Azure denies the permission to poll the router;
 * null = the router was polled.
 */
export interface PathMetrics {
  bgp: number | null
  arp: number | null
}
