/**
 * Reasons why the database could not execute a correct statement:
 * - `away`: the server could not be reached, does not respond, is starting, stopping or failing over, or the connection
 * was lost
 * - `pool_exhausted`: all connections of this process were in use during the whole time that the pool waits
 * - `timed_out`: Postgres ended the statement at its time limit, or an administrator ended it
 * - `read_only`: the server is a standby, or a primary that was set to read-only
 * - `disk_full`: the disk of the server is full
 * - `out_of_resources`: connections, memory or another limit of the server
 * - `conflict`: a deadlock, a serialization failure or a lock that was not available; no data was written
 */
export type DatabaseFailure =
  | 'away'
  | 'pool_exhausted'
  | 'timed_out'
  | 'read_only'
  | 'disk_full'
  | 'out_of_resources'
  | 'conflict'

/**
 * SQLSTATE codes and classes (https://www.postgresql.org/docs/current/errcodes-appendix.html) by reason. The first
 * match counts.
 */
const STATES: readonly [state: RegExp, failure: DatabaseFailure][] = [
  [/^(08|57P0|25P0[34])/, 'away'],
  [/^25006$/, 'read_only'],
  [/^53100$/, 'disk_full'],
  [/^53/, 'out_of_resources'],
  [/^57014$/, 'timed_out'],
  [/^(40001|40P01|55P03)$/, 'conflict'],
]

/** Error codes of Node.js for a connection that failed or was lost. */
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

/** Messages of the driver's own errors, which have no code. */
const DRIVER: readonly [words: RegExp, failure: DatabaseFailure][] = [
  [/timeout exceeded when trying to connect/i, 'pool_exhausted'],
  [/connection terminated|terminating connection|client has encountered a connection error|not queryable/i, 'away'],
  // the client waits longer than the server's limit for a statement. A working server would therefore already have
  // reported that it ended the statement
  [/query read timeout|timeout expired/i, 'away'],
]

/**
 * Returns the reason why the database failed to execute a statement; null if the error has another origin, or if the
 * statement or its data is wrong.
 */
export function classifyDatabaseFailure(error: unknown): DatabaseFailure | null {
  if (!(error instanceof Error)) return null
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (NETWORK.has(code) || isMissingSocket(error, code)) return 'away'
  const own =
    STATES.find(([state]) => state.test(code)) ??
    (code === '' ? DRIVER.find(([words]) => words.test(error.message)) : null)
  if (own) return own[1]
  return error instanceof AggregateError
    ? (error.errors.map(classifyDatabaseFailure).find((found) => found !== null) ?? null)
    : null
}

/**
 * Reports whether an error of the database is temporary, so that the work can be retried after a wait. A statement that
 * was ended at its time limit does not count, because a retry is not expected to be faster.
 */
export function isTemporaryFailure(error: unknown): boolean {
  const failure = classifyDatabaseFailure(error)
  return failure !== null && failure !== 'timed_out'
}

/**
 * Reports whether the error means that the client stopped waiting for the response to a statement. The connection on
 * which the statement was sent cannot be used any more.
 */
export function isClientTimeout(error: unknown): error is Error {
  return error instanceof Error && error.message === 'Query read timeout'
}

/**
 * Reports whether an error means that the Unix socket of the database does not exist. Other errors about a missing file
 * (ENOENT) are not failures of the database.
 */
function isMissingSocket(error: Error, code: string): boolean {
  return code === 'ENOENT' && 'syscall' in error && error.syscall === 'connect'
}
