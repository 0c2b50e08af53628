import { BrandedError } from '#lib/platform/branded-error.ts'

/** The requested resource does not exist; the message names it and what to do. */
export class NotFoundError extends BrandedError {
  static override readonly brand = 'NotFoundError'
}

/** The question can't be answered as it was put; the message says what to ask instead. */
export class InvalidRequestError extends BrandedError {
  static override readonly brand = 'InvalidRequestError'
}

/** Too much of it is asked for at once; the message says how much there may be. */
export class LimitError extends BrandedError {
  static override readonly brand = 'LimitError'
  /** 429 = of this client's doing; 503 = the process is full */
  readonly status: 429 | 503
  readonly retryAfterSeconds: number

  constructor(message: string, { status, retryAfterSeconds }: { status: 429 | 503; retryAfterSeconds: number }) {
    super(message)
    this.status = status
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** What is asked for was true of an earlier version; the message says which one is in force. */
export class ConflictError extends BrandedError {
  static override readonly brand = 'ConflictError'
}

/** A caller with a scope wants to change what all share. */
export class WholeDeploymentError extends BrandedError {
  static override readonly brand = 'WholeDeploymentError'

  constructor() {
    super('This is shared by everybody whom this Peerwatch serves: it takes a caller without a scope to change it.')
  }
}
