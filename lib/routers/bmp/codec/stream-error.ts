/**
 * Error about a router's stream that cannot be read, or that exceeds a limit of the station (the server for router
 * connections). It ends the router's connection. The message is one plain sentence without any received bytes, because
 * it is logged and shown.
 */
export class BmpStreamError extends Error {
  override readonly name = 'BmpStreamError'
  /** `malformed` = the stream violates the RFCs; `limit` = it is readable, but exceeds a limit of the station */
  readonly reason: 'malformed' | 'limit'

  constructor(reason: 'malformed' | 'limit', message: string) {
    super(message)
    this.reason = reason
  }
}

export const malformedStream = (message: string): BmpStreamError => new BmpStreamError('malformed', message)
