import { type RollupState, type LastCounterReading, EMPTY_ROLLUP_STATE } from './counter-growth.ts'

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

/**
 * Returns a rollup state in the format of `usage_series.last_readings`. Bytes are texts, because JSON numbers lose
 * digits.
 */
export function formatRollupState({ through, in: lastIn, out: lastOut }: RollupState): string {
  return JSON.stringify({ through, in: stored(lastIn), out: stored(lastOut) } satisfies Stored)
}

/**
 * Parses a stored rollup state. If the JSON is damaged, only the last readings are lost: the growth from them to the
 * next samples is then unknown, but no bytes are counted twice.
 * @param value the column's JSON; null = no sample was processed yet
 * @param rolledUpTo start of the newest processed sample, from the row
 */
export function parseRollupState(value: unknown, rolledUpTo: Date | null): RollupState {
  if (value === null || value === undefined) return EMPTY_ROLLUP_STATE
  if (!isStored(value)) return { ...EMPTY_ROLLUP_STATE, through: rolledUpTo?.getTime() ?? null }
  const { through, in: lastIn, out: lastOut } = value
  return { through, in: reading(lastIn), out: reading(lastOut) }
}

function isStored(value: unknown): value is Stored {
  const { through, in: lastIn, out: lastOut } = Object(value) as Partial<Record<keyof Stored, unknown>>
  return (through === null || typeof through === 'number') && isReadingOrNull(lastIn) && isReadingOrNull(lastOut)
}

function isReadingOrNull(value: unknown): value is StoredReading | null {
  if (value === null) return true
  const { at, bytes, gapSince } = Object(value) as Partial<Record<keyof StoredReading, unknown>>
  return typeof at === 'number' && typeof bytes === 'string' && /^\d+$/.test(bytes) && typeof gapSince === 'boolean'
}

function stored(last: LastCounterReading | null): StoredReading | null {
  return last && { ...last, bytes: last.bytes.toString() }
}

function reading(last: StoredReading | null): LastCounterReading | null {
  return last && { ...last, bytes: BigInt(last.bytes) }
}
