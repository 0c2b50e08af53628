import { BundleSafeError } from '#lib/platform/branded-error.ts'

/** Thrown if no channel has the given ID. */
export class UnknownChannelError extends BundleSafeError {
  static override readonly brand = 'UnknownChannelError'
}

/** Thrown if no incident has the given ID. */
export class UnknownIncidentError extends BundleSafeError {
  static override readonly brand = 'UnknownIncidentError'
}

/** Thrown if a user's message cannot be sent to this channel now. The error's message gives the reason. */
export class SendRefusedError extends BundleSafeError {
  static override readonly brand = 'SendRefusedError'
}

/** Thrown if a channel, policy or rotation in a request is invalid. The error's message tells how to correct it. */
export class ChannelFaultError extends BundleSafeError {
  static override readonly brand = 'ChannelFaultError'
}

/** Thrown if too many tests, incidents or reports were sent manually in a short time. */
export class TooManySentError extends BundleSafeError {
  static override readonly brand = 'TooManySentError'
  readonly retryAfterSeconds: number

  constructor(message: string, retryAfterSeconds: number) {
    super(message)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** Thrown if the channels, policies or rotations have changed since the caller read them. */
export class ChannelsConflictError extends BundleSafeError {
  static override readonly brand = 'ChannelsConflictError'
}
