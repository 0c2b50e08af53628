import { z } from 'zod'

/** Schema of the secret with which a vendor, for example PagerDuty, signs its requests to Peerwatch. */
export const inboundSecretSchema = z
  .union([z.literal(''), z.string().trim().min(16, 'enter the whole secret').max(200)])
  .optional()
  .describe('signs what the vendor sends to Peerwatch; write-only. Absent = unchanged; empty = none is accepted')
