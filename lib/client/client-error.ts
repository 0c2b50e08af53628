/**
 * The possible reasons why a request did not return a usable response. The list is complete, so that a caller can
 * handle every case.
 */
export type ClientErrorKind =
  /** no connection, no response in time, a redirect, or a response that is not JSON */
  | 'unreachable'
  /** status 401 or 403: the token is invalid, or it lacks a right */
  | 'refused'
  /** any other status 4xx except 429: the request has an error */
  | 'invalid'
  /** status 5xx or 429: a temporary failure, so that a later attempt may succeed */
  | 'unavailable'
  /** the response has a format that this version of the client does not know */
  | 'mismatch'

/**
 * Error for a request without a usable response. The message is one line and tells the user how to solve the problem.
 */
export class ClientError extends Error {
  override name = 'ClientError'
  readonly kind: ClientErrorKind
  /** HTTP status of the response; null = there was no response, or its content is not usable */
  readonly status: number | null

  constructor(kind: ClientErrorKind, message: string, status: number | null = null) {
    super(message)
    this.kind = kind
    this.status = status
  }
}
