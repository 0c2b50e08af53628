/** No channel has that id. */
export class UnknownChannelError extends Error {
  override name = 'UnknownChannelError'
}

/** A channel was rejected; the message says what to send instead. */
export class ChannelFaultError extends Error {
  override name = 'ChannelFaultError'
}

/** The channels changed since they were read. */
export class ChannelsConflictError extends Error {
  override name = 'ChannelsConflictError'
}
