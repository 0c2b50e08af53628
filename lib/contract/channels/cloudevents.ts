import { z } from 'zod'
import { type ChannelKindSpec, commonFields } from './channel-kind.ts'
import { signedPost } from './signed-post.ts'
import { secretField } from './webhook-secret.ts'

const { fields, spec, address } = signedPost('https://events.example.com/peerwatch')

/** A POST of one CloudEvent in structured mode, signed by Standard Webhooks. */
export const cloudevents = {
  label: 'CloudEvents webhook',
  schema: z.strictObject({ ...commonFields, kind: z.literal('cloudevents'), ...fields }),
  ...spec,
  form: [
    {
      ...address,
      hint: 'https; plain http to this machine only. CloudEvents 1.0, application/cloudevents+json: Azure Event Grid, Knative, Logic Apps.',
    },
    secretField,
  ],
} as const satisfies ChannelKindSpec
