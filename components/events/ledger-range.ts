import type { RelativeLength } from '../time/range.ts'

/** The time that a ledger shows while its address names none. */
export const ledgerRange: RelativeLength = '30d'
