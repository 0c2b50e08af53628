import { STATEMENT_TIME_LIMIT_MS, MAX_CONNECTION_WAIT_MS, TooManyQueriesError } from '#lib/questions/index.ts'
import { type DatabaseFailure, classifyDatabaseFailure } from '#lib/platform/database-failure.ts'
import { SettingsError } from '#lib/platform/settings.ts'
import { ComputationTimeoutError } from '#lib/overview/answers/shared-answer.ts'

interface Unavailability {
  /** text about the failure and the action to take */
  detail: string
  retryAfterSeconds: number
}

const TOO_MANY: Unavailability = {
  detail: `Too many questions at once: this one waited ${MAX_CONNECTION_WAIT_MS / 1_000} s for its turn. Ask again in a moment.`,
  retryAfterSeconds: 5,
}

const FAILURES: Record<DatabaseFailure, Unavailability> = {
  away: {
    detail: 'The database does not answer. Peerwatch tries again with each request; see /api/health.',
    retryAfterSeconds: 2,
  },
  pool_exhausted: TOO_MANY,
  timed_out: {
    detail: `The question took longer than ${STATEMENT_TIME_LIMIT_MS / 1_000} s and was ended. Ask for less, such as a shorter range, or later.`,
    retryAfterSeconds: 30,
  },
  read_only: {
    detail: 'The database is read only, as a standby is during a failover. Nothing was changed; try again later.',
    retryAfterSeconds: 10,
  },
  disk_full: {
    detail: 'The disk of the database is full. Nothing was changed; make room, then try again.',
    retryAfterSeconds: 60,
  },
  out_of_resources: {
    detail: 'The database has no connection, memory or other resource left. Try again in a moment.',
    retryAfterSeconds: 5,
  },
  conflict: {
    detail: 'Another change came in between and nothing was changed. Send the request again.',
    retryAfterSeconds: 1,
  },
}

/** Returns the response for an error after which the same request can succeed later; null for every other error. */
export function findRetryLaterResponseForError(error: unknown): Unavailability | null {
  if (error instanceof TooManyQueriesError) return TOO_MANY
  if (error instanceof ComputationTimeoutError) return FAILURES.timed_out
  // While a request is handled, a SettingsError means that no database is configured.
  if (error instanceof SettingsError) return FAILURES.away
  const failure = classifyDatabaseFailure(error)
  return failure && FAILURES[failure]
}
