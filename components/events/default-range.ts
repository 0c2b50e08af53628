import type { RelativeLength } from '../time/range.ts'

/** The time that a ledger shows while its address names none. */
export const defaultRange: RelativeLength = '30d'
