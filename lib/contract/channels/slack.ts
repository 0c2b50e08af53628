import { z } from 'zod'
import { type ChannelKindSpec, commonFields } from './channel-kind.ts'
import { outgoingUrl, shownUrl } from './outgoing-url.ts'

const ADDRESS_MISSING = 'enter the URL of an incoming webhook, such as https://hooks.slack.com/services/…'

/** Slack's incoming webhooks. */
export const slack = {
  label: 'Slack channel',
  schema: z.strictObject({ ...commonFields, kind: z.literal('slack'), url: outgoingUrl(ADDRESS_MISSING).optional() }),
  shown: { url: shownUrl },
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
  ],
} as const satisfies ChannelKindSpec
