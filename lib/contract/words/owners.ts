import type { CauseOwner } from '../events/cause.ts'

const owners: Readonly<Record<CauseOwner, { words: string; label: string }>> = {
  microsoft: { words: 'Microsoft', label: 'Microsoft' },
  provider: { words: 'the provider', label: 'Provider' },
  onprem: { words: 'the on-premises team', label: 'On-premises team' },
  own_change: { words: 'your change', label: 'Your change' },
  unknown: { words: 'unknown', label: 'Unknown' },
}

/** Returns the owner of a cause as part of a sentence: `the provider`. */
export const formatCauseOwner = (owner: CauseOwner): string => owners[owner].words

/** Minimum confidence at which a cause is likely. */
const MIN_LIKELY_CONFIDENCE = 0.7

/**
 * Returns the word for the confidence of a cause: `likely`.
 * @param confidence confidence of a `Cause`, 0 to 1; 0 = no cause is named, so that the word is ''
 */
export const formatCauseCertainty = (confidence: number): string =>
  confidence >= 1 ? 'certain' : confidence >= MIN_LIKELY_CONFIDENCE ? 'likely' : confidence > 0 ? 'possible' : ''

/**
 * Returns the owner of a cause with its certainty: `Equinix, likely`.
 * @param name name of the owner; null = the general name, for example `Provider`
 * @param confidence 0 to 1; null = only the name is returned
 */
export const formatCauseOwnerWithConfidence = (
  owner: CauseOwner,
  name: string | null,
  confidence: number | null,
): string =>
  [
    name ?? formatCauseOwnerLabel(owner),
    owner === 'unknown' || confidence === null ? '' : formatCauseCertainty(confidence),
  ]
    .filter(Boolean)
    .join(', ')

/** Returns the owner of a cause as a label: `Provider`. */
export const formatCauseOwnerLabel = (owner: CauseOwner): string => owners[owner].label
