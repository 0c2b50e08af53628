import { type CircuitPath, type PollKind, pollKinds } from '../poll.ts'

/**
 * Formats and parsers of texts that name the subject of an event, a source or a route. Only this file may format or
 * parse them. Examples:
 * - a session: `10.0.4.12~10.0.4.4`
 * - a path: `AzurePrivatePeering/primary`
 * - a neighbor of a gateway from which a route was learned: `gateway neighbor`
 * - polls: `summary AzurePrivatePeering/primary`
 * - a flag with a value: `to:on_backup`
 */

export interface SessionEnds {
  localAddress: string
  neighbor: string
}

/** Returns the subject of a session: `10.0.4.12~10.0.4.4`. */
export const formatSessionSubject = ({ localAddress, neighbor }: SessionEnds): string => `${localAddress}~${neighbor}`

/**
 * Returns the two ends of a session; null if the text does not name a session. For a Route Server, localAddress is '',
 * because the session belongs to both of its instances.
 */
export function parseSessionSubject(subject: string): SessionEnds | null {
  const [localAddress = '', neighbor, ...more] = subject.split('~')
  return neighbor && more.length === 0 ? { localAddress, neighbor } : null
}

/**
 * Returns the local address from the subject of a session, that is, the address of the gateway instance: `10.0.4.12`
 * for `10.0.4.12~10.0.4.4`.
 */
export const parseSubjectInstance = (subject: string): string => subject.slice(0, subject.indexOf('~'))

/**
 * Returns the neighbor from the subject of a session: `10.0.4.4` for `10.0.4.12~10.0.4.4`. A text without `~` is
 * returned unchanged.
 */
export const parseSubjectNeighbor = (subject: string): string => subject.slice(subject.indexOf('~') + 1)

/** Returns the subject of a path of a peering: `AzurePrivatePeering/primary`. */
export const formatPathSubject = (peering: string, path: CircuitPath): string => `${peering}/${path}`

/**
 * Parses the peering and the path from the subject of a path, or from the polled part of a circuit. `path` is null if
 * the text names only a peering; both are null for ''.
 */
export function parsePathSubject(subject: string): { peering: string | null; path: CircuitPath | null } {
  const [peering, path] = subject.split('/')
  return { peering: peering || null, path: path === 'primary' || path === 'secondary' ? path : null }
}

/**
 * Returns the name of the connection of a Virtual WAN hub from the polled part of a gateway; null if the polled part is
 * not a connection.
 * @param subresource `hub/connection`, or `group/hub/connection` if the hub is in another resource group than the
 *   gateway. Any other text has no slash.
 */
export function parseHubConnectionName(subresource: string): string | null {
  const words = subresource.split('/')
  return words.length > 1 ? (words.at(-1) ?? null) : null
}

/**
 * Returns the subject of an event about polls: the poll kind and the polled part, for example `summary
 * AzurePrivatePeering/primary`; only the kind if the whole resource is polled.
 */
export const formatPollSubject = (kind: PollKind, subresource: string): string =>
  subresource === '' ? kind : `${kind} ${subresource}`

/** Parses a subject that {@link formatPollSubject} wrote; null if its first word is not a kind of poll. */
export function parsePollSubject(subject: string): { kind: PollKind; subresource: string } | null {
  const at = subject.indexOf(' ')
  const word = at < 0 ? subject : subject.slice(0, at)
  const kind = pollKinds.find((one) => one === word)
  return kind ? { kind, subresource: at < 0 ? '' : subject.slice(at + 1) } : null
}

/** BGP neighbor of a gateway, from which the gateway learned a route. */
export interface GatewayNeighbor {
  /** short id of the gateway */
  gateway: string
  neighbor: string
}

export const formatGatewayNeighbor = ({ gateway, neighbor }: GatewayNeighbor): string => `${gateway} ${neighbor}`

export function parseGatewayNeighbor(member: string): GatewayNeighbor {
  const at = member.indexOf(' ')
  return at < 0 ? { gateway: member, neighbor: '' } : { gateway: member.slice(0, at), neighbor: member.slice(at + 1) }
}

/** Returns the value of a flag such as `to:on_backup`; null if no flag has that name. */
export function getEventFlagValue(flags: readonly string[], name: string): string | null {
  const prefix = `${name}:`
  return flags.find((flag) => flag.startsWith(prefix))?.slice(prefix.length) ?? null
}

/** Returns the flags with the flag `name:value` added. An earlier value of this flag is replaced. */
export const setEventFlagValue = (flags: readonly string[], name: string, value: string): string[] => [
  ...flags.filter((flag) => !flag.startsWith(`${name}:`)),
  `${name}:${value}`,
]
