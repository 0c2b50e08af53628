import type { EventKind, PollKind } from '#lib/contract/index.ts'

export { parseSubjectInstance, parseSubjectNeighbor, formatSessionSubject } from '#lib/contract/index.ts'

/** Returns the key of the route table that one instance of a gateway learned from one peer. */
export const formatTableKey = (instance: string | null, peer: string | null) => `${instance ?? ''}|${peer ?? ''}`

/** Returns the instance and the peer of a table's key; null if the key has none. */
export function parseTableKey(key: string): { instance: string | null; peer: string | null } {
  const [instance, peer] = key.split('|')
  return { instance: instance || null, peer: peer || null }
}

/** Returns the key of a source's polls in the history: `scope subresource kind`. */
export const formatPollKey = (scope: string, subresource: string, kind: PollKind) => `${scope} ${subresource} ${kind}`

/** Kinds of events that report the fall of one session, at Azure's or at the router's end. */
export const SESSION_FALL_KINDS = new Set<EventKind>(['session_down', 'router_session_down', 'session_flap'])

/** Event kinds about a single instance of a gateway. Their subject is the address of the instance. */
export const gatewayInstanceEventKinds: ReadonlySet<EventKind> = new Set([
  'gateway_instance_lost',
  'gateway_instance_restarted',
])
