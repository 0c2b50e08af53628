import type { WhatIfPath, WhatIfRow } from '../../api/index.ts'

/** Traffic from Azure that leaves a circuit in a what-if. Only this direction is billed. */
interface CircuitShift {
  from: string
  /** Short ids of the circuits that may take over the traffic. */
  to: readonly string[]
  /** True if no prefix remains on the circuit. */
  isEmptied: boolean
  /** True if all traffic of the circuit moves to the only circuit in `to`. */
  isWhole: boolean
  /** True if it is unknown where a part of the traffic moves. */
  isUnknown: boolean
}

/**
 * Returns the circuits that traffic from Azure leaves in a what-if. If traffic moves only between the two paths of a
 * circuit, the circuit is left out, because both paths are billed together.
 */
export function findCircuitShifts(rows: readonly WhatIfRow[]): CircuitShift[] {
  const byCircuit = new Map<string, WhatIfRow[]>()
  for (const row of rows) {
    if (row.side !== 'azure') continue
    for (const circuit of circuitsOf(row.before)) byCircuit.set(circuit, [...(byCircuit.get(circuit) ?? []), row])
  }
  return [...byCircuit].flatMap(([from, own]): CircuitShift[] => {
    const leaving = own.filter(({ after }) => !circuitsOf(after).has(from))
    const shared = own.filter((row) => circuitsOf(row.after).has(from) && gained(row).length > 0)
    if (leaving.length + shared.length === 0) return []
    const to = new Set([...leaving.flatMap(({ after }) => [...circuitsOf(after)]), ...shared.flatMap(gained)])
    return [
      {
        from,
        to: [...to].toSorted(),
        isEmptied: leaving.length === own.length,
        isWhole:
          leaving.length === own.length &&
          to.size === 1 &&
          leaving.every(({ after }) => after.length > 0 && after.every(({ circuitId }) => circuitId !== null)),
        isUnknown: leaving.some(({ outcome }) => outcome === 'unknown'),
      },
    ]
  })
}

const circuitsOf = (paths: readonly WhatIfPath[]) => new Set(paths.flatMap(({ circuitId }) => circuitId ?? []))

function gained({ before, after }: WhatIfRow): string[] {
  const known = circuitsOf(before)
  return [...circuitsOf(after)].filter((one) => !known.has(one))
}

/** Minimum and maximum number of bytes of a circuit. */
export interface CircuitByteRange {
  atLeast: bigint
  atMost: bigint
}

/**
 * Returns the bytes that each affected circuit would carry in a month, by short id. Null = the bytes of a circuit are
 * unknown, or the circuit to which its traffic moves is unknown.
 * @param bytesOf returns the current bytes of a circuit in the month; null = unknown
 * @param hasOther reports whether a circuit has another peering in addition to private peering. It is unknown to which
 *   circuit the traffic of such a peering moves
 */
export function computeShiftedBytes(
  shifts: readonly CircuitShift[],
  bytesOf: (circuit: string) => bigint | null,
  hasOther: (circuit: string) => boolean,
): Map<string, CircuitByteRange | null> {
  const touched = new Set(shifts.flatMap(({ from, to }) => [from, ...to]))
  return new Map([...touched].map((circuit) => [circuit, boundsOf(circuit, shifts, bytesOf, hasOther)]))
}

function boundsOf(
  circuit: string,
  shifts: readonly CircuitShift[],
  bytesOf: (circuit: string) => bigint | null,
  hasOther: (circuit: string) => boolean,
): CircuitByteRange | null {
  const now = bytesOf(circuit)
  const own = shifts.find(({ from }) => from === circuit)
  const incoming = shifts.filter(({ from, to, isUnknown }) => from !== circuit && (to.includes(circuit) || isUnknown))
  if (now === null || own?.isUnknown || incoming.some(({ isUnknown }) => isUnknown)) return null
  const bounds: CircuitByteRange = {
    atLeast: own ? 0n : now,
    atMost: own?.isEmptied && !hasOther(circuit) ? 0n : now,
  }
  for (const { from, isWhole } of incoming) {
    const bytes = bytesOf(from)
    if (bytes === null) return null
    bounds.atMost += bytes
    if (isWhole && !hasOther(from)) bounds.atLeast += bytes
  }
  return bounds
}
