import { Decimal } from '../money.ts'

/** What a billed GB may be. Microsoft's documents don't say, and its own price tiers fit both. */
export const GB_DECIMAL = 1_000_000_000
export const GB_BINARY = 1_073_741_824

/** How many bytes a billed GB has, and whether that was matched to a bill. */
export interface Gigabyte {
  bytes: number
  calibrated: boolean
}

/** The other of the two readings, 7.37 % apart. */
export const otherReading = ({ bytes }: Gigabyte): number => (bytes === GB_BINARY ? GB_DECIMAL : GB_BINARY)

/** Recent quantities: a circuit's dozens of options are all weighed by the same few. */
const quantities = new Map<string, Decimal>()
const MAX_QUANTITIES = 200

/** Billed quantity, not rounded. */
export function gbOf(bytes: bigint | number, gb: number): Decimal {
  const key = `${bytes} ${gb}`
  const known = quantities.get(key)
  if (known) return known
  if (quantities.size >= MAX_QUANTITIES) quantities.clear()
  const quantity = new Decimal(String(bytes)).dividedBy(gb)
  quantities.set(key, quantity)
  return quantity
}

/** So far may a bill be from a reading and still decide which one it is: the readings lie 7 % apart. */
const DECIDES_WITHIN = 0.02

/**
 * Which reading a bill was made by: billed GB of "Metered Data - Data Transfer Out" against bytes measured in the same UTC days.
 * @returns null where it fits neither: gaps in what was measured, or records that came late
 */
export function calibrate(measured: bigint, billedGb: Decimal): Gigabyte | null {
  if (measured <= 0n || !billedGb.greaterThan(0)) return null
  const bytesPerGb = new Decimal(String(measured)).dividedBy(billedGb)
  const fits = [GB_DECIMAL, GB_BINARY].find((reading) =>
    bytesPerGb.dividedBy(reading).minus(1).abs().lessThan(DECIDES_WITHIN),
  )
  return fits === undefined ? null : { bytes: fits, calibrated: true }
}
