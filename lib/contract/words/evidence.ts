/** Fields of evidence that are needed to format it; times are not formatted. */
interface EvidenceValues {
  field: string
  before?: unknown
  after?: unknown
  sampledBefore: unknown
}

/**
 * Formats Azure's `statePfxRcd`, which contains a state, or the prefix count of an established session: `8` becomes
 * `established, 8 prefixes`.
 */
export const formatAzureState = (state: string): string =>
  /^\d+$/.test(state) ? `established, ${state} ${state === '1' ? 'prefix' : 'prefixes'}` : state

/** Formats a sampled value: bounds as two times, a missing value as `none`. */
export function evidenceValue(field: string, value: unknown): string {
  if (value === undefined || value === null) return 'none'
  if (typeof value === 'string') return field === 'azureState' ? formatAzureState(value) : value
  const isBounds = Array.isArray(value) && value.length === 2 && value.every((one) => typeof one === 'string')
  return isBounds ? `between ${value[0]} and ${value[1]}` : JSON.stringify(value)
}

/**
 * Returns the display name of an evidence field. The `~` between the two ends of a session becomes ` ↔ `, as in all
 * other texts.
 */
export const evidenceField = (field: string): string => field.replace('~', ' ↔ ')

/**
 * Reports whether evidence shows a change from an earlier value. Evidence without an earlier sample or value only
 * states the value since the event.
 */
export const isChange = ({ before, sampledBefore }: EvidenceValues): boolean =>
  sampledBefore !== null || (before !== null && before !== undefined)

/**
 * Formats evidence as one line: `prefixesReceived: 17 → 2`, `arp: incomplete`.
 * @param valueOf shortens values
 */
export function formatEvidence(
  evidence: EvidenceValues,
  valueOf: (field: string, value: unknown) => string = evidenceValue,
): string {
  const { field, before, after } = evidence
  const now = valueOf(field, after)
  const name = evidenceField(field)
  return isChange(evidence) ? `${name}: ${valueOf(field, before)} → ${now}` : `${name}: ${now}`
}
