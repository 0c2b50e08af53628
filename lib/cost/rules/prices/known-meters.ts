import { GATEWAY_METERS, REQUIRED_METER_NAMES, PEERING_METERS } from './gateway-meters.ts'
import {
  formatCircuitMeterName,
  DATA_TRANSFER_METER,
  getPlansForBandwidth,
  type PriceSheet,
  SOLD_BANDWIDTHS_MBPS,
} from './price-sheet.ts'

/**
 * Returns all meter names for which an operator can declare a price: the names in the price list, and further names
 * that cost calculations use.
 */
function knownMeters({ meters }: PriceSheet): Set<string> {
  const circuits = SOLD_BANDWIDTHS_MBPS.flatMap((mbps) =>
    getPlansForBandwidth(mbps).map(({ tier, plan }) => formatCircuitMeterName(tier, plan, mbps)),
  )
  return new Set([
    ...meters.map(({ name }) => name),
    ...circuits,
    DATA_TRANSFER_METER,
    ...GATEWAY_METERS,
    ...PEERING_METERS,
    ...REQUIRED_METER_NAMES,
  ])
}

/**
 * Checks whether a price can be declared for a meter of this name.
 * @returns null if the name is known, otherwise the most similar known name
 */
export function findSimilarMeter(sheet: PriceSheet, name: string): string | null {
  const known = knownMeters(sheet)
  if (known.has(name)) return null
  const wanted = name.toLowerCase()
  let [nearest, least] = ['', Number.POSITIVE_INFINITY]
  for (const one of known) {
    // a known name that contains the given name is the best match, because the user may have shortened the name
    const away = one.toLowerCase().includes(wanted) ? 0 : editsBetween(wanted, one.toLowerCase())
    if (away < least) [nearest, least] = [one, away]
  }
  return nearest
}

/** Returns the number of characters to insert, delete or replace between two texts (Levenshtein distance). */
function editsBetween(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i)
  for (const [i, character] of [...from].entries()) {
    const next = [i + 1]
    for (let j = 0; j < to.length; j++) {
      const replaced = (row[j] ?? 0) + (character === to[j] ? 0 : 1)
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
