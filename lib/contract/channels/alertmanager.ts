import { z } from 'zod'
import { type ChannelKindSpec, commonChannelFields } from './channel-kind.ts'
import { createPrivateOutgoingUrlSchema, maskedUrlSchema } from './outgoing-url.ts'

const ADDRESS_MISSING = 'enter the URL of an Alertmanager, such as http://alertmanager.example.com:9093'

/** Channel kind that posts to Prometheus Alertmanager (API v2), which groups, silences and routes the alerts itself. */
export const alertmanagerChannel = {
  label: 'Alertmanager',
  schema: z.strictObject({
    ...commonChannelFields,
    kind: z.literal('alertmanager'),
    url: createPrivateOutgoingUrlSchema(ADDRESS_MISSING).optional(),
  }),
  shown: { url: maskedUrlSchema },
  absent: { url: null },
  addressMissing: ADDRESS_MISSING,
  secretMissing: null,
  form: [
    {
      name: 'url',
      label: 'URL',
      control: 'address',
      placeholder: 'http://alertmanager.example.com:9093',
      hint: 'Without /api/v2. An address that is not public must be listed in OUTBOUND_ALLOW. Labels: alertname, incident, source; the severity is an annotation. For a pair in high availability, add a channel for each.',
    },
  ],
} as const satisfies ChannelKindSpec
