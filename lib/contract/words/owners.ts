import type { CauseOwner } from '../events/cause.ts'

const owners: Readonly<Record<CauseOwner, { words: string; label: string }>> = {
  microsoft: { words: 'Microsoft', label: 'Microsoft' },
  provider: { words: 'the provider', label: 'Provider' },
  onprem: { words: 'on-premises', label: 'On-premises' },
  own_change: { words: 'your change', label: 'Your change' },
  unknown: { words: 'unknown', label: 'Unknown' },
}

/** Returns the owner of a cause as part of a sentence: `the provider`. */
export const formatCauseOwner = (owner: CauseOwner): string => owners[owner].words

/**
 * Returns the owner of a cause with the confidence in percent: `Equinix, 70 %`.
 * @param name name of the owner; null = the general name, for example `Provider`
 * @param confidence 0 to 1; null = only the name is returned
 */
export const formatCauseOwnerWithConfidence = (
  owner: CauseOwner,
  name: string | null,
  confidence: number | null,
): string =>
  `${name ?? formatCauseOwnerLabel(owner)}${owner === 'unknown' || confidence === null ? '' : `, ${Math.round(confidence * 100)} %`}`

/** Returns the owner of a cause as a label: `Provider`. */
export const formatCauseOwnerLabel = (owner: CauseOwner): string => owners[owner].label
