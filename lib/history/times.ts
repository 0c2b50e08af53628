import { type Bounds, type EpochMs, SINCE_EVER } from '#lib/contract/index.ts'

/** Milliseconds as Postgres reads them, alone, in arrays and in JSON. */
export function iso(at: EpochMs): string
export function iso(at: EpochMs | null): string | null
export function iso(at: EpochMs | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}

/** A `timestamptz` of a result row. */
export function ms(at: Date): EpochMs
export function ms(at: Date | null): EpochMs | null
export function ms(at: Date | null): EpochMs | null {
  return at === null ? null : at.getTime()
}

export function boundsOf(lo: Date | null, hi: Date): Bounds
export function boundsOf(lo: Date | null, hi: Date | null): Bounds | null
export function boundsOf(lo: Date | null, hi: Date | null): Bounds | null {
  return hi === null ? null : { lo: ms(lo) ?? SINCE_EVER, hi: ms(hi) }
}

/** The later of two instants, of which one may be missing. */
export function later(a: EpochMs, b: EpochMs | null): EpochMs {
  return b === null ? a : Math.max(a, b)
}
