import {
  ConflictError,
  InvalidRequestError,
  LimitError,
  NotFoundError,
  WholeDeploymentError,
} from '#lib/questions/index.ts'
import { CursorError } from '#lib/history/index.ts'
import {
  ChannelFaultError,
  ChannelsConflictError,
  SendRefusedError,
  TooManySentError,
  UnknownChannelError,
  UnknownIncidentError,
} from '#lib/notify/index.ts'
import {
  AccessConflictError,
  AccessRequestError,
  MissingRightError,
  UnauthenticatedError,
  AccessNotFoundError,
} from '#lib/access/index.ts'
import { CalendarFaultError, UnknownCalendarError } from '#lib/maintenance/calendars/index.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { TextLimitError } from '#lib/platform/work-budget.ts'
import { MediaTypeError } from './body-errors.ts'
import { createProblemResponse } from './problem-response.ts'
import { findRetryLaterResponseForError } from './unavailability.ts'

/**
 * Converts an error to a problem response. The text of an unexpected error is logged, but is not part of the response.
 */
export function convertErrorToProblem(error: unknown, request: Request): Response {
  if (error instanceof UnauthenticatedError)
    return createProblemResponse(401, error.message, request, { 'www-authenticate': 'Bearer realm="Peerwatch"' })
  if (error instanceof MissingRightError) return createProblemResponse(403, error.message, request, {}, error.right)
  if (isOne(error, InvalidRequestError, ChannelFaultError, CalendarFaultError, AccessRequestError, TextLimitError))
    return createProblemResponse(400, error.message, request)
  if (error instanceof CursorError) {
    const detail =
      'cursor: this one does not belong to this query; send the nextCursor of the page before with the same parameters, or none to start over'
    return createProblemResponse(400, detail, request)
  }
  if (error instanceof MediaTypeError) return createProblemResponse(415, error.message, request)
  if (isOne(error, ConflictError, ChannelsConflictError, SendRefusedError, AccessConflictError))
    return createProblemResponse(409, error.message, request)
  if (isOne(error, NotFoundError, UnknownChannelError, UnknownIncidentError, UnknownCalendarError, AccessNotFoundError))
    return createProblemResponse(404, error.message, request)
  if (error instanceof WholeDeploymentError) return createProblemResponse(403, error.message, request)
  if (error instanceof LimitError)
    return createProblemResponse(error.status, error.message, request, {
      'retry-after': String(error.retryAfterSeconds),
    })
  if (error instanceof TooManySentError)
    return createProblemResponse(429, error.message, request, { 'retry-after': String(error.retryAfterSeconds) })
  if (isEndOfBody(error)) return createProblemResponse(400, 'The request ended before its body was complete.', request)
  const log = createComponentLogger('api')
  if (isDataException(error)) {
    // logged, because the schema of the parameters should have refused this value before
    log.warn({ err: error, path: new URL(request.url).pathname }, 'the database refused a value')
    return createProblemResponse(
      400,
      'A value is out of the range that can be stored: check numbers, times and texts.',
      request,
    )
  }
  const passing = findRetryLaterResponseForError(error)
  if (passing) {
    const { detail, retryAfterSeconds } = passing
    log.warn({ err: error }, detail)
    return createProblemResponse(503, detail, request, { 'retry-after': String(retryAfterSeconds) })
  }
  log.error({ err: error, path: new URL(request.url).pathname }, 'a request failed')
  return createProblemResponse(500, 'Peerwatch failed to answer; its log says why.', request)
}

type ErrorClass = new (...given: never[]) => Error

function isOne(error: unknown, ...classes: ErrorClass[]): error is Error {
  return classes.some((one) => error instanceof one)
}

/**
 * Reports whether the connection of a request ended before the whole body arrived. The client disconnected, or the
 * front (the HTTP server in front of Next) refused the rest of the body.
 */
const isEndOfBody = (error: unknown) => {
  const { code, message } = error instanceof Error ? (error as NodeJS.ErrnoException) : {}
  // a reset connection to the database has the same error code, but another message, which names the system call
  return code === 'ERR_STREAM_PREMATURE_CLOSE' || (code === 'ECONNRESET' && message === 'aborted')
}

/** Reports whether an error is of SQLSTATE class 22: the database cannot read a value, or cannot compute with it. */
const isDataException = (error: unknown) =>
  error instanceof Error && /^22...$/.test(String((error as NodeJS.ErrnoException).code))
