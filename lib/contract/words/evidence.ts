import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { formatBitRate } from './rates.ts'

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

/** Field of a bit rate: an optional name, for example of a path or of a circuit, and an optional direction. */
const RATE_FIELD = /^(?:(.{1,300}) )?bits(In|Out)?PerSecond$/
/** Bit rates in a value of another field, for example `50000 bit/s`. */
const RATES_IN_TEXT = /(\d{1,20})(?: of (\d{1,20}))? bit\/s/g

const isMissing = (value: unknown): boolean => value === undefined || value === null || value === ''

/**
 * Formats a value of evidence: a pair of times as `between … and …`, bit rates with their unit, a missing value as
 * `none`.
 */
export function formatEvidenceValue(field: string, value: unknown): string {
  if (isMissing(value)) return 'none'
  if (typeof value === 'string') return field === 'azureState' ? formatAzureState(value) : formatRates(field, value)
  if (typeof value === 'number' && RATE_FIELD.test(field)) return formatBitRate(value)
  const isBounds = Array.isArray(value) && value.length === 2 && value.every((one) => typeof one === 'string')
  return isBounds ? `between ${value[0]} and ${value[1]}` : JSON.stringify(value)
}

function formatRates(field: string, text: string): string {
  const words = text.replaceAll(RATES_IN_TEXT, (_, rate: string, limit: string | undefined) =>
    [rate, ...(limit === undefined ? [] : [limit])].map((one) => formatBitRate(Number(one))).join(' of '),
  )
  // the numbers in a rate without a unit in its text are bits per second
  return words === text && RATE_FIELD.test(field)
    ? text.replaceAll(/\d{1,20}(?:\.\d{1,20})?/g, (rate) => formatBitRate(Number(rate)))
    : words
}

const rateLabels: Record<string, string> = createSafeLookupTable({ In: 'rate to Azure', Out: 'rate from Azure' })

const evidenceFieldLabels: Record<string, string> = createSafeLookupTable({
  arp: 'ARP',
  azureState: 'Azure’s state',
  routerEnd: 'router’s end',
})

/**
 * Returns the display name of an evidence field: `established at` for `establishedAt`, and `primary path, rate to Azure`
 * for `primary path bitsInPerSecond`. The sign `~` between the two ends of a session becomes ` ↔ `.
 */
export function formatEvidenceField(field: string): string {
  const rate = RATE_FIELD.exec(field)
  if (rate) {
    const [, name, direction = ''] = rate
    return [name, rateLabels[direction] ?? 'rate'].filter(Boolean).join(', ')
  }
  return (
    evidenceFieldLabels[field] ??
    (/^[a-z]+([A-Z][a-z]+)+$/.test(field)
      ? field.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
      : field.replace('~', ' ↔ '))
  )
}

/**
 * Returns the evidence that a reader needs: each item once, and no item that has a value neither before nor after the
 * event.
 */
export function listShownEvidence<Item extends EvidenceValues>(evidence: readonly Item[]): Item[] {
  const shown = evidence.filter((item) => !(hasEarlierValue(item) && isMissing(item.before) && isMissing(item.after)))
  return [...new Map(shown.map((item) => [JSON.stringify(item), item])).values()]
}

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
