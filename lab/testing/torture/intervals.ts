/** Shortest permitted value of PROOF_EVERY. */
export const PROOF_EVERY_MS = 60_000

/** Short intervals, so that a round of half a minute has many polls of each source. */
export const SHORT_POLL_INTERVAL_SETTINGS = {
  POLL_SESSIONS_EVERY: '2s',
  POLL_CIRCUITS_EVERY: '2s',
  POLL_ROUTES_EVERY: '4s',
  POLL_INVENTORY_EVERY: '8s',
  PROOF_EVERY: `${PROOF_EVERY_MS}ms`,
}
