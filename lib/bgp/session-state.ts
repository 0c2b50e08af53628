/**
 * States of a BGP session: the finite state machine of RFC 4271 section 8.2.2, and beside it `stopped`
 * (administratively down) and `unknown` (not observed, or a word that we can't place).
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

/** Whether a state positively shows that the session carries no routes. `unknown` shows nothing. */
export function isDownState(state: SessionState): boolean {
  return state !== 'established' && state !== 'unknown'
}

/** A session as a gateway's instance reports it. */
interface ReportedLife {
  state: SessionState
  connectedDurationMs: number | null
  messagesSent: bigint | null
  messagesReceived: bigint | null
}

/** OPEN and KEEPALIVE: no session is established before each side has sent both. Source: RFC 4271, section 8.2.2. */
const MIN_MESSAGES = 2n

/**
 * Whether a session that is down was up before: its row still has a duration, or both sides sent as many messages as a session needs to come
 * up. An instance's row about a neighbor that never answered has fewer.
 */
export function hadLife({ state, connectedDurationMs, messagesSent, messagesReceived }: ReportedLife): boolean {
  if (!isDownState(state)) return false
  if (connectedDurationMs !== null && connectedDurationMs > 0) return true
  return (messagesSent ?? 0n) >= MIN_MESSAGES && (messagesReceived ?? 0n) >= MIN_MESSAGES
}
