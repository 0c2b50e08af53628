import { z } from 'zod'
import { type ChannelKindSpec, commonChannelFields } from './channel-kind.ts'
import { createOutgoingUrlSchema, maskedUrlSchema } from './outgoing-url.ts'

const ADDRESS_MISSING = 'enter the URL of a workflow that posts what a webhook receives'

/**
 * Channel kind that posts to Microsoft Teams, through the workflow "Post to a channel when a webhook request is
 * received".
 */
export const teamsChannel = {
  label: 'Teams channel',
  readByPeople: true,
  schema: z.strictObject({
    ...commonChannelFields,
    kind: z.literal('teams'),
    url: createOutgoingUrlSchema(ADDRESS_MISSING).optional(),
  }),
  shown: { url: maskedUrlSchema },
  absent: { url: null },
  addressMissing: ADDRESS_MISSING,
  secretMissing: null,
  form: [
    {
      name: 'url',
      label: 'Workflow URL',
      control: 'address',
      placeholder: 'https://…/workflows/…/triggers/manual/paths/invoke?…',
      hint: 'Teams: channel > Workflows > Post to a channel when a webhook request is received. The former connectors take no cards.',
    },
  ],
} as const satisfies ChannelKindSpec
