/** Why the server's answer can't be used: a closed list, so that a program can decide by it. */
export type ClientErrorKind =
  /** no connection, or none in time */
  | 'unreachable'
  /** 401 or 403 */
  | 'refused'
  /** 400, 404 and other faults of what was asked */
  | 'invalid'
  /** 5xx: passes by itself */
  | 'unavailable'
  /** an answer that this version of the client does not know */
  | 'mismatch'

/** A request without a usable answer. Its message is one line that says what to do. */
export class ClientError extends Error {
  override name = 'ClientError'
  readonly kind: ClientErrorKind
  /** of the HTTP answer; null = there was none */
  readonly status: number | null

  constructor(kind: ClientErrorKind, message: string, status: number | null = null) {
    super(message)
    this.kind = kind
    this.status = status
  }
}
