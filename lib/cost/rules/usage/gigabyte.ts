import { Decimal } from '../money.ts'

/**
 * The two possible sizes of a billed GB in bytes. Microsoft does not document which of them it uses, and its price
 * tiers are consistent with both.
 */
export const GB_DECIMAL = 1_000_000_000
export const GB_BINARY = 1_073_741_824

/** The size of a billed GB in bytes, and whether a bill has proven it. */
export interface GigabyteSize {
  bytes: number
  calibrated: boolean
}

/** Returns the size of a GB that is not the given one; the two sizes differ by 7.37 %. */
export const getOtherGbSize = ({ bytes }: GigabyteSize): number => (bytes === GB_BINARY ? GB_DECIMAL : GB_BINARY)

/**
 * Cache of byte counts that were converted to GB. Dozens of offers for a circuit are priced with the same few byte
 * counts.
 */
const quantities = new Map<string, Decimal>()
const MAX_QUANTITIES = 200

/** Converts bytes to GB, not rounded. */
export function convertBytesToGb(bytes: bigint | number, gb: number): Decimal {
  const key = `${bytes} ${gb}`
  const known = quantities.get(key)
  if (known) return known
  if (quantities.size >= MAX_QUANTITIES) quantities.clear()
  const quantity = new Decimal(String(bytes)).dividedBy(gb)
  quantities.set(key, quantity)
  return quantity
}

/**
 * Maximum relative difference between measured bytes per billed GB and one of the two possible sizes of a GB. The two
 * sizes differ by 7 %, so at most one of them matches.
 */
const DECIDES_WITHIN = 0.02

/**
 * Infers the size of a GB from the billed GB of "Metered Data - Data Transfer Out" and the bytes measured on the same
 * UTC days.
 * @returns null if neither size fits, for example because bytes were not measured or are not on the bill yet
 */
export function inferGbSize(measured: bigint, billedGb: Decimal): GigabyteSize | null {
  if (measured <= 0n || !billedGb.greaterThan(0)) return null
  const bytesPerGb = new Decimal(String(measured)).dividedBy(billedGb)
  const fits = [GB_DECIMAL, GB_BINARY].find((reading) =>
    bytesPerGb.dividedBy(reading).minus(1).abs().lessThan(DECIDES_WITHIN),
  )
  return fits === undefined ? null : { bytes: fits, calibrated: true }
}
