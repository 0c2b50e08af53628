/** Error if a router has more data than Peerwatch stores for one router. Its message may be shown to users. */
export class RouterLimitError extends Error {
  override readonly name = 'RouterLimitError'
}
