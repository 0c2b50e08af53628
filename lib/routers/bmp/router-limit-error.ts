/** A router has more than is kept of one. `message` is fit to be shown. */
export class RouterLimitError extends Error {
  override readonly name = 'RouterLimitError'
}
