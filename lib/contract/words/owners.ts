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

/** Returns how certain a cause is, in a word for a sentence: `likely`. '' = the confidence (0 to 1) names no cause. */
export const formatConfidence = (confidence: number): string =>
  confidence >= 1
    ? 'certain'
    : confidence >= 0.85
      ? 'very likely'
      : confidence >= 0.6
        ? 'likely'
        : confidence > 0
          ? 'possible'
          : ''

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
  [name ?? formatCauseOwnerLabel(owner), owner === 'unknown' || confidence === null ? '' : formatConfidence(confidence)]
    .filter(Boolean)
    .join(', ')

/** Returns the owner of a cause as a label: `Provider`. */
export const formatCauseOwnerLabel = (owner: CauseOwner): string => owners[owner].label

/**
 * Returns a next step that fits every tile of the wall display, by the owner of the cause: `Ask Equinix`. It replaces a
 * longer step, which would be cut off.
 * @param name name of the owner; null = the general name
 */
export function formatBriefNextStep(owner: CauseOwner, name: string | null): string {
  if (owner === 'unknown') return 'Open the incident'
  if (owner === 'own_change') return 'Check your change'
  return name === null && owner === 'onprem' ? 'Check the customer router' : `Ask ${name ?? formatCauseOwner(owner)}`
}
