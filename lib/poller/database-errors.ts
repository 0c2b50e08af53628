/**
 * SQLSTATE classes and codes that say that the server went away, is busy, full or (25006, while another one takes over) read only, not
 * that the statement was wrong.
 */
const PASSING = /^(08|57P0|53|40001|40P01|25006|25P0[34])/

const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
])

/** Texts of the driver's own errors, which carry no code. */
const DRIVER =
  /connection terminated|terminating connection|timeout exceeded when trying to connect|client has encountered a connection error|not queryable/i

/** Whether an error of the database will pass by itself: the server restarts, the network is back, a lock is free. */
export function willPass(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof AggregateError && error.errors.some(willPass)) return true
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return PASSING.test(code) || NETWORK.has(code) || DRIVER.test(error.message)
}
