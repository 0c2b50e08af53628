/** Reasons why a response of the server cannot be used. The list is closed, so that a program can decide by it. */
export type ClientErrorKind =
  /** no connection, or no response in time */
  | 'unreachable'
  /** 401 or 403 */
  | 'refused'
  /** 400, 404 and other errors in the request */
  | 'invalid'
  /** 5xx: temporary, so that a later attempt can succeed */
  | 'unavailable'
  /** a response that this version of the client does not understand */
  | 'mismatch'

/** Error for a request without a usable response. Its message is one line that tells the user what to do. */
export class ClientError extends Error {
  override name = 'ClientError'
  readonly kind: ClientErrorKind
  /** status of the HTTP response; null = there was no response */
  readonly status: number | null

  constructor(kind: ClientErrorKind, message: string, status: number | null = null) {
    super(message)
    this.kind = kind
    this.status = status
  }
}
