import { costDecisionBodySchema, costOutcomeBodySchema } from '#lib/cost/api/requests.ts'
import { type FormValidation, validateFormInput } from '../../schema-form/form-validation.ts'
import type { CostDecisionBody, CostOutcomeBody } from '#lib/cost/api/index.ts'

/** Validates the fields of a new decision. The form uses the field names of the request body. */
export const validateDecisionForm = (fields: unknown): FormValidation<CostDecisionBody> =>
  validateFormInput(costDecisionBodySchema, fields, ([field]) => String(field))

/**
 * Validates the outcome that the user enters for an earlier decision. The form uses the field names of the request
 * body.
 */
export const validateOutcomeForm = (fields: unknown): FormValidation<CostOutcomeBody> =>
  validateFormInput(costOutcomeBodySchema, fields, ([field]) => String(field))
