import type { EventKind, PollKind } from '#lib/contract/index.ts'

export { instanceOf, neighborOf, sessionSubject } from '#lib/contract/index.ts'

/** How one table of a gateway is named: what an instance learned from a peer. */
export const tableKey = (instance: string | null, peer: string | null) => `${instance ?? ''}|${peer ?? ''}`

/** How the polls of a kind are named among all that are polled, as history answers for them: `scope subresource kind`. */
export const polledKey = (scope: string, subresource: string, kind: PollKind) => `${scope} ${subresource} ${kind}`

/** Events that one session fell, by whichever end. */
export const SESSION_FALLS = new Set<EventKind>(['session_down', 'router_session_down', 'session_flap'])
