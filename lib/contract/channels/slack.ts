import { z } from 'zod'
import { type ChannelKindSpec, commonChannelFields } from './channel-kind.ts'
import { inboundSecretSchema } from './inbound-secret.ts'
import { createOutgoingUrlSchema, maskedUrlSchema } from './outgoing-url.ts'

const ADDRESS_MISSING = 'enter the URL of an incoming webhook, such as https://hooks.slack.com/services/…'

/** Channel kind that posts to Slack through an incoming webhook. */
export const slackChannel = {
  label: 'Slack channel',
  readByPeople: true,
  schema: z.strictObject({
    ...commonChannelFields,
    kind: z.literal('slack'),
    url: createOutgoingUrlSchema(ADDRESS_MISSING).optional(),
    inboundSecret: inboundSecretSchema,
  }),
  shown: { url: maskedUrlSchema },
  absent: { url: null },
  addressMissing: ADDRESS_MISSING,
  secretMissing: null,
  form: [
    {
      name: 'url',
      label: 'Webhook URL',
      control: 'address',
      placeholder: 'https://hooks.slack.com/services/T…/B…/…',
      hint: 'Slack: your app > Incoming Webhooks > Add New Webhook. Mattermost and Rocket.Chat take the same messages.',
    },
    {
      name: 'inboundSecret',
      label: 'Signing secret for acknowledgements',
      control: 'inbound',
      placeholder: 'optional',
      hint: 'Slack: your app > Basic Information > Signing Secret, and Interactivity on with the address that the saved channel shows. Messages then have a button.',
    },
  ],
} as const satisfies ChannelKindSpec
