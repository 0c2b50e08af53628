import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'

/** Fields of a piece of evidence that are needed to format it. */
interface EvidenceValues {
  field: string
  before?: unknown
  after?: unknown
  sampledBefore: unknown
}

/**
 * Formats Azure's value `statePfxRcd`. For an established session it contains the number of prefixes: `8` becomes
 * `established, 8 prefixes`. For other sessions it contains the state, which is returned unchanged.
 */
export const formatAzureState = (state: string): string =>
  /^\d+$/.test(state) ? `established, ${state} ${state === '1' ? 'prefix' : 'prefixes'}` : state

/** Formats a value of evidence: a pair of times as `between … and …`, a missing value as `none`. */
export function formatEvidenceValue(field: string, value: unknown): string {
  if (value === undefined || value === null) return 'none'
  if (typeof value === 'string') return field === 'azureState' ? formatAzureState(value) : value
  const isBounds = Array.isArray(value) && value.length === 2 && value.every((one) => typeof one === 'string')
  return isBounds ? `between ${value[0]} and ${value[1]}` : JSON.stringify(value)
}

const evidenceFieldLabels: Record<string, string> = createSafeLookupTable({
  arp: 'ARP',
  azureState: 'Azure’s state',
  routerEnd: 'router’s end',
})

/**
 * Returns the display name of an evidence field: `established at` for `establishedAt`. The sign `~` between the two ends
 * of a session becomes ` ↔ `.
 */
export const formatEvidenceField = (field: string): string =>
  evidenceFieldLabels[field] ??
  (/^[a-z]+([A-Z][a-z]+)+$/.test(field)
    ? field.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    : field.replace('~', ' ↔ '))

/**
 * Reports whether evidence has an earlier value or an earlier poll. Without both, it shows only the value after the
 * event.
 */
export const hasEarlierValue = ({ before, sampledBefore }: EvidenceValues): boolean =>
  sampledBefore !== null || (before !== null && before !== undefined)

/**
 * Formats evidence as one line: `prefixes received: 17 → 2`, or `ARP: incomplete` without an earlier value.
 * @param valueOf formats the values; the caller may shorten them
 */
export function formatEvidence(
  evidence: EvidenceValues,
  valueOf: (field: string, value: unknown) => string = formatEvidenceValue,
): string {
  const { field, before, after } = evidence
  const now = valueOf(field, after)
  const name = formatEvidenceField(field)
  return hasEarlierValue(evidence) ? `${name}: ${valueOf(field, before)} → ${now}` : `${name}: ${now}`
}
