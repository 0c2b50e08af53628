/**
 * Error if the data of a router cannot be read or exceeds a limit of the station (Peerwatch's server for router
 * connections). The connection is closed, unless only one message about a neighbor is malformed. The message is a
 * sentence without received bytes, because it is logged and shown to users.
 */
export class BmpStreamError extends Error {
  override readonly name = 'BmpStreamError'
  /** `malformed` = the data violates the RFCs; `limit` = it exceeds a limit of the station. */
  readonly reason: 'malformed' | 'limit'

  constructor(reason: 'malformed' | 'limit', message: string) {
    super(message)
    this.reason = reason
  }
}

export const createMalformedStreamError = (message: string): BmpStreamError => new BmpStreamError('malformed', message)
