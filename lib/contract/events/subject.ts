import { type CircuitPath, type PollKind, pollKinds } from '../poll.ts'

/**
 * The texts by which events, sources and routes name what they are about, written and read here alone: a session `10.0.4.12~10.0.4.4`,
 * a path `AzurePrivatePeering/primary`, a route's carrier `gateway neighbor`, a polled kind `AzurePrivatePeering/primary summary`, and
 * flags with a value such as `to:on_backup`.
 */

export interface SessionEnds {
  localAddress: string
  neighbor: string
}

/** How one session is named: `10.0.4.12~10.0.4.4`. */
export const sessionSubject = ({ localAddress, neighbor }: SessionEnds): string => `${localAddress}~${neighbor}`

/** The two ends of a session; null where the text names none. A Route Server's near end is both of its instances: ''. */
export function parseSession(subject: string): SessionEnds | null {
  const [localAddress = '', neighbor, ...more] = subject.split('~')
  return neighbor && more.length === 0 ? { localAddress, neighbor } : null
}

/** The near end of a session, from its subject. */
export const instanceOf = (subject: string): string => subject.slice(0, subject.indexOf('~'))

/** The far end of a session, from its subject; a subject that names a neighbor alone is that. */
export const neighborOf = (subject: string): string => subject.slice(subject.indexOf('~') + 1)

/** How one path of a peering is named: `AzurePrivatePeering/primary`. */
export const pathSubject = (peering: string, path: CircuitPath): string => `${peering}/${path}`

/** Peering and path, from a path's subject or the subresource of a source; a peering alone has no path, and '' has neither. */
export function parsePath(subject: string): { peering: string | null; path: CircuitPath | null } {
  const [peering, path] = subject.split('/')
  return { peering: peering || null, path: path === 'primary' || path === 'secondary' ? path : null }
}

/**
 * The connection of a Virtual WAN hub whose inbound routes a poll of learned routes reads: `hub/connection`, and before them the hub's
 * resource group where that is not the gateway's. Other tables of learned routes have no such subresource.
 */
export function hubConnectionIn(subresource: string): string | null {
  const words = subresource.split('/')
  return words.length > 1 ? (words.at(-1) ?? null) : null
}

/** How the polls of a kind are named, of a subresource of their resource or of all of it: `summary AzurePrivatePeering/primary`, `peers`. */
export const pollSubject = (kind: PollKind, subresource: string): string =>
  subresource === '' ? kind : `${kind} ${subresource}`

/** The kind and the subresource of polls, from their subject; null where the text names none. */
export function parsePoll(subject: string): { kind: PollKind; subresource: string } | null {
  const at = subject.indexOf(' ')
  const word = at < 0 ? subject : subject.slice(0, at)
  const kind = pollKinds.find((one) => one === word)
  return kind ? { kind, subresource: at < 0 ? '' : subject.slice(at + 1) } : null
}

/** What carries a route: a neighbor of a gateway. */
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

/** The value of a flag such as `to:on_backup`; null where no flag has that name. */
export function flagValue(flags: readonly string[], name: string): string | null {
  const prefix = `${name}:`
  return flags.find((flag) => flag.startsWith(prefix))?.slice(prefix.length) ?? null
}

/** Flags with `name:value` in the place of an earlier value. */
export const withFlagValue = (flags: readonly string[], name: string, value: string): string[] => [
  ...flags.filter((flag) => !flag.startsWith(`${name}:`)),
  `${name}:${value}`,
]
