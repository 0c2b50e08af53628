import type { Cause, CauseOwner } from '../events/cause.ts'

const owners: Readonly<Record<CauseOwner, { words: string; label: string }>> = {
  microsoft: { words: 'Microsoft', label: 'Microsoft' },
  provider: { words: 'the provider', label: 'Provider' },
  onprem: { words: 'on-premises', label: 'On-premises' },
  own_change: { words: 'your change', label: 'Your change' },
  unknown: { words: 'unknown', label: 'Unknown' },
}

/** Returns the owner of a cause as part of a sentence: `the provider`. */
export const formatOwner = (owner: CauseOwner): string => owners[owner].words

/**
 * Returns the name of a cause's owner if it is more exact than {@link formatOwner}; null = use the general name. Only
 * Peerwatch's identity uses a budget of Azure Resource Manager, so the user changed nothing when Azure throttles it.
 * @param provider name of the circuit's provider; null or undefined = unknown
 */
export function findOwnerName(
  { class: name, owner }: Pick<Cause, 'class' | 'owner'>,
  provider: string | null | undefined,
): string | null {
  if (owner === 'own_change' && name === 'collector_throttled') return 'Peerwatch’s polling'
  return owner === 'provider' ? (provider ?? null) : null
}

/**
 * Returns the owner of a cause with the confidence in percent: `Equinix, 70 %`.
 * @param name name of the owner; null = the general name, for example `Provider`
 * @param confidence 0 to 1; null = only the name is returned
 */
export const ownerShare = (owner: CauseOwner, name: string | null, confidence: number | null): string =>
  `${name ?? formatOwnerLabel(owner)}${owner === 'unknown' || confidence === null ? '' : `, ${Math.round(confidence * 100)} %`}`

/** Returns the owner of a cause as a label: `Provider`. */
export const formatOwnerLabel = (owner: CauseOwner): string => owners[owner].label
