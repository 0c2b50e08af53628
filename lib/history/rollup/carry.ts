import { type Carry, type LastReading, NOTHING_CARRIED } from './growth.ts'

interface Stored {
  through: number | null
  in: StoredReading | null
  out: StoredReading | null
}
interface StoredReading {
  at: number
  bytes: string
  gapSince: boolean
}

/** A carry as `usage_series` keeps it; bytes as text, because JSON numbers lose digits. */
export function writeCarry({ through, in: lastIn, out: lastOut }: Carry): string {
  return JSON.stringify({ through, in: stored(lastIn), out: stored(lastOut) } satisfies Stored)
}

/** @param value the column's JSON; null = nothing was folded yet */
export function readCarry(value: unknown): Carry {
  if (value === null || value === undefined) return NOTHING_CARRIED
  const { through, in: lastIn, out: lastOut } = value as Stored
  return { through, in: reading(lastIn), out: reading(lastOut) }
}

function stored(last: LastReading | null): StoredReading | null {
  return last && { ...last, bytes: last.bytes.toString() }
}

function reading(last: StoredReading | null): LastReading | null {
  return last && { ...last, bytes: BigInt(last.bytes) }
}
