import { z } from 'zod'
import { instantTextSchema } from './codecs.ts'

/**
 * Topics of a `change` event of the event stream (SSE). A topic tells the client which API resources it must request
 * again.
 */
export const streamTopics = [
  'overview',
  'circuits',
  'gateways',
  'sessions',
  'routes',
  'events',
  'sources',
  'declarations',
  'settings',
  'cost',
  'access',
  'resilience',
  'routers',
] as const
export const streamChangeSchema = z.object({
  topics: z.array(z.enum(streamTopics)),
  scope: z.string().nullable(),
  at: instantTextSchema.describe('end of the poll that detected the change'),
  countersOnly: z
    .literal(true)
    .optional()
    .describe('true = only counters changed (bytes, messages, prefixes), and no state, route, configuration or event'),
})
export type StreamChange = z.infer<typeof streamChangeSchema>
