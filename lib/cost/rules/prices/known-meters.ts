import { GATEWAY_METERS, OWN_METERS, PEERING_METERS } from './gateway-meters.ts'
import { circuitMeterName, DATA_METER, plansSoldAt, type PriceSheet, SOLD_MBPS } from './sheet.ts'

/** Names that a price can be set for: those of the list, and those that figures are made of and a list may lack. */
function knownMeters({ meters }: PriceSheet): Set<string> {
  const circuits = SOLD_MBPS.flatMap((mbps) =>
    plansSoldAt(mbps).map(({ tier, plan }) => circuitMeterName(tier, plan, mbps)),
  )
  return new Set([
    ...meters.map(({ name }) => name),
    ...circuits,
    DATA_METER,
    ...GATEWAY_METERS,
    ...PEERING_METERS,
    ...OWN_METERS,
  ])
}

/**
 * Whether a price of this name could ever count.
 * @returns null = it could; else the known name that is written most like it
 */
export function misspeltMeter(sheet: PriceSheet, name: string): string | null {
  const known = knownMeters(sheet)
  if (known.has(name)) return null
  const wanted = name.toLowerCase()
  let [nearest, least] = ['', Number.POSITIVE_INFINITY]
  for (const one of known) {
    // a name that was cut short is nearer than another of the same length
    const away = one.toLowerCase().includes(wanted) ? 0 : editsBetween(wanted, one.toLowerCase())
    if (away < least) [nearest, least] = [one, away]
  }
  return nearest
}

/** Characters to insert, delete or replace to get from one text to another (Levenshtein). */
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
