import { z } from 'zod'
import { circuitPaths } from '#lib/contract/index.ts'
import type { Rise } from './carried.ts'

/** Traffic of one path of a circuit after another part is lost, in bit/s, as reported by the what-if of that loss. */
const takenOver = z.object({
  /** parameter `lose` of the what-if; several terms are lost together */
  term: z.string(),
  /** name such as "erc-london" or "the maintenance of 28 Nov"; null = the reader may not see it */
  name: z.string().nullable(),
  path: z.enum(circuitPaths),
  direction: z.enum(['in', 'out']),
  /**
   * traffic of its fuller path after the loss, including the circuit's own traffic, 95 of 100 times; null = prefixes
   * move to it, but their traffic is unknown
   */
  atMostBitsPerSecond: z.number().nullable(),
  /** short ids of the circuits that are fully or partly lost */
  circuits: z.array(z.string()),
  /**
   * factor by which this traffic may rise within a year: the maximum over this circuit and the lost circuits in this
   * direction; null = unknown
   */
  rise: z.number().nullable().default(null),
})
export type TakenOver = z.output<typeof takenOver>

/**
 * Traffic that a circuit must take over after losses, worst first; one element for each loss that moves prefixes to it,
 * and direction.
 */
export const takeOver = z.object({
  at: z.number(),
  /** true if the new path of some prefixes or tables after a loss is unknown */
  isUnsure: z.boolean(),
  losses: z.array(takenOver),
})
export type TakeOver = z.output<typeof takeOver>

/**
 * Adds to each loss the factor by which its traffic may rise within a year.
 * @param rises rises of circuits by short id; null or missing = unknown
 */
export const withRises = (of: TakeOver, circuitId: string, rises: ReadonlyMap<string, Rise | null>): TakeOver => ({
  ...of,
  losses: of.losses.map((one) => {
    const own = [circuitId, ...one.circuits].map((id) => rises.get(id)?.[one.direction] ?? null)
    return { ...one, rise: own.includes(null) ? null : Math.max(...own.map((rise) => rise ?? 1)) }
  }),
})

/** Describes a loss: "losing erc-london moves prefixes to it, up to 701 Mb/s on one path". */
export function formatTaken({ name, atMostBitsPerSecond }: TakenOver): string {
  const what = name === null ? 'the loss of something that you do not see' : `losing ${name}`
  return atMostBitsPerSecond === null
    ? `${what} moves prefixes to it, and their traffic is not known`
    : `${what} moves prefixes to it: up to ${Math.ceil(atMostBitsPerSecond / 1e6)} Mb/s on one path`
}

/**
 * Removes the names of losses that include circuits which the reader may not see. Their traffic still counts.
 * @param seen short ids of visible circuits; null = everything is visible
 */
export const hideInvisibleLosses = (of: TakeOver, seen: ReadonlySet<string> | null): TakeOver => ({
  ...of,
  losses: of.losses.map((one) =>
    seen === null || one.circuits.every((id) => seen.has(id)) ? one : { ...one, name: null },
  ),
})
