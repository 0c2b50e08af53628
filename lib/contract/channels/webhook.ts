import { z } from 'zod'
import { type ChannelKindSpec, commonFields } from './channel-kind.ts'
import { outgoingUrl, shownUrl } from './outgoing-url.ts'
import { SECRET_MISSING, secretField, webhookSecret } from './webhook-secret.ts'

/** A kind of channel that posts to a URL of the receiver's own, such as `example`, signed by Standard Webhooks. */
function signedPost<Kind extends string>(kind: Kind, label: string, example: string, hint: string) {
  const addressMissing = `enter a URL such as ${example}`
  return {
    label,
    schema: z.strictObject({
      ...commonFields,
      kind: z.literal(kind),
      url: outgoingUrl(addressMissing).optional(),
      secret: webhookSecret.optional(),
    }),
    shown: { url: shownUrl },
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

export const webhook = signedPost(
  'webhook',
  'webhook',
  'https://hooks.example.com/peerwatch',
  'An address that is not public must be listed in OUTBOUND_ALLOW. Redirects are not followed.',
)

/** A POST of one CloudEvent in structured mode. */
export const cloudevents = signedPost(
  'cloudevents',
  'CloudEvents webhook',
  'https://events.example.com/peerwatch',
  'CloudEvents 1.0, application/cloudevents+json: Azure Event Grid, Knative, Logic Apps.',
)
