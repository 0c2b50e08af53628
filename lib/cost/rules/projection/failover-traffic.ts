import { z } from 'zod'
import { circuitPaths } from '#lib/contract/index.ts'
import type { TrafficRiseFactors } from './carried-traffic.ts'

/**
 * Traffic on one path of a circuit after a failure elsewhere moved prefixes to this path. The values come from the
 * what-if for this failure.
 */
const takenOver = z.object({
  /** Failed resources, paths or locations, in the form of the query parameter `lose` of the what-if. */
  term: z.string(),
  /**
   * Name of the failure, such as "erc-london" or "the maintenance of 28 Nov"; null = the caller may not see the
   * resources that fail.
   */
  name: z.string().nullable(),
  path: z.enum(circuitPaths),
  direction: z.enum(['in', 'out']),
  /**
   * 95th percentile of the traffic on the path after the failure in bit/s, including the circuit's own traffic. If the
   * circuit has two paths, it is the path with more traffic. Null = prefixes move to the path, but their traffic is
   * unknown.
   */
  atMostBitsPerSecond: z.number().nullable(),
  /** Short ids of the circuits that fail completely or partly. */
  circuits: z.array(z.string()),
  /**
   * Factor by which this traffic may rise within a year in this direction. It is the largest factor among this circuit
   * and the failed circuits; null = one of the factors is unknown.
   */
  rise: z.number().nullable().default(null),
})
export type TrafficMovedByFailure = z.output<typeof takenOver>

/**
 * Traffic that moves to a circuit after failures elsewhere, largest first. The list has one entry for each combination
 * of failure and direction in which prefixes move to the circuit.
 */
export const failoverTrafficSchema = z.object({
  at: z.number(),
  /** true if it is unknown to which path some prefixes move after one of the failures */
  isUnsure: z.boolean(),
  losses: z.array(takenOver),
})
export type FailoverTraffic = z.output<typeof failoverTrafficSchema>

/**
 * Adds to each failure the factor by which the moved traffic may rise within a year.
 * @param rises factors of all circuits by short id; a value that is null or missing is unknown
 */
export const setTrafficRiseFactors = (
  of: FailoverTraffic,
  circuitId: string,
  rises: ReadonlyMap<string, TrafficRiseFactors | null>,
): FailoverTraffic => ({
  ...of,
  losses: of.losses.map((one) => {
    const own = [circuitId, ...one.circuits].map((id) => rises.get(id)?.[one.direction] ?? null)
    return { ...one, rise: own.includes(null) ? null : Math.max(...own.map((rise) => rise ?? 1)) }
  }),
})

/**
 * Describes the effect of a failure on a circuit, for example "losing erc-london moves prefixes to it: up to 701 Mb/s
 * on one path".
 */
export function formatMovedTraffic({ name, atMostBitsPerSecond }: TrafficMovedByFailure): string {
  const what = name === null ? 'the loss of something that you do not see' : `losing ${name}`
  return atMostBitsPerSecond === null
    ? `${what} moves prefixes to it, and their traffic is not known`
    : `${what} moves prefixes to it: up to ${Math.ceil(atMostBitsPerSecond / 1e6)} Mb/s on one path`
}

/**
 * Removes the name of each failure that affects a circuit which the caller may not see. The amounts of traffic remain.
 * @param seen short ids of the circuits that the caller may see; null = all circuits
 */
export const hideNamesOfInvisibleLosses = (of: FailoverTraffic, seen: ReadonlySet<string> | null): FailoverTraffic => ({
  ...of,
  losses: of.losses.map((one) =>
    seen === null || one.circuits.every((id) => seen.has(id)) ? one : { ...one, name: null },
  ),
})
