import { z } from 'zod'
import { type ChannelKindSpec, commonFields } from './channel-kind.ts'
import { outgoingUrl, shownUrl } from './outgoing-url.ts'
import { SECRET_MISSING, secretField, webhookSecret } from './webhook-secret.ts'

const ADDRESS_MISSING = 'enter a URL such as https://hooks.example.com/peerwatch'

/** A POST signed by Standard Webhooks. */
export const webhook = {
  label: 'webhook',
  schema: z.strictObject({
    ...commonFields,
    kind: z.literal('webhook'),
    url: outgoingUrl(ADDRESS_MISSING).optional(),
    secret: webhookSecret.optional(),
  }),
  shown: { url: shownUrl },
  absent: { url: null },
  addressMissing: ADDRESS_MISSING,
  secretMissing: SECRET_MISSING,
  form: [
    {
      name: 'url',
      label: 'URL',
      control: 'address',
      placeholder: 'https://hooks.example.com/peerwatch',
      hint: 'https; plain http to this machine only. An address that is not public must be listed in OUTBOUND_ALLOW. Redirects are not followed.',
    },
    secretField,
  ],
} as const satisfies ChannelKindSpec
