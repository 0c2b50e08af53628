import { z } from 'zod'
import { type ChannelKindSpec, commonChannelFields } from './channel-kind.ts'
import { createOutgoingUrlSchema, maskedUrlSchema } from './outgoing-url.ts'

/** Schema of a shared secret in the format of Standard Webhooks: `whsec_` and 24 to 64 random bytes in base64. */
const webhookSecret = z
  .string()
  .trim()
  .refine(isSecret, 'use whsec_ followed by 24 to 64 random bytes in base64')
  .describe('whsec_ and 24 to 64 bytes in base64; write-only. Absent = unchanged; required for a new webhook')

function isSecret(text: string): boolean {
  const [, encoded] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? []
  if (encoded === undefined) return false
  const bytes = Math.floor((encoded.replace(/(?<!=)=+$/, '').length * 3) / 4)
  return bytes >= 24 && bytes <= 64
}

const SECRET_BYTES = 32

function generateSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES))
  return `whsec_${btoa(String.fromCharCode(...bytes))}`
}

/** Error message for a new webhook without a secret. */
const SECRET_MISSING = 'a new webhook needs a secret to sign with: whsec_ followed by 24 to 64 random bytes in base64'

/** Form field for the secret with which Peerwatch signs its posts. */
const secretField = {
  name: 'secret',
  label: 'Signing secret (Standard Webhooks)',
  control: 'secret',
  placeholder: 'whsec_…',
  hint: 'Copy it to the receiver before you save: it is not shown again.',
  generate: generateSecret,
} as const

/**
 * Returns a channel kind that posts to the receiver's own URL and signs each post according to Standard Webhooks.
 * @param example URL that the form shows as a placeholder
 */
function signedPost<Kind extends string>(kind: Kind, label: string, example: string, hint: string) {
  const addressMissing = `enter a URL such as ${example}`
  return {
    label,
    schema: z.strictObject({
      ...commonChannelFields,
      kind: z.literal(kind),
      url: createOutgoingUrlSchema(addressMissing).optional(),
      secret: webhookSecret.optional(),
    }),
    shown: { url: maskedUrlSchema },
    absent: { url: null },
    addressMissing,
    secretMissing: SECRET_MISSING,
    form: [
      {
        name: 'url',
        label: 'URL',
        control: 'address',
        placeholder: example,
        hint: `https; plain http to this machine only. ${hint}`,
      },
      secretField,
    ],
  } as const satisfies ChannelKindSpec
}

export const webhookChannel = signedPost(
  'webhook',
  'webhook',
  'https://hooks.example.com/peerwatch',
  'An address that is not public must be listed in OUTBOUND_ALLOW. Redirects are not followed.',
)

/** Channel kind that posts each message as one CloudEvent in structured mode. */
export const cloudeventsChannel = signedPost(
  'cloudevents',
  'CloudEvents webhook',
  'https://events.example.com/peerwatch',
  'CloudEvents 1.0, application/cloudevents+json: Azure Event Grid, Knative, Logic Apps.',
)
