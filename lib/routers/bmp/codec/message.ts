import type { PeerDownReason } from '#lib/contract/index.ts'
import type { BgpOpen } from './open.ts'
import type { PeerHeader } from './peer-header.ts'
import type { BmpStatistic } from './statistics.ts'
import type { BgpUpdate } from './update.ts'

export interface PeerUp {
  type: 'peerUp'
  peer: PeerHeader
  /** Local address of the session; null = not reported, for example for the router's own table (Loc-RIB). */
  localAddress: string | null
  /** TCP port at the router's end; 0 = unknown. */
  localPort: number
  remotePort: number
  sent: BgpOpen
  received: BgpOpen
  /** Name of the VRF or table (RFC 9069 section 4.4); null = not reported. */
  tableName: string | null
  texts: string[]
}

export interface PeerDown {
  type: 'peerDown'
  peer: PeerHeader
  reason: PeerDownReason
}

export interface RouteMonitoring {
  type: 'routeMonitoring'
  peer: PeerHeader
  update: BgpUpdate
}

/** Name and description of a router, sent as the first message of each connection. */
interface Initiation {
  type: 'initiation'
  sysName: string | null
  sysDescr: string | null
  texts: string[]
}

/** A decoded BMP message (RFC 7854 section 4). */
export type BmpMessage =
  | RouteMonitoring
  | { type: 'statistics'; peer: PeerHeader; statistics: BmpStatistic[] }
  | PeerDown
  | PeerUp
  | Initiation
  /** Termination: the router ends the connection. `reason` is a code of RFC 7854 section 4.5; null = not given. */
  | { type: 'termination'; reason: number | null; texts: string[] }
  /** A message about a neighbor that could not be decoded. `detail` is a sentence with the reason. */
  | {
      type: 'unreadable'
      peer: PeerHeader
      of: 'routeMonitoring' | 'statistics' | 'peerDown' | 'peerUp'
      detail: string
    }
  /**
   * A message that is not used. Its type is not supported (for example Route Mirroring), or it concerns an unknown type
   * of peer.
   */
  | { type: 'skipped'; code: number }
