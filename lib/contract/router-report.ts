import type { ApiRouterSessionDetails } from './api/shared-facts.ts'
import type { TimestampBounds, EpochMs } from './time/time.ts'

/** Types of peers in BMP, in the order of their codes (RFC 7854 section 4.2, RFC 9069 section 4.1). */
export const routerPeerTypes = ['global', 'distinguished', 'local', 'locRib'] as const
export type RouterPeerType = (typeof routerPeerTypes)[number]

/**
 * Route tables of a router: routes received from a neighbor before and after the inbound policy (RFC 7854), routes sent
 * to a neighbor before and after the outbound policy (RFC 8671), and the routes in use (RFC 9069).
 */
export const monitoredRibs = ['adjInPre', 'adjInPost', 'adjOutPre', 'adjOutPost', 'locRib'] as const
export type MonitoredRib = (typeof monitoredRibs)[number]

/**
 * Content of the NOTIFICATION message with which a router or its neighbor closed a BGP session (RFC 4271 section 4.5).
 */
export interface BgpNotification {
  code: number
  subcode: number
  /** text that the operator entered for a shutdown or reset (RFC 9003); null = none */
  communication: string | null
  /**
   * actual reason, which a Hard Reset contains (RFC 8538 section 3); null = this is not a Hard Reset, or it contains no
   * reason
   */
  hardResetOf: { code: number; subcode: number } | null
}

/** Returns the reason for which a NOTIFICATION closed the session. A Hard Reset contains the actual reason. */
export const unwrapHardReset = (notification: BgpNotification | null) => notification?.hardResetOf ?? notification

/** Causes of a session's end that a router's log line can name. */
export const loggedSessionDownCauses = [
  'operator',
  'interface',
  'bfd',
  'holdTimer',
  'prefixLimit',
  'connection',
  'unknown',
] as const
export type LoggedSessionDownCause = (typeof loggedSessionDownCauses)[number]

/**
 * Reason for the end of a BGP session, as a router reported it by BMP (RFC 7854 section 4.9, RFC 9069 section 4.5). The
 * codes below are BMP's codes.
 */
export type PeerDownReason =
  /**
   * the router (`local`, code 1) or its neighbor (`remote`, code 3) closed the session with a NOTIFICATION; null = the
   * report does not contain it
   */
  | { by: 'local' | 'remote'; notification: BgpNotification | null }
  /**
   * the router closed the session without a NOTIFICATION (code 2), because of this event of its BGP state machine (RFC
   * 4271 section 8.1); 0 = no event is named
   */
  | { by: 'localWithoutNotification'; fsmEvent: number }
  /** the neighbor closed the session, or the connection was lost, without a NOTIFICATION (code 4) */
  | { by: 'remoteWithoutNotification' }
  /** the router no longer reports about this neighbor (code 5); the session may still be up */
  | { by: 'monitoringStopped' }
  /** the router no longer reports its own route table, the Loc-RIB (code 6) */
  | { by: 'localTable'; tableName: string | null }
  | { by: 'unknown'; code: number }

/** Reason for the end of a BGP session, as a router reported it by BMP or in its log. */
export type RouterDownReason =
  | PeerDownReason
  /** reason from a line of the log; `text` is the line as the router wrote it */
  | { by: 'log'; cause: LoggedSessionDownCause; text: string }

/** BGP neighbor of a customer's router in one of its VRFs, or the router's own route table. */
export interface RouterPeer {
  type: RouterPeerType
  /** route distinguisher of the VRF as 16 hex digits; zeros = none */
  distinguisher: string
  /** address of the neighbor; null = the report is about the router's own table or its own routes */
  neighbor: string | null
}

/** Attributes of a route that a router reports. */
export interface RouterRouteAttributes {
  nextHop: string | null
  /** all ASNs of the AS path, nearest first, including the members of sets; null = could not be parsed */
  asPath: number[] | null
  /**
   * text form of the AS path with its sets and confederations; absent = the path is a plain sequence, or could not be
   * parsed
   */
  asPathText?: string | undefined
  /** true if the router's own ASN was removed from the AS path, because FRR prepends it to received paths */
  asPathCorrected: boolean
  origin: 'igp' | 'egp' | 'incomplete' | null
  med: number | null
  localPref: number | null
  /**
   * true if the router reported no `localPref`, so `localPref` is the default of its software; absent = reported, or
   * unknown
   */
  localPrefIsDefault?: true
  communities: string[]
  extendedCommunities: string[]
  largeCommunities: string[]
  /** type codes of the route's attributes that could not be parsed and are therefore missing here */
  unreadable: number[]
}

interface ReportOf {
  peer: RouterPeer
  /** time at which the report arrived; the change happened at this time or earlier */
  at: EpochMs
  /** earliest possible time of the change, from the second that the router reports; null = not known */
  notBefore: EpochMs | null
}

/** Facts about a BGP session that a router reports when the session comes up; null = not reported. */
export interface RouterSessionDetails extends ApiRouterSessionDetails {
  /** name of the route table to which the session belongs, for example of a VRF */
  tableName: string | null
}

type Stating<Facts> = { [Name in keyof Facts]: NonNullable<Facts[Name]> }

/** Facts that the OPEN messages of a session always contain, so a report of an established session cannot lack them. */
type Stated = 'localAsn' | 'neighborAsn' | 'neighborBgpId' | 'holdTimeSeconds'

export interface RouterSessionUp
  extends ReportOf,
    Omit<RouterSessionDetails, Stated>,
    Stating<Pick<RouterSessionDetails, Stated>> {
  type: 'sessionUp'
  /** BGP identifier of the router itself; absent = unknown */
  localBgpId?: string
  /**
   * bounds of the time when the session was established, if it was already up when the router connected to Peerwatch;
   * null = not reported, or the session has just come up
   */
  established: TimestampBounds | null
}

export interface RouterSessionDown extends ReportOf {
  type: 'sessionDown'
  neighborAsn: number
  reason: RouterDownReason
}

export interface RouterRoute extends ReportOf {
  type: 'route'
  view: MonitoredRib
  prefix: string
  /**
   * identifier of this path, if the neighbor may send several paths to one prefix (ADD-PATH, RFC 7911); null = single
   * path
   */
  pathId: number | null
  /** attributes of the route; null = the route was withdrawn */
  attributes: RouterRouteAttributes | null
}

/**
 * End of a route table: the router has sent all of its routes. Routes that it did not send do not exist (RFC 4724
 * section 2).
 */
export interface EndOfRouterTable extends ReportOf {
  type: 'tableRead'
  view: MonitoredRib
  family: 'ipv4' | 'ipv6'
}

/** Change of a BGP session that a router's log reports. The state before the first such report is unknown. */
export interface LoggedRouterSessionChange extends ReportOf, Pick<RouterSessionDetails, 'neighborAsn' | 'tableName'> {
  type: 'sessionLogged'
  state: 'up' | 'down'
  reason: RouterDownReason | null
}

/**
 * Report about a neighbor that could not be parsed. The state of the session is unknown until the next report about it.
 */
export interface UnreadableRouterSession extends ReportOf {
  type: 'sessionUnread'
  /** sentence with the reason why the report could not be parsed */
  detail: string
}

/** Report of a router about one of its neighbors. */
export type RouterNeighborReport =
  | RouterSessionUp
  | RouterSessionDown
  | LoggedRouterSessionChange
  | UnreadableRouterSession
  | RouterRoute
  | EndOfRouterTable

/** Returns a text that identifies a neighbor of a router. Reports about the same neighbor have the same key. */
export const buildRouterPeerKey = ({ type, distinguisher, neighbor }: RouterPeer): string =>
  `${type}/${distinguisher}/${neighbor ?? ''}`

/** Line of a router's log about one of its sessions. */
export interface RouterLogLine {
  neighbor: string
  /** VRF name as reported by the router; null = the default VRF */
  vrf: string | null
  neighborAsn: number | null
  /** time at which the log line arrived */
  at: EpochMs
  /** earliest possible time of the change in whole seconds, by the router's clock; null = unknown */
  notBefore: EpochMs | null
  /** new state of the session; null = the line only reports that a NOTIFICATION was sent or received */
  state: 'up' | 'down' | null
  reason: RouterDownReason | null
  /** text of the log line, shortened */
  text: string
}

/**
 * Protocols by which a customer's router reports to Peerwatch. `bgp` = the router has a BGP session with Peerwatch's
 * own collector and announces its routes there.
 */
export const routerReportingProtocols = ['bmp', 'syslog', 'bgp'] as const
export type RouterReportingProtocol = (typeof routerReportingProtocols)[number]

/**
 * Reasons why a router's connection to Peerwatch ended. `vanished` = the Peerwatch process that held the connection
 * stopped without recording its end.
 */
export const routerConnectionEndReasons = [
  'closed',
  'lost',
  'malformed',
  'limit',
  'failed',
  'stopped',
  'vanished',
] as const
export type RouterConnectionEndReason = (typeof routerConnectionEndReasons)[number]
