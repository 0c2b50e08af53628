/** No channel has that id. */
export class UnknownChannelError extends Error {
  override name = 'UnknownChannelError'
}

/** No incident has that id. */
export class UnknownIncidentError extends Error {
  override name = 'UnknownIncidentError'
}

/** A message can't be sent to this channel now; the message says why. */
export class SendRefusedError extends Error {
  override name = 'SendRefusedError'
}

/** A channel was rejected; the message says what to send instead. */
export class ChannelFaultError extends Error {
  override name = 'ChannelFaultError'
}

/** Too much was sent by hand in a short time: tests, incidents or reports. */
export class TooManySentError extends Error {
  override name = 'TooManySentError'
  readonly retryAfterSeconds: number

  constructor(message: string, retryAfterSeconds: number) {
    super(message)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** The channels changed since they were read. */
export class ChannelsConflictError extends Error {
  override name = 'ChannelsConflictError'
}
