import { BundleSafeError } from '#lib/platform/branded-error.ts'

/** Error for an invalid request. The message tells the user what to change. */
export class AccessRequestError extends BundleSafeError {
  static override readonly brand = 'AccessRequestError'
}

/** Error for a user, token, saved view or snapshot that does not exist, or that the caller may not see. */
export class AccessNotFoundError extends BundleSafeError {
  static override readonly brand = 'AccessNotFoundError'
}

/**
 * Error for a valid request that is not possible at present, for example because a limit is reached. The message
 * contains the reason.
 */
export class AccessConflictError extends BundleSafeError {
  static override readonly brand = 'AccessConflictError'
}
