import { z } from 'zod'
import { type ChannelKindSpec, commonFields } from './channel-kind.ts'

const LOOPBACK = /^(localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/

const ADDRESS_MISSING = 'enter a URL such as https://hooks.example.com/peerwatch'

/** https to any host; plain http to this machine only, where nobody can listen in between. */
const webhookUrl = z
  .url({ protocol: /^https?$/, error: ADDRESS_MISSING })
  .max(2_000)
  .refine(isSafe, 'use https without user name and password; plain http is allowed to this machine only')
  .describe('a secret; absent = unchanged; required for a new webhook')

function isSafe(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password } = new URL(text)
  return username === '' && password === '' && (protocol === 'https:' || LOOPBACK.test(hostname))
}

/** A shared secret in the format of Standard Webhooks: 24 to 64 random bytes. */
const webhookSecret = z
  .string()
  .trim()
  .refine(isSecret, 'use whsec_ followed by 24 to 64 random bytes in base64')
  .describe('whsec_ and 24 to 64 bytes in base64; write-only. Absent = unchanged; required for a new webhook')

function isSecret(text: string): boolean {
  const [, encoded] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? []
  if (encoded === undefined) return false
  const bytes = Math.floor((encoded.replace(/=+$/, '').length * 3) / 4)
  return bytes >= 24 && bytes <= 64
}

const SECRET_BYTES = 32

function generateSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES))
  return `whsec_${btoa(String.fromCharCode(...bytes))}`
}

/** A POST signed by Standard Webhooks. */
export const webhook = {
  label: 'webhook',
  schema: z.strictObject({
    ...commonFields,
    kind: z.literal('webhook'),
    url: webhookUrl.optional(),
    secret: webhookSecret.optional(),
  }),
  shown: {
    url: z
      .string()
      .nullable()
      .describe('of a webhook: masked, its host and last four characters; null = sealed with another SECRETS_KEY'),
  },
  absent: { url: null },
  addressMissing: ADDRESS_MISSING,
  secretMissing: 'a new webhook needs a secret to sign with: whsec_ followed by 24 to 64 random bytes in base64',
  form: [
    {
      name: 'url',
      label: 'URL',
      control: 'address',
      placeholder: 'https://hooks.example.com/peerwatch',
      hint: 'https; plain http to this machine only. An address that is not public must be listed in OUTBOUND_ALLOW. Redirects are not followed.',
    },
    {
      name: 'secret',
      label: 'Signing secret (Standard Webhooks)',
      control: 'secret',
      placeholder: 'whsec_…',
      hint: 'Copy it to the receiver before you save: it is not shown again.',
      generate: generateSecret,
    },
  ],
} as const satisfies ChannelKindSpec
