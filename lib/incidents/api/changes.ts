import { z } from 'zod'
import { azCommandField, boundsCodec, instantCodec, resourceRefFields } from '#lib/contract/index.ts'

/** The Activity Log entry that explains a change: operation, caller and time. */
export const explainedBySchema = z.object({
  id: z.string(),
  correlationId: z.string().nullable(),
  at: instantCodec,
  operation: z.string(),
  status: z.string(),
  resourceId: z.string().describe('lower case; the changed resource or a resource below it'),
  caller: z.string().nullable(),
})

/**
 * A change of configuration: a resource that was added or removed, or whose configuration differs between two polls.
 */
export const configurationChangeSchema = z.object({
  ...resourceRefFields,
  type: z.string().describe('ARM type, lower case'),
  op: z.enum(['added', 'removed', 'changed']),
  seenBy: z
    .enum(['inventory', 'connection'])
    .describe("kind of the poll that detected it; `connection` is a connection's own GET request"),
  fields: z.array(z.object({ path: z.string().describe('JSON pointer'), before: z.unknown(), after: z.unknown() })),
  between: boundsCodec,
  explainedBy: explainedBySchema.nullable(),
  azCommand: azCommandField,
})
export type ConfigurationChange = z.infer<typeof configurationChangeSchema>
