/** There is no channel of that id; the message says so. */
export class UnknownChannelError extends Error {
  override name = 'UnknownChannelError'
}

/** A channel can't be as it was sent; the message says what to send instead. */
export class ChannelFaultError extends Error {
  override name = 'ChannelFaultError'
}

/** Somebody changed the channels since they were read. */
export class ChannelsConflictError extends Error {
  override name = 'ChannelsConflictError'
}
