import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { costOverrideBodySchema, costOverridesBodySchema } from '#lib/cost/api/requests.ts'
import type { CostOverridesBody } from '#lib/cost/api/index.ts'
import { findTypedDayFault } from '../../time/typed-moment.ts'
import { type FieldFaults, type FormValidation, validateFormInput } from '../../schema-form/form-validation.ts'
import { readFieldInput } from '../../schema-form/form-draft.ts'
import { type OverrideDraft, isOverrideCharge, overrideKindFields } from './override-draft.ts'

/**
 * Validates the fields of the form for a new override. Returns the request body that adds the override.
 * @param version version of the overrides that the user saw, so that the server can detect concurrent changes
 */
export function validateOverrideForm(draft: OverrideDraft, version: number): FormValidation<CostOverridesBody> {
  const input = { version, add: [overrideInput(draft)], withdraw: [], why: draft.why }
  return validateFormInput(costOverridesBodySchema, input, fieldOf, beyondSchema(draft))
}

/**
 * Converts an error path of the request body (`why`, or a path below `add.0`) to the form field at which the error is
 * shown. Some names differ, for example the field `percent` of the form is `share` in the body.
 */
function fieldOf([top, , field]: readonly PropertyKey[]): string {
  if (top !== 'add') return String(top)
  return fieldNames[String(field)] ?? String(field)
}

const fieldNames: Readonly<Record<string, string>> = createSafeLookupTable({
  share: 'percent',
  price: 'amount',
  perUnit: 'amount',
  monthly: 'amount',
  circuitIds: 'circuitId',
})

/**
 * Returns the mistakes in the form's fields that the API's schema does not reject, for example an override without
 * effect, a price zone for all circuits, or an end before the start.
 */
function beyondSchema({
  kind,
  circuitId,
  percent,
  amount,
  once,
  contractEnds,
  from,
  until,
}: OverrideDraft): FieldFaults {
  const hasPercent = overrideKindFields[kind].some(({ field }) => field === 'percent')
  const share = Number(percent)
  return {
    ...(hasPercent && !(share > 0 && share <= 100) && { percent: 'enter a number up to 100' }),
    ...(isOverrideCharge(kind) && amount === '' && once === '' && { amount: 'enter a monthly or a one-time cost' }),
    ...((kind === 'zone' || kind === 'global_reach_share') && circuitId === '' && { circuitId: 'choose a circuit' }),
    ...(from !== '' && until !== '' && from >= until && { until: 'must be after From' }),
    ...dayFaults({ from, until, ...(isOverrideCharge(kind) && { contractEnds }) }),
  }
}

const dayFaults = (days: Readonly<Record<string, string>>): FieldFaults =>
  Object.fromEntries(
    Object.entries(days).flatMap(([field, text]) => {
      const fault = text === '' ? null : findTypedDayFault(text)
      return fault === null ? [] : [[field, fault]]
    }),
  )

/** Converts a day of the form to its start in UTC, because billing months are in UTC. */
const dayStart = (day: string): string => (day === '' ? '' : `${day}T00:00:00.000Z`)

/** Returns the override with the field names of the API, some of which differ from the field names of the form. */
function overrideInput(draft: OverrideDraft) {
  const { circuitId, amount, percent, from, until, contractEnds } = draft
  const kind = isOverrideCharge(draft.kind) ? 'charge' : draft.kind
  const hasContract = overrideKindFields[draft.kind].some(({ field }) => field === 'contractEnds')
  const values = {
    ...draft,
    kind,
    charge: draft.kind,
    circuitIds: circuitId === '' ? '' : [circuitId],
    price: amount,
    perUnit: amount,
    monthly: amount,
    share: String(Number((Number(percent) / 100).toFixed(6))),
    from: dayStart(from),
    until: dayStart(until),
    contractEnds: hasContract ? dayStart(contractEnds) : '',
  }
  const schema = costOverrideBodySchema.options.find(({ shape }) => shape.kind.value === kind)
  return schema ? readFieldInput([], schema, values) : values
}
