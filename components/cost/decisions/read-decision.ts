import { costDecisionBody, costOutcomeBody } from '#lib/cost/api/requests.ts'
import { type FormRead, readBySchema } from '../../schema-form/read.ts'
import type { CostDecisionBody, CostOutcomeBody } from '#lib/cost/api/index.ts'

/** Reads the fields of a new decision; each is called as in the body. */
export const readDecision = (fields: unknown): FormRead<CostDecisionBody> =>
  readBySchema(costDecisionBody, fields, ([field]) => String(field))

/** Reads the field of an outcome. */
export const readOutcome = (fields: unknown): FormRead<CostOutcomeBody> =>
  readBySchema(costOutcomeBody, fields, ([field]) => String(field))
