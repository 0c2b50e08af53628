import type { DownReason } from '#lib/contract/index.ts'
import type { ArpState, BgpLayer, LayerState, TrafficLayer } from './layers.ts'

export type PathState = 'up' | 'degraded' | 'down' | 'disabled' | 'not_configured' | 'unknown'

export interface PathFacts {
  /** false: the peering, or this path's subnet in it, is absent from a successful read */
  configured: boolean
  provisioned: LayerState
  /** Azure is deleting the peering, or the whole circuit */
  isBeingDeleted: boolean
  l2: LayerState
  arp: ArpState
  bgp: BgpLayer
  /** why the MSEE holds the session down, if it does */
  downReason: DownReason
  traffic: TrafficLayer
  /** what moves may all have passed before the path was lost: its first sample is from before the reading that shows it */
  passedBefore: boolean
  /** whether traffic is expected at this hour; `none` until there is a baseline */
  expectation: 'high' | 'low' | 'none'
  /** metrics that stand in for what Azure refused to report; null where nothing was refused */
  metrics: PathMetrics | null
}

export interface JudgedPath {
  state: PathState
  /** one plain sentence */
  reason: string
}

/** What Azure Monitor says of a path's layers where the right to ask the router is missing: percent, null = it was asked. */
export interface PathMetrics {
  bgp: number | null
  arp: number | null
}
