import { Decimal } from '../money.ts'

/**
 * Possible sizes of a billed GB. Microsoft's documents do not define it, and its price tiers are compatible with both.
 */
export const GB_DECIMAL = 1_000_000_000
export const GB_BINARY = 1_073_741_824

/** The size of a billed GB in bytes, and whether it was inferred from a bill. */
export interface Gigabyte {
  bytes: number
  calibrated: boolean
}

/** Returns the other possible size of a GB; the two differ by 7.37 %. */
export const getOtherGbSize = ({ bytes }: Gigabyte): number => (bytes === GB_BINARY ? GB_DECIMAL : GB_BINARY)

/** Cache of recent quantities, because dozens of options of a circuit are priced with the same few quantities. */
const quantities = new Map<string, Decimal>()
const MAX_QUANTITIES = 200

/** Returns the billed quantity in GB, not rounded. */
export function gbOf(bytes: bigint | number, gb: number): Decimal {
  const key = `${bytes} ${gb}`
  const known = quantities.get(key)
  if (known) return known
  if (quantities.size >= MAX_QUANTITIES) quantities.clear()
  const quantity = new Decimal(String(bytes)).dividedBy(gb)
  quantities.set(key, quantity)
  return quantity
}

/** Maximum deviation of a bill from a size of a GB to infer that size. The two sizes differ by 7 %. */
const DECIDES_WITHIN = 0.02

/**
 * Infers the size of a GB from billed GB of "Metered Data - Data Transfer Out" and bytes measured on the same UTC days.
 * @returns null if neither size fits, because of gaps in the measurement or late records
 */
export function calibrate(measured: bigint, billedGb: Decimal): Gigabyte | null {
  if (measured <= 0n || !billedGb.greaterThan(0)) return null
  const bytesPerGb = new Decimal(String(measured)).dividedBy(billedGb)
  const fits = [GB_DECIMAL, GB_BINARY].find((reading) =>
    bytesPerGb.dividedBy(reading).minus(1).abs().lessThan(DECIDES_WITHIN),
  )
  return fits === undefined ? null : { bytes: fits, calibrated: true }
}
