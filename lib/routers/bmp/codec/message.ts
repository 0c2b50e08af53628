import type { PeerDownReason } from '#lib/contract/index.ts'
import type { BgpOpen } from './open.ts'
import type { PeerHeader } from './peer-header.ts'
import type { Statistic } from './statistics.ts'
import type { BgpUpdate } from './update.ts'

export interface PeerUp {
  type: 'peerUp'
  peer: PeerHeader
  /** local address of the session; null = not given, as for a Loc-RIB */
  localAddress: string | null
  /** TCP port of the router's end; 0 = unknown */
  localPort: number
  remotePort: number
  sent: BgpOpen
  received: BgpOpen
  /** name of the VRF or table (RFC 9069 section 4.4); null = not given */
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

/** One message of a router (RFC 7854 section 4). */
export type BmpMessage =
  | RouteMonitoring
  | { type: 'statistics'; peer: PeerHeader; statistics: Statistic[] }
  | PeerDown
  | PeerUp
  | Initiation
  /** end of the connection; the reason is a code of RFC 7854 section 4.5; null = not given */
  | { type: 'termination'; reason: number | null; texts: string[] }
  /** message about a neighbor whose content cannot be read; `detail` is one plain sentence */
  | {
      type: 'unreadable'
      peer: PeerHeader
      of: 'routeMonitoring' | 'statistics' | 'peerDown' | 'peerUp'
      detail: string
    }
  /**
   * message that is not used, because its type is unsupported or unknown (for example, Route Mirroring), or because it
   * is about a peer of an unknown type
   */
  | { type: 'skipped'; code: number }
