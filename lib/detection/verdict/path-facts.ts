import type { MseeDownReason } from '#lib/contract/index.ts'
import type { ArpState, BgpLayerState, LayerState, TrafficLayerState } from './path-layers.ts'

export type PathState = 'up' | 'degraded' | 'down' | 'disabled' | 'not_configured' | 'unknown'

export interface PathVerdictInput {
  /** false if a successful read of the circuit does not contain the peering, or has no link subnet for this path */
  configured: boolean
  provisioned: LayerState
  /** true if Azure is deleting the peering or the whole circuit */
  isBeingDeleted: boolean
  l2: LayerState
  arp: ArpState
  bgp: BgpLayerState
  /** reason why the MSEE keeps the session down; null if the MSEE does not keep it down */
  downReason: MseeDownReason
  traffic: TrafficLayerState
  /**
   * true if all counted bytes may have passed before the path was lost, because the first of the two samples is older
   * than the poll that shows the loss
   */
  passedBefore: boolean
  /** amount of traffic that is expected at this hour; `none` if the usual traffic is not known yet */
  expectation: 'high' | 'low' | 'none'
  /** metrics that replace polls which Azure denies; null if no poll is replaced */
  metrics: PathMetrics | null
}

export interface CircuitPathStateWithReason {
  state: PathState
  /** reason for the path's state, in one sentence */
  reason: string
}

/**
 * Availability of a path's BGP session and ARP entry from Azure Monitor, in percent, if Azure does not permit to poll
 * them; null = polled.
 */
export interface PathMetrics {
  bgp: number | null
  arp: number | null
}
