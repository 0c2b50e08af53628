const SHOWN_CHARACTERS = 4

/** Below this length the last characters would be a good part of the whole. */
const SHORT = 16

/**
 * A channel's address as it may be shown: `https://hooks.slack.com/…a1b2`. Path and query are secrets of Slack, Teams and their like.
 * @throws TypeError if the text is no URL
 */
export function maskedAddress(address: string): string {
  const { origin, pathname, search, hash } = new URL(address)
  const rest = `${pathname}${search}${hash}`
  if (rest === '/') return `${origin}/`
  return `${origin}/…${rest.length < SHORT ? '' : rest.slice(-SHOWN_CHARACTERS)}`
}

/** Whether a text is a masked address that somebody sent back. */
export const isMaskedAddress = (text: string): boolean => /^https?:\/\/[^/]+\/(?:…|%E2%80%A6)/i.test(text)
