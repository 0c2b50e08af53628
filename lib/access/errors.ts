/** What was sent can't be done; the message says what to send instead. */
export class AccessRequestError extends Error {
  override name = 'AccessRequestError'
}

/** There is no such user or token. */
export class UnknownAccessError extends Error {
  override name = 'UnknownAccessError'
}

/** The current state does not allow it; the message says why. */
export class AccessConflictError extends Error {
  override name = 'AccessConflictError'
}
