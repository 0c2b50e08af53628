import { BrandedError } from '#lib/platform/branded-error.ts'

/** No channel has that id. */
export class UnknownChannelError extends BrandedError {
  static override readonly brand = 'UnknownChannelError'
}

/** No incident has that id. */
export class UnknownIncidentError extends BrandedError {
  static override readonly brand = 'UnknownIncidentError'
}

/** A message can't be sent to this channel now; the message says why. */
export class SendRefusedError extends BrandedError {
  static override readonly brand = 'SendRefusedError'
}

/** A channel was rejected; the message says what to send instead. */
export class ChannelFaultError extends BrandedError {
  static override readonly brand = 'ChannelFaultError'
}

/** Too much was sent by hand in a short time: tests, incidents or reports. */
export class TooManySentError extends BrandedError {
  static override readonly brand = 'TooManySentError'
  readonly retryAfterSeconds: number

  constructor(message: string, retryAfterSeconds: number) {
    super(message)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** The channels changed since they were read. */
export class ChannelsConflictError extends BrandedError {
  static override readonly brand = 'ChannelsConflictError'
}
