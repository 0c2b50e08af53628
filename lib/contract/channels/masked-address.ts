const SHOWN_CHARACTERS = 4

/**
 * Minimum length of a URL's path and query at which its last four characters may be shown. In a shorter text, four
 * characters would reveal too much.
 */
const SHORT = 16

/**
 * Returns a channel's address in a form that is safe to show: `https://hooks.slack.com/…a1b2`. Path and query are
 * masked, because Slack, Teams and similar services use them as secrets.
 * @throws TypeError if the text is not a URL
 */
export function maskChannelAddress(address: string): string {
  const { origin, pathname, search, hash } = new URL(address)
  const rest = `${pathname}${search}${hash}`
  if (rest === '/') return `${origin}/`
  return `${origin}/…${rest.length < SHORT ? '' : rest.slice(-SHOWN_CHARACTERS)}`
}

/** Minimum length of the part before `@` at which its first character may be shown. */
const MIN_SHOWN_NAME = 4

/**
 * Returns a mail address in a form that is safe to show: `f…@example.com`. The name of the recipient is masked, and the
 * domain stays visible, so that an operator can tell recipients of different organizations apart.
 */
export function maskMailAddress(address: string): string {
  const at = address.lastIndexOf('@')
  if (at < 0) return '…'
  return `${at < MIN_SHOWN_NAME ? '' : address.slice(0, 1)}…${address.slice(at)}`
}

/** Reports whether a text is a masked address, which a client sent back unchanged. */
export const isMaskedAddress = (text: string): boolean => /^https?:\/\/[^/]+\/(?:…|%E2%80%A6)/i.test(text)
