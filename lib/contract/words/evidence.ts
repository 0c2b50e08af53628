/** What evidence needs to be written down; times are not among it. */
interface EvidenceValues {
  field: string
  before?: unknown
  after?: unknown
  sampledBefore: unknown
}

/** Azure's `statePfxRcd` holds a state or, of an established session, a count: `8` is `established, 8 prefixes`. */
export const formatAzureState = (state: string): string =>
  /^\d+$/.test(state) ? `established, ${state} ${state === '1' ? 'prefix' : 'prefixes'}` : state

/** A value as it was read: bounds as two times, no value as `none`. */
export function evidenceValue(field: string, value: unknown): string {
  if (value === undefined || value === null) return 'none'
  if (typeof value === 'string') return field === 'azureState' ? formatAzureState(value) : value
  const isBounds = Array.isArray(value) && value.length === 2 && value.every((one) => typeof one === 'string')
  return isBounds ? `between ${value[0]} and ${value[1]}` : JSON.stringify(value)
}

/** The name of a field: both ends of a session with an arrow between them, as everywhere else. */
export const evidenceField = (field: string): string => field.replace('~', ' ↔ ')

/** Whether evidence is a change: what was never sampled before states only what is so since the event. */
export const isChange = ({ before, sampledBefore }: EvidenceValues): boolean =>
  sampledBefore !== null || (before !== null && before !== undefined)

/** Evidence in a line: `prefixesReceived: 17 → 2`, `arp: incomplete`. @param valueOf shortens values */
export function formatEvidence(
  evidence: EvidenceValues,
  valueOf: (field: string, value: unknown) => string = evidenceValue,
): string {
  const { field, before, after } = evidence
  const now = valueOf(field, after)
  const name = evidenceField(field)
  return isChange(evidence) ? `${name}: ${valueOf(field, before)} → ${now}` : `${name}: ${now}`
}
