import { z } from 'zod'
import { type ChannelKindSpec, commonFields } from './channel-kind.ts'
import { signedPost } from './signed-post.ts'
import { secretField } from './webhook-secret.ts'

const { fields, spec, address } = signedPost('https://hooks.example.com/peerwatch')

/** A POST signed by Standard Webhooks. */
export const webhook = {
  label: 'webhook',
  schema: z.strictObject({ ...commonFields, kind: z.literal('webhook'), ...fields }),
  ...spec,
  form: [
    {
      ...address,
      hint: 'https; plain http to this machine only. An address that is not public must be listed in OUTBOUND_ALLOW. Redirects are not followed.',
    },
    secretField,
  ],
} as const satisfies ChannelKindSpec
