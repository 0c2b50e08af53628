import { BundleSafeError } from '#lib/platform/branded-error.ts'

/** Error for a resource that does not exist. The message names the resource, and tells the user the next step. */
export class NotFoundError extends BundleSafeError {
  static override readonly brand = 'NotFoundError'
}

/** Error for an invalid request. The message tells how to correct it. */
export class InvalidRequestError extends BundleSafeError {
  static override readonly brand = 'InvalidRequestError'
}

/** Error for a request that exceeds a limit. The message names the limit. */
export class LimitError extends BundleSafeError {
  static override readonly brand = 'LimitError'
  /** 429 = this client exceeded a limit; 503 = the process is at its limit */
  readonly status: 429 | 503
  readonly retryAfterSeconds: number

  constructor(message: string, { status, retryAfterSeconds }: { status: 429 | 503; retryAfterSeconds: number }) {
    super(message)
    this.status = status
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** Error for a change that was based on an outdated version. The message contains the current version. */
export class ConflictError extends BundleSafeError {
  static override readonly brand = 'ConflictError'
}

/** Error for a caller with limited access who tries to change data that all callers share. */
export class WholeDeploymentError extends BundleSafeError {
  static override readonly brand = 'WholeDeploymentError'

  constructor() {
    super('This is shared by everybody whom this Peerwatch serves: it takes a caller without a scope to change it.')
  }
}
