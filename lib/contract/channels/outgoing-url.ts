import { z } from 'zod'

const LOOPBACK = /^(localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/

/**
 * Returns the schema of a URL to which Peerwatch sends messages: https to any host, plain http only to this machine,
 * where the connection cannot be intercepted.
 * @param missing error message if the text is not a URL
 */
export const createOutgoingUrlSchema = (missing: string) =>
  anyUrl(missing)
    .refine(
      (text) => isNameless(text) && (new URL(text).protocol === 'https:' || LOOPBACK.test(new URL(text).hostname)),
      'use https without user name and password; plain http is allowed to this machine only',
    )
    .describe('a secret; absent = unchanged; required for a new channel')

/**
 * Returns the schema of a receiver's URL that may use plain http to any host. It is meant for receivers inside a
 * private network, which usually have no certificate and whose URL is not secret.
 * @param missing error message if the text is not a URL
 */
export const createPrivateOutgoingUrlSchema = (missing: string) =>
  anyUrl(missing)
    .refine(isNameless, 'use a URL without user name and password')
    .describe('absent = unchanged; required for a new channel')

const anyUrl = (missing: string) => z.url({ protocol: /^https?$/, error: missing }).max(2_000)

function isNameless(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { username, password } = new URL(text)
  return username === '' && password === ''
}

/** Schema of a channel's URL in a GET response, in masked form. */
export const maskedUrlSchema = z
  .string()
  .nullable()
  .describe(
    'of a channel with a URL: masked, its host and last four characters; null = another kind, or sealed with another SECRETS_KEY',
  )
