/** Error about a router that has more data than Peerwatch stores for one router. The message can be shown to users. */
export class RouterLimitError extends Error {
  override readonly name = 'RouterLimitError'
}
