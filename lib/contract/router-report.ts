import type { AgreedSession } from './api/shared-facts.ts'
import type { Bounds, EpochMs } from './time/time.ts'

/** Types of BMP peers in the order of their codes (RFC 7854 section 4.2, RFC 9069 section 4.1). */
export const routerPeerTypes = ['global', 'distinguished', 'local', 'locRib'] as const
export type RouterPeerType = (typeof routerPeerTypes)[number]

/**
 * Tables of a router in which a route can be: received from a neighbor before and after the router's policy (RFC 7854),
 * sent before and after it (RFC 8671), and in use (RFC 9069).
 */
export const routerViews = ['adjInPre', 'adjInPost', 'adjOutPre', 'adjOutPost', 'locRib'] as const
export type RouterView = (typeof routerViews)[number]

/** Content of the NOTIFICATION message with which one end closed a BGP session (RFC 4271 section 4.5). */
export interface BgpNotification {
  code: number
  subcode: number
  /** the operator's text in a shutdown or reset (RFC 9003); null = none */
  communication: string | null
  /** reason inside a Hard Reset (RFC 8538 section 3); null = not a Hard Reset, or without a reason */
  hardResetOf: { code: number; subcode: number } | null
}

/** Returns the reason of a NOTIFICATION; for a Hard Reset, the reason inside it. */
export const innerOf = (notification: BgpNotification | null) => notification?.hardResetOf ?? notification

/** Causes in a router's log, as far as its text names one. */
export const loggedCauses = [
  'operator',
  'interface',
  'bfd',
  'holdTimer',
  'prefixLimit',
  'connection',
  'unknown',
] as const
export type LoggedCause = (typeof loggedCauses)[number]

/** Reason for the end of a session, as reported by a router by BMP (RFC 7854 section 4.9, RFC 9069 section 4.5). */
export type PeerDownReason =
  /**
   * closed by the router or by its neighbor with a NOTIFICATION (codes 1 and 3); null = the router did not include the
   * notification
   */
  | { by: 'local' | 'remote'; notification: BgpNotification | null }
  /**
   * closed by the router without a NOTIFICATION (code 2), with the event of its state machine (RFC 4271 section 8.1); 0
   * = no event is named
   */
  | { by: 'localWithoutNotification'; fsmEvent: number }
  /** connection lost without a NOTIFICATION of the neighbor (code 4) */
  | { by: 'remoteWithoutNotification' }
  /** the router stopped monitoring the neighbor (code 5); the session may still be up */
  | { by: 'monitoringStopped' }
  /** end of the router's own table, a Loc-RIB (code 6) */
  | { by: 'localTable'; tableName: string | null }
  | { by: 'unknown'; code: number }

/** Reason for the end of a session, as reported by a router by BMP or in its log. */
export type RouterDownReason =
  | PeerDownReason
  /** a line of the log, in the router's words */
  | { by: 'log'; cause: LoggedCause; text: string }

/** Neighbor of a router, in one of its VRFs. */
export interface RouterPeer {
  type: RouterPeerType
  /** route distinguisher of the VRF as 16 hex digits; zeros = none */
  distinguisher: string
  /** address of the neighbor; null = the router's own table or its own routes */
  neighbor: string | null
}

/** Attributes of a route that a router reports. */
export interface RouterRouteAttributes {
  nextHop: string | null
  /** all ASNs, nearest first, including the members of sets; null = could not be parsed */
  asPath: number[] | null
  /** text of the path with its sets and confederations; absent = a plain sequence, or could not be parsed */
  asPathText?: string | undefined
  /** true if the router's own ASN, which FRR prepends to received paths, was removed */
  asPathCorrected: boolean
  origin: 'igp' | 'egp' | 'incomplete' | null
  med: number | null
  localPref: number | null
  /**
   * true if no message contained `localPref`, so it is the default of the router's software; absent = reported, or
   * unknown
   */
  localPrefIsDefault?: true
  communities: string[]
  extendedCommunities: string[]
  largeCommunities: string[]
  /** type codes of malformed attributes, which are left out of this description */
  unreadable: number[]
}

interface ReportOf {
  peer: RouterPeer
  /** time of arrival; the change happened at or before this time */
  at: EpochMs
  /** the second that the router reports for the change, if it is a lower bound; null = no lower bound */
  notBefore: EpochMs | null
}

/** Facts that a router reports when a session comes up; null = not reported. */
export interface RouterSessionFacts extends AgreedSession {
  /** name of the session's table, for example a VRF */
  tableName: string | null
}

type Stating<Facts> = { [Name in keyof Facts]: NonNullable<Facts[Name]> }

/** Facts that every OPEN message contains. */
type Stated = 'localAsn' | 'neighborAsn' | 'neighborBgpId' | 'holdTimeSeconds'

export interface RouterSessionUp
  extends ReportOf,
    Omit<RouterSessionFacts, Stated>,
    Stating<Pick<RouterSessionFacts, Stated>> {
  type: 'sessionUp'
  /** the router's own BGP identifier; absent = unknown */
  localBgpId?: string
  /**
   * establishment time, if the router reports it after a reconnect; null = not reported, or the session has just come
   * up
   */
  established: Bounds | null
}

export interface RouterSessionDown extends ReportOf {
  type: 'sessionDown'
  neighborAsn: number
  reason: RouterDownReason
}

export interface RouterRoute extends ReportOf {
  type: 'route'
  view: RouterView
  prefix: string
  /** identifier of one of several paths (RFC 7911); null = a single path */
  pathId: number | null
  /** attributes of the route; null = withdrawn */
  attributes: RouterRouteAttributes | null
}

/** End of a table: the router has sent all routes, so routes that were not sent do not exist (RFC 4724 section 2). */
export interface RouterTableRead extends ReportOf {
  type: 'tableRead'
  view: RouterView
  family: 'ipv4' | 'ipv6'
}

/** Session change reported by a router's log. The state before the first such change is unknown. */
export interface RouterSessionLogged extends ReportOf, Pick<RouterSessionFacts, 'neighborAsn' | 'tableName'> {
  type: 'sessionLogged'
  state: 'up' | 'down'
  reason: RouterDownReason | null
}

/**
 * Message about a neighbor that could not be parsed. The session's state is unknown until the router reports it again.
 */
export interface RouterSessionUnread extends ReportOf {
  type: 'sessionUnread'
  /** reason in one plain sentence */
  detail: string
}

/** Report of a router about one of its neighbors. */
export type RouterReport =
  | RouterSessionUp
  | RouterSessionDown
  | RouterSessionLogged
  | RouterSessionUnread
  | RouterRoute
  | RouterTableRead

/** Returns a key of a router's neighbor. Two reports about the same neighbor have equal keys. */
export const routerPeerKey = ({ type, distinguisher, neighbor }: RouterPeer): string =>
  `${type}/${distinguisher}/${neighbor ?? ''}`

/** Line of a router's log about one of its sessions. */
export interface LoggedLine {
  neighbor: string
  /** VRF name as reported by the router; null = the default VRF */
  vrf: string | null
  neighborAsn: number | null
  /** time at which the log line arrived */
  at: EpochMs
  /** lower bound of the change in whole seconds, by the router's clock; null = unknown */
  notBefore: EpochMs | null
  /** new state of the session; null = the line only reports a NOTIFICATION */
  state: 'up' | 'down' | null
  reason: RouterDownReason | null
  /** text of the log line, shortened */
  text: string
}

/**
 * Protocols by which a router reports; bgp = a session in which it announces its routes to Peerwatch's own collector.
 */
export const routerProtocols = ['bmp', 'syslog', 'bgp'] as const
export type RouterProtocol = (typeof routerProtocols)[number]

/** Reasons for the end of a router's connection; `vanished` = the station that held the connection is gone. */
export const routerConnectionEnds = ['closed', 'lost', 'malformed', 'limit', 'failed', 'stopped', 'vanished'] as const
export type RouterConnectionEnd = (typeof routerConnectionEnds)[number]
