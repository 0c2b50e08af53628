import { type CircuitPath, type PollKind, pollKinds } from '../poll.ts'

/**
 * Formats and parsers of the texts by which events, sources and routes name their subject. Only this file formats and
 * parses them: a session `10.0.4.12~10.0.4.4`, a path `AzurePrivatePeering/primary`, a route's carrier `gateway
 * neighbor`, polls of a kind `summary AzurePrivatePeering/primary`, and flags with a value such as `to:on_backup`.
 */

export interface SessionEnds {
  localAddress: string
  neighbor: string
}

/** Returns the subject of a session: `10.0.4.12~10.0.4.4`. */
export const sessionSubject = ({ localAddress, neighbor }: SessionEnds): string => `${localAddress}~${neighbor}`

/**
 * Returns the two ends of a session; null if the text does not name a session. For a Route Server, localAddress is '',
 * because the session belongs to both of its instances.
 */
export function parseSession(subject: string): SessionEnds | null {
  const [localAddress = '', neighbor, ...more] = subject.split('~')
  return neighbor && more.length === 0 ? { localAddress, neighbor } : null
}

/** Returns the local address from the subject of a session. */
export const instanceOf = (subject: string): string => subject.slice(0, subject.indexOf('~'))

/** Returns the neighbor from the subject of a session. A subject without a local address is returned unchanged. */
export const neighborOf = (subject: string): string => subject.slice(subject.indexOf('~') + 1)

/** Returns the subject of a path of a peering: `AzurePrivatePeering/primary`. */
export const pathSubject = (peering: string, path: CircuitPath): string => `${peering}/${path}`

/**
 * Parses peering and path from a path's subject or the subresource of a source. The path is null if the text names only
 * a peering; both are null for ''.
 */
export function parsePath(subject: string): { peering: string | null; path: CircuitPath | null } {
  const [peering, path] = subject.split('/')
  return { peering: peering || null, path: path === 'primary' || path === 'secondary' ? path : null }
}

/**
 * Returns the connection of a Virtual WAN hub whose inbound routes a learned-routes poll reads; null for other
 * subresources. The subresource is `hub/connection`, preceded by the hub's resource group if it differs from the
 * gateway's. Other learned-routes polls have no such subresource.
 */
export function hubConnectionIn(subresource: string): string | null {
  const words = subresource.split('/')
  return words.length > 1 ? (words.at(-1) ?? null) : null
}

/**
 * Returns the subject of the polls of a kind, for a subresource or for the whole resource: `summary
 * AzurePrivatePeering/primary`, `peers`.
 */
export const pollSubject = (kind: PollKind, subresource: string): string =>
  subresource === '' ? kind : `${kind} ${subresource}`

/** Parses a subject that {@link pollSubject} wrote; null if its first word is not a kind of poll. */
export function parsePoll(subject: string): { kind: PollKind; subresource: string } | null {
  const at = subject.indexOf(' ')
  const word = at < 0 ? subject : subject.slice(0, at)
  const kind = pollKinds.find((one) => one === word)
  return kind ? { kind, subresource: at < 0 ? '' : subject.slice(at + 1) } : null
}

/** Carrier of a route: a neighbor of a gateway. */
export interface RouteMember {
  /** scope of the gateway */
  gateway: string
  neighbor: string
}

export const memberOf = ({ gateway, neighbor }: RouteMember): string => `${gateway} ${neighbor}`

export function parseMember(member: string): RouteMember {
  const at = member.indexOf(' ')
  return at < 0 ? { gateway: member, neighbor: '' } : { gateway: member.slice(0, at), neighbor: member.slice(at + 1) }
}

/** Returns the value of a flag such as `to:on_backup`; null if no flag has that name. */
export function flagValue(flags: readonly string[], name: string): string | null {
  const prefix = `${name}:`
  return flags.find((flag) => flag.startsWith(prefix))?.slice(prefix.length) ?? null
}

/** Returns the flags with `name:value`, replacing an earlier value. */
export const withFlagValue = (flags: readonly string[], name: string, value: string): string[] => [
  ...flags.filter((flag) => !flag.startsWith(`${name}:`)),
  `${name}:${value}`,
]
