import { costDecisionBody, costOutcomeBody } from '#lib/cost/api/requests.ts'
import { type FormRead, readBySchema } from '../../schema-form/read.ts'
import type { CostDecisionBody, CostOutcomeBody } from '#lib/cost/api/index.ts'

/** Validates the fields of a new decision. The form uses the field names of the request body. */
export const readDecision = (fields: unknown): FormRead<CostDecisionBody> =>
  readBySchema(costDecisionBody, fields, ([field]) => String(field))

/**
 * Validates the outcome that the user enters for an earlier decision. The form uses the field names of the request
 * body.
 */
export const readOutcome = (fields: unknown): FormRead<CostOutcomeBody> =>
  readBySchema(costOutcomeBody, fields, ([field]) => String(field))
