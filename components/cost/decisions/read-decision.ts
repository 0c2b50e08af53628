import { costDecisionBody, costOutcomeBody } from '#lib/cost/api/requests.ts'
import { type FormValidation, validateFormInput } from '../../schema-form/form-validation.ts'
import type { CostDecisionBody, CostOutcomeBody } from '#lib/cost/api/index.ts'

/** Validates the fields of a new decision. The form uses the field names of the request body. */
export const readDecision = (fields: unknown): FormValidation<CostDecisionBody> =>
  validateFormInput(costDecisionBody, fields, ([field]) => String(field))

/**
 * Validates the outcome that the user enters for an earlier decision. The form uses the field names of the request
 * body.
 */
export const readOutcome = (fields: unknown): FormValidation<CostOutcomeBody> =>
  validateFormInput(costOutcomeBody, fields, ([field]) => String(field))
