/**
 * What keeps the database from doing what was asked, where the statement itself is right:
 * - `away`: no connection could be had, it was lost, or it is silent; the server stops, starts or hands over
 * - `pool_exhausted`: every connection that this process may use was in use for as long as the pool waits
 * - `timed_out`: Postgres ended the statement at its time limit, or an administrator did
 * - `read_only`: a standby, or a primary that was set to read only
 * - `disk_full`
 * - `out_of_resources`: connections, memory or another limit of the server
 * - `conflict`: a deadlock, a serialization failure or a lock that was not available; nothing was written
 */
export type DatabaseFailure =
  | 'away'
  | 'pool_exhausted'
  | 'timed_out'
  | 'read_only'
  | 'disk_full'
  | 'out_of_resources'
  | 'conflict'

/** SQLSTATE codes and classes (https://www.postgresql.org/docs/current/errcodes-appendix.html); the first that matches counts. */
const STATES: readonly [state: RegExp, failure: DatabaseFailure][] = [
  [/^(08|57P0|25P0[34])/, 'away'],
  [/^25006$/, 'read_only'],
  [/^53100$/, 'disk_full'],
  [/^53/, 'out_of_resources'],
  [/^57014$/, 'timed_out'],
  [/^(40001|40P01|55P03)$/, 'conflict'],
]

/** Node's codes of a connection that can't be had or was lost. */
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
const DRIVER: readonly [words: RegExp, failure: DatabaseFailure][] = [
  [/timeout exceeded when trying to connect/i, 'pool_exhausted'],
  [/connection terminated|terminating connection|client has encountered a connection error|not queryable/i, 'away'],
  // the limit of the client, which is longer than the server's: the server itself is silent
  [/query read timeout|timeout expired/i, 'away'],
]

/** What an error says of the database; null if it does not come from there, or the statement or its data is wrong. */
export function databaseFailure(error: unknown): DatabaseFailure | null {
  if (!(error instanceof Error)) return null
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (NETWORK.has(code) || isMissingSocket(error, code)) return 'away'
  const own =
    STATES.find(([state]) => state.test(code)) ??
    (code === '' ? DRIVER.find(([words]) => words.test(error.message)) : null)
  if (own) return own[1]
  return error instanceof AggregateError
    ? (error.errors.map(databaseFailure).find((found) => found !== null) ?? null)
    : null
}

/**
 * Whether an error of the database passes by itself, so that whoever holds work waits and tries again. A statement that was
 * ended at its time limit is not expected to be quicker the next time.
 */
export function willPass(error: unknown): boolean {
  const failure = databaseFailure(error)
  return failure !== null && failure !== 'timed_out'
}

/** Whether the client gave up on a statement that it had sent: nothing more can be asked on that connection. */
export function isUnanswered(error: unknown): error is Error {
  return error instanceof Error && error.message === 'Query read timeout'
}

/** A Unix socket that is not there; other missing files are no matter of the database. */
function isMissingSocket(error: Error, code: string): boolean {
  return code === 'ENOENT' && 'syscall' in error && error.syscall === 'connect'
}
