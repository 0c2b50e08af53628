/** Reasons why a request has no usable response. The list is complete, so that a program can branch on it. */
export type ClientErrorKind =
  /** no connection, no response in time, or a response that is a redirect or not JSON */
  | 'unreachable'
  /** status 401 or 403: the token is not valid or lacks a right */
  | 'refused'
  /** 4xx except 401, 403 and 429: an error in the request */
  | 'invalid'
  /** 5xx or 429: temporary, so that a later attempt can succeed */
  | 'unavailable'
  /** response in a format that this version of the client does not know */
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
