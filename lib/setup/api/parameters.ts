import { oneOf } from '#lib/contract/api/one-of.ts'
import { customer, forward, forwardMessage, id, paging, range } from '#lib/contract/api/parameters.ts'
import { z } from 'zod'
import { pollKinds } from '#lib/contract/index.ts'

export const sourcesParameters = z.strictObject({
  scope: id.optional(),
  customer,
  kind: z.enum(pollKinds, `send ${oneOf(pollKinds)}`).optional(),
  ...paging,
})

export const sourcesSummaryParameters = z.strictObject({ customer })

export const coverageParameters = z
  .strictObject({
    scope: id.optional(),
    customer,
    kind: z.enum(pollKinds, `send ${oneOf(pollKinds)}`).optional(),
    ...range,
    ...paging,
  })
  .refine(forward, forwardMessage)

export type SourcesParameters = z.output<typeof sourcesParameters>

export type CoverageParameters = z.output<typeof coverageParameters>
