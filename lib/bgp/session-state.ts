/**
 * States of a BGP session: the states of RFC 4271 section 8.2.2, and in addition `stopped` (administratively down) and
 * `unknown` (not observed, or a state name that Peerwatch does not know).
 */
export const sessionStates = [
  'idle',
  'connect',
  'active',
  'openSent',
  'openConfirm',
  'established',
  'stopped',
  'unknown',
] as const
export type SessionState = (typeof sessionStates)[number]

/** Reports whether a state proves that the session carries no routes. `unknown` proves nothing. */
export function isSessionStateDown(state: SessionState): boolean {
  return state !== 'established' && state !== 'unknown'
}

/** Fields of a session as a gateway instance reports them. */
interface ReportedLife {
  state: SessionState
  connectedDurationMs: number | null
  messagesSent: bigint | null
  messagesReceived: bigint | null
}

/**
 * Minimum number of messages from each side before a session can be established: OPEN and KEEPALIVE. Source: RFC 4271,
 * section 8.2.2.
 */
const MIN_MESSAGES = 2n

/**
 * Reports whether a session that is down was up before. This is so if its row still has a duration, or if both sides
 * sent at least as many messages as a session needs to come up; a neighbor that never answered has sent fewer. False
 * for a session that is not down.
 */
export function hasBeenUpBefore({ state, connectedDurationMs, messagesSent, messagesReceived }: ReportedLife): boolean {
  if (!isSessionStateDown(state)) return false
  if (connectedDurationMs !== null && connectedDurationMs > 0) return true
  return (messagesSent ?? 0n) >= MIN_MESSAGES && (messagesReceived ?? 0n) >= MIN_MESSAGES
}
