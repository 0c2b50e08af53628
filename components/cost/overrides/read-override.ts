import { wordTable } from '#lib/bgp/word-table.ts'
import { costOverridesBody } from '#lib/cost/api/requests.ts'
import type { CostOverridesBody } from '#lib/cost/api/index.ts'
import { dayFault } from '../../time/typed-moment.ts'
import { type FieldFaults, type FormRead, readBySchema } from '../../schema-form/read.ts'
import { type OverrideDraft, isCharge, overrideKindFields, zones } from './override-draft.ts'

/** Reads the fields as the change of a version of the overrides. */
export function readOverride(draft: OverrideDraft, version: number): FormRead<CostOverridesBody> {
  const input = { version, add: [{ ...scopeOf(draft), ...aboutOf(draft) }], withdraw: [], why: draft.why }
  return readBySchema(costOverridesBody, input, fieldOf, beyondSchema(draft))
}

/** `why`, or below `add.0`: the field of the override. Each kind names its amount and its share otherwise. */
function fieldOf([top, , field]: readonly PropertyKey[]): string {
  if (top !== 'add') return String(top)
  return fieldNames[String(field)] ?? String(field)
}

const fieldNames: Readonly<Record<string, string>> = wordTable({
  share: 'percent',
  price: 'amount',
  perUnit: 'amount',
  monthly: 'amount',
  circuitIds: 'circuitId',
})

/** What the API takes and the form does not: an override without effect, or for all circuits where it is of one. */
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
    ...(isCharge(kind) && amount === '' && once === '' && { amount: 'enter a monthly or a one-time cost' }),
    ...((kind === 'zone' || kind === 'global_reach_share') && circuitId === '' && { circuitId: 'choose a circuit' }),
    ...(from !== '' && until !== '' && from >= until && { until: 'must be after From' }),
    ...dayFaults({ from, until, ...(isCharge(kind) && { contractEnds }) }),
  }
}

const dayFaults = (days: Readonly<Record<string, string>>): FieldFaults =>
  Object.fromEntries(
    Object.entries(days).flatMap(([field, text]) => {
      const fault = text === '' ? null : dayFault(text)
      return fault === null ? [] : [[field, fault]]
    }),
  )

/** Days are UTC, as billing months are. */
const dayStart = (day: string): string | null => (day === '' ? null : `${day}T00:00:00.000Z`)

const scopeOf = ({ circuitId, from, until }: OverrideDraft) => ({
  circuitIds: circuitId === '' ? null : [circuitId],
  from: dayStart(from),
  until: dayStart(until),
})

function aboutOf(draft: OverrideDraft) {
  const { kind } = draft
  const [amount, once, currency] = [draft.amount.trim(), draft.once.trim(), draft.currency.trim()]
  const [meterName, name] = [draft.meterName.trim(), draft.name.trim()]
  const share = Number((Number(draft.percent) / 100).toFixed(6))
  switch (kind) {
    case 'discount':
      return { kind, share, meterName: meterName || null }
    case 'price':
      return { kind, meterName, region: draft.region.trim() || null, price: amount, currency }
    case 'zone':
      return { kind, zone: zones.find((zone) => zone === draft.zone) ?? zones[0] }
    case 'currency':
      return { kind, currency, perUnit: amount }
    case 'global_reach_share':
      return { kind, share }
    case 'share':
      return { kind, customer: draft.customer.trim(), share }
    default:
      return {
        kind: 'charge' as const,
        charge: kind,
        name,
        monthly: amount || null,
        once: once || null,
        currency,
        contractEnds: overrideKindFields[kind].some(({ field }) => field === 'contractEnds')
          ? dayStart(draft.contractEnds)
          : null,
      }
  }
}
