import { z } from 'zod'
import { type ChannelKindSpec, commonChannelFields } from './channel-kind.ts'

const mailAddress = z.email('enter addresses such as noc@example.com').max(254)
const recipients = z.array(mailAddress).min(1, 'enter at least one address').max(50)

/** Channel kind that sends e-mail through the server in the environment variable SMTP_URL. */
export const emailChannel = {
  label: 'e-mail channel',
  readByPeople: true,
  schema: z.strictObject({ ...commonChannelFields, kind: z.literal('email'), to: recipients }),
  shown: { to: z.array(z.string()).describe('of e-mail') },
  absent: { to: [] as string[] },
  addressMissing: null,
  secretMissing: null,
  form: [
    {
      name: 'to',
      label: 'Recipients',
      control: 'lines',
      placeholder: 'noc@example.com',
      hint: 'One address per line.',
    },
  ],
} as const satisfies ChannelKindSpec
