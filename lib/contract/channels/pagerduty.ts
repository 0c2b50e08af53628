import { z } from 'zod'
import { type ChannelKindSpec, commonChannelFields } from './channel-kind.ts'
import { inboundSecretSchema } from './inbound-secret.ts'

/** Hosts of PagerDuty's Events API by service region. */
export const pagerDutyRegions = { us: 'events.pagerduty.com', eu: 'events.eu.pagerduty.com' } as const
const regions = Object.keys(pagerDutyRegions) as (keyof typeof pagerDutyRegions)[]

/** Channel kind that sends to PagerDuty through its Events API v2. */
export const pagerdutyChannel = {
  label: 'PagerDuty service',
  schema: z.strictObject({
    ...commonChannelFields,
    kind: z.literal('pagerduty'),
    region: z.enum(regions, `enter ${regions.join(' or ')}`),
    inboundSecret: inboundSecretSchema,
    secret: z
      .string()
      .trim()
      .regex(/^[A-Za-z0-9]{32}$/, 'enter the integration key: 32 letters and digits')
      .optional()
      .describe('integration key of Events API v2; write-only. Absent = unchanged; required for a new channel'),
  }),
  shown: { region: z.string().nullable().describe('of PagerDuty: us or eu') },
  absent: { region: null },
  addressMissing: null,
  secretMissing: 'enter the integration key of a service with Events API v2',
  form: [
    {
      name: 'region',
      label: 'Service region',
      control: 'line',
      placeholder: 'us',
      hint: 'us or eu.',
    },
    {
      name: 'secret',
      label: 'Integration key',
      control: 'secret',
      placeholder: '32 letters and digits',
      hint: 'PagerDuty: Services > Integrations > Events API V2. It is not shown again.',
    },
    {
      name: 'inboundSecret',
      label: 'Signing secret for acknowledgements',
      control: 'inbound',
      placeholder: 'optional',
      hint: 'PagerDuty: Integrations > Generic Webhooks (v3), with the address that the saved channel shows; it gives the secret. Empty: acknowledgements there stay there.',
    },
  ],
} as const satisfies ChannelKindSpec
