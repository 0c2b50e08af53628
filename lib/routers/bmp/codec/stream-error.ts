/**
 * What a router sent can't be read, or is more than the station takes. It ends that router's connection. The message is one plain
 * sentence and holds no bytes of what was sent, because it is logged and shown.
 */
export class BmpStreamError extends Error {
  override readonly name = 'BmpStreamError'
  /** `malformed`: against the RFCs; `limit`: readable, but beyond a bound of the station */
  readonly reason: 'malformed' | 'limit'

  constructor(reason: 'malformed' | 'limit', message: string) {
    super(message)
    this.reason = reason
  }
}

export const malformedStream = (message: string): BmpStreamError => new BmpStreamError('malformed', message)
