import type { CauseOwner } from '../events/cause.ts'

const owners: Readonly<Record<CauseOwner, { words: string; label: string }>> = {
  microsoft: { words: 'Microsoft', label: 'Microsoft' },
  provider: { words: 'the provider', label: 'Provider' },
  onprem: { words: 'on-premises', label: 'On-premises' },
  own_change: { words: 'your change', label: 'Your change' },
  unknown: { words: 'unknown', label: 'Unknown' },
}

/** The likely owner of a cause inside a sentence: `probably the provider`. */
export const ownerWords = (owner: CauseOwner): string => owners[owner].words

/** The same as a label: `Provider`. */
export const ownerLabel = (owner: CauseOwner): string => owners[owner].label
