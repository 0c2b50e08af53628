import { z } from 'zod'

const LOOPBACK = /^(localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/

/** https to any host; plain http to this machine only, where nobody can listen in between. */
export const outgoingUrl = (missing: string) =>
  anyUrl(missing)
    .refine(
      (text) => isNameless(text) && (new URL(text).protocol === 'https:' || LOOPBACK.test(new URL(text).hostname)),
      'use https without user name and password; plain http is allowed to this machine only',
    )
    .describe('a secret; absent = unchanged; required for a new channel')

/** The same with plain http to any host: for receivers inside a network, which have no certificate as a rule, and whose address is no secret. */
export const outgoingUrlInside = (missing: string) =>
  anyUrl(missing)
    .refine(isNameless, 'use a URL without user name and password')
    .describe('absent = unchanged; required for a new channel')

const anyUrl = (missing: string) => z.url({ protocol: /^https?$/, error: missing }).max(2_000)

function isNameless(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { username, password } = new URL(text)
  return username === '' && password === ''
}

/** What a GET shows of such an address. */
export const shownUrl = z
  .string()
  .nullable()
  .describe(
    'of a channel with a URL: masked, its host and last four characters; null = another kind, or sealed with another SECRETS_KEY',
  )
