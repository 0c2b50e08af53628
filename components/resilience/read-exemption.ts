import type { ExemptionBody } from '#lib/resilience/api/index.ts'
import { exemptionBodySchema } from '#lib/resilience/api/resilience.ts'
import { findTypedDayFault } from '../time/typed-moment.ts'
import { type FieldFaults, type FormValidation, validateFormInput } from '../schema-form/form-validation.ts'

const faultsOf = (until: string): FieldFaults => {
  const fault = until === '' ? 'enter a day' : findTypedDayFault(until)
  return fault === null ? {} : { until: fault }
}

/**
 * Validates the fields of an exemption (the acceptance of a failed check) and returns the request body. The exemption
 * ends at 00:00 UTC of the day in `until`.
 */
export const validateExemptionForm = ({
  reason,
  until,
}: {
  reason: string
  until: string
}): FormValidation<ExemptionBody> =>
  validateFormInput(
    exemptionBodySchema,
    { reason, until: `${until}T00:00:00.000Z` },
    ([field]) => String(field),
    faultsOf(until),
  )
