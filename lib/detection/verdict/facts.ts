import type { DownReason } from '#lib/contract/index.ts'
import type { ArpState, BgpLayer, LayerState, TrafficLayer } from './layers.ts'

export type PathState = 'up' | 'degraded' | 'down' | 'disabled' | 'not_configured' | 'unknown'

export interface PathFacts {
  /** false: the peering, or this path's subnet in it, is absent from a successful read */
  configured: boolean
  provisioned: LayerState
  /** whether Azure is deleting the peering or the whole circuit */
  isBeingDeleted: boolean
  l2: LayerState
  arp: ArpState
  bgp: BgpLayer
  /** reason why the MSEE holds the session down; null if it does not */
  downReason: DownReason
  traffic: TrafficLayer
  /**
   * whether all counted bytes may have passed before the path was lost, because their first sample is older than the
   * poll that shows the loss
   */
  passedBefore: boolean
  /** whether traffic is expected at this hour; `none` until there is a baseline */
  expectation: 'high' | 'low' | 'none'
  /** metrics that replace reports which Azure refused; null if none was refused */
  metrics: PathMetrics | null
}

export interface JudgedPath {
  state: PathState
  /** reason of the path's state, in one sentence */
  reason: string
}

/**
 * Availability of a path's layers by Azure Monitor if the right to poll the router is missing: percent, null = the
 * router was polled.
 */
export interface PathMetrics {
  bgp: number | null
  arp: number | null
}
