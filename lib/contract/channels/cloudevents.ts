import { z } from 'zod'
import { type ChannelKindSpec, commonFields } from './channel-kind.ts'
import { outgoingUrl, shownUrl } from './outgoing-url.ts'
import { SECRET_MISSING, secretField, webhookSecret } from './webhook-secret.ts'

const ADDRESS_MISSING = 'enter a URL such as https://events.example.com/peerwatch'

/** A POST of one CloudEvent in structured mode, signed by Standard Webhooks. */
export const cloudevents = {
  label: 'CloudEvents webhook',
  schema: z.strictObject({
    ...commonFields,
    kind: z.literal('cloudevents'),
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
      placeholder: 'https://events.example.com/peerwatch',
      hint: 'https; plain http to this machine only. CloudEvents 1.0, application/cloudevents+json: Azure Event Grid, Knative, Logic Apps.',
    },
    secretField,
  ],
} as const satisfies ChannelKindSpec
