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
