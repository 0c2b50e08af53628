import { BrandedError } from '#lib/platform/branded-error.ts'

/** What was sent can't be done; the message says what to send instead. */
export class AccessRequestError extends BrandedError {
  static override readonly brand = 'AccessRequestError'
}

/** There is no such user or token. */
export class UnknownAccessError extends BrandedError {
  static override readonly brand = 'UnknownAccessError'
}

/** The current state does not allow it; the message says why. */
export class AccessConflictError extends BrandedError {
  static override readonly brand = 'AccessConflictError'
}
