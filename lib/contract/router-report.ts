import type { AgreedSession } from './api/shared-facts.ts'
import type { Bounds, EpochMs } from './time/time.ts'

/** Types of neighbors in the order of their codes (RFC 7854 section 4.2, RFC 9069 section 4.1). */
export const routerPeerTypes = ['global', 'distinguished', 'local', 'locRib'] as const
export type RouterPeerType = (typeof routerPeerTypes)[number]

/**
 * Which of a router's tables a route is in: what a neighbor sent before and after the router's own policy (RFC 7854), what the
 * router sends before and after it (RFC 8671), and what it uses (RFC 9069).
 */
export const routerViews = ['adjInPre', 'adjInPost', 'adjOutPre', 'adjOutPost', 'locRib'] as const
export type RouterView = (typeof routerViews)[number]

/** Why a BGP session was closed, as one end wrote it (RFC 4271 section 4.5). */
export interface BgpNotification {
  code: number
  subcode: number
  /** what the operator wrote with a shutdown or reset (RFC 9003); null = nothing */
  communication: string | null
  /** what a Hard Reset carries as its own reason (RFC 8538 section 3); null = the notification is none, or carries none */
  hardResetOf: { code: number; subcode: number } | null
}

/** What a NOTIFICATION says, of a Hard Reset what it carries. */
export const innerOf = (notification: BgpNotification | null) => notification?.hardResetOf ?? notification

/** What a router's log gives as the reason, as far as its words say it. */
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

/** Why a session ended, as a router reports it by BMP (RFC 7854 section 4.9, RFC 9069 section 4.5). */
export type PeerDownReason =
  /** 1 and 3; null = the router left it out */
  | { by: 'local' | 'remote'; notification: BgpNotification | null }
  /** 2: the event of the router's state machine (RFC 4271 section 8.1); 0 = the router names none */
  | { by: 'localWithoutNotification'; fsmEvent: number }
  /** 4: the connection is gone */
  | { by: 'remoteWithoutNotification' }
  /** 5: the router no longer monitors the neighbor, whatever the session does */
  | { by: 'monitoringStopped' }
  /** 6: a Loc-RIB */
  | { by: 'localTable'; tableName: string | null }
  | { by: 'unknown'; code: number }

/** Why a session ended, as the router reports it by BMP or in its log. */
export type RouterDownReason =
  | PeerDownReason
  /** a line of its log, in the words of the router */
  | { by: 'log'; cause: LoggedCause; text: string }

/** A neighbor of a router, in one of its VRFs. */
export interface RouterPeer {
  type: RouterPeerType
  /** the VRF's route distinguisher as 16 hex digits; zeros = none */
  distinguisher: string
  /** null = none: the router's own table, or its own routes */
  neighbor: string | null
}

/** What describes a route that a router reports. */
export interface RouterRouteAttributes {
  nextHop: string | null
  /** nearest first; members of sets stand like any other; null = it could not be read */
  asPath: number[] | null
  /** the path with its sets and confederations; absent = it is a plain sequence, or could not be read */
  asPathText?: string | undefined
  /** whether the router's own ASN, which FRR puts in front of paths that it received, was taken away */
  asPathCorrected: boolean
  origin: 'igp' | 'egp' | 'incomplete' | null
  med: number | null
  localPref: number | null
  /** `localPref` stands in no message: it is the default of the router's software, which leaves it out. Absent = it was reported, or is not known */
  localPrefIsDefault?: true
  communities: string[]
  extendedCommunities: string[]
  largeCommunities: string[]
  /** types of attributes that were malformed; the route is described without them */
  unreadable: number[]
}

interface ReportOf {
  peer: RouterPeer
  /** when it arrived: the change had happened by then */
  at: EpochMs
  /** the second that the router names for the change, where that bounds it from below; null = nothing does */
  notBefore: EpochMs | null
}

/** What a router says of a session as it comes up; null = it did not. */
export interface RouterSessionFacts extends AgreedSession {
  /** the table that the session is in, such as a VRF */
  tableName: string | null
}

type Stating<Facts> = { [Name in keyof Facts]: NonNullable<Facts[Name]> }

/** What every OPEN message states. */
type Stated = 'localAsn' | 'neighborAsn' | 'neighborBgpId' | 'holdTimeSeconds'

export interface RouterSessionUp
  extends ReportOf,
    Omit<RouterSessionFacts, Stated>,
    Stating<Pick<RouterSessionFacts, Stated>> {
  type: 'sessionUp'
  /** the router's own BGP identifier; absent = unknown */
  localBgpId?: string
  /** when it was established, where a router that connects again says so; null = it does not, or it has just happened */
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
  /** which of several paths (RFC 7911); null = there is one */
  pathId: number | null
  /** null = withdrawn */
  attributes: RouterRouteAttributes | null
}

/** Everything in a table has been sent by now: what was not, is not there (RFC 4724 section 2). */
export interface RouterTableRead extends ReportOf {
  type: 'tableRead'
  view: RouterView
  family: 'ipv4' | 'ipv6'
}

/** A change that a router's log reports: nothing is known of the session before the first one. */
export interface RouterSessionLogged extends ReportOf, Pick<RouterSessionFacts, 'neighborAsn' | 'tableName'> {
  type: 'sessionLogged'
  state: 'up' | 'down'
  reason: RouterDownReason | null
}

/** A message about the neighbor could not be read: nothing is known of it from then on, until its session is stated again. */
export interface RouterSessionUnread extends ReportOf {
  type: 'sessionUnread'
  /** one plain sentence */
  detail: string
}

/** What a router reports of one of its neighbors. */
export type RouterReport =
  | RouterSessionUp
  | RouterSessionDown
  | RouterSessionLogged
  | RouterSessionUnread
  | RouterRoute
  | RouterTableRead

/** Equal for the same neighbor. */
export const routerPeerKey = ({ type, distinguisher, neighbor }: RouterPeer): string =>
  `${type}/${distinguisher}/${neighbor ?? ''}`

/** A line of a router's log about one of its sessions. */
export interface LoggedLine {
  neighbor: string
  /** as the router names it; null = the default one */
  vrf: string | null
  neighborAsn: number | null
  /** when it arrived */
  at: EpochMs
  /** the second before which it had not happened, by the router's clock; null = nothing is known of that */
  notBefore: EpochMs | null
  /** what the session went to; null = the line is about a NOTIFICATION alone */
  state: 'up' | 'down' | null
  reason: RouterDownReason | null
  /** the message, shortened */
  text: string
}

/** How a router reports; bgp = a session with Peerwatch's own collector, which it announces to. */
export const routerProtocols = ['bmp', 'syslog', 'bgp'] as const
export type RouterProtocol = (typeof routerProtocols)[number]

/** How a router's connection ended: `vanished` = the station that had it is gone. */
export const routerConnectionEnds = ['closed', 'lost', 'malformed', 'limit', 'failed', 'stopped', 'vanished'] as const
export type RouterConnectionEnd = (typeof routerConnectionEnds)[number]
