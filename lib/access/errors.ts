import { BrandedError } from '#lib/platform/branded-error.ts'

/** Error for a request that cannot be fulfilled as sent. The message explains what to send instead. */
export class AccessRequestError extends BrandedError {
  static override readonly brand = 'AccessRequestError'
}

/** Error for an unknown user or token. */
export class UnknownAccessError extends BrandedError {
  static override readonly brand = 'UnknownAccessError'
}

/** Error for a request that the current state does not allow. The message gives the reason. */
export class AccessConflictError extends BrandedError {
  static override readonly brand = 'AccessConflictError'
}
