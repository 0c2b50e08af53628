import { z } from 'zod'
import { circuitPaths } from '#lib/contract/index.ts'
import type { Rise } from './carried.ts'

/** What one path of a circuit would carry after a loss of something else, in bit/s; as the what-if of that loss says. */
const takenOver = z.object({
  /** as `lose` of a what-if names it; several terms are lost together */
  term: z.string(),
  /** "erc-london", "the maintenance of 28 Nov"; null = the reader must not see it */
  name: z.string().nullable(),
  path: z.enum(circuitPaths),
  direction: z.enum(['in', 'out']),
  /** on its fuller path after the loss, its own included: 95 of 100 times; null = prefixes move to it, and how much traffic is not known */
  atMostBitsPerSecond: z.number().nullable(),
  /** short ids of the circuits that are lost, in whole or in part */
  circuits: z.array(z.string()),
  /** by how much more it may come to within a year: the most that it, or any of those circuits, may rise in this direction; null = not known */
  rise: z.number().nullable().default(null),
})
export type TakenOver = z.output<typeof takenOver>

/** What a circuit must take over when something else is lost, worst first; one for each direction of a loss that moves prefixes to it. */
export const takeOver = z.object({
  at: z.number(),
  /** of some prefixes or tables it is not known where they go after a loss */
  isUnsure: z.boolean(),
  losses: z.array(takenOver),
})
export type TakeOver = z.output<typeof takeOver>

/** What may become of it within a year, in its direction. @param rises of circuits, by short id; null or missing = not known */
export const withRises = (of: TakeOver, circuitId: string, rises: ReadonlyMap<string, Rise | null>): TakeOver => ({
  ...of,
  losses: of.losses.map((one) => {
    const own = [circuitId, ...one.circuits].map((id) => rises.get(id)?.[one.direction] ?? null)
    return { ...one, rise: own.includes(null) ? null : Math.max(...own.map((rise) => rise ?? 1)) }
  }),
})

/** "losing erc-london moves prefixes to it, up to 701 Mb/s on one path". */
export function formatTaken({ name, atMostBitsPerSecond }: TakenOver): string {
  const what = name === null ? 'the loss of something that you do not see' : `losing ${name}`
  return atMostBitsPerSecond === null
    ? `${what} moves prefixes to it, and how much they carry is not known`
    : `${what} moves prefixes to it: up to ${Math.ceil(atMostBitsPerSecond / 1e6)} Mb/s on one path`
}

/** What a reader sees of it: a loss of circuits that he does not see counts, and has no name. @param seen short ids; null = everything */
export const takeOverSeenBy = (of: TakeOver, seen: ReadonlySet<string> | null): TakeOver => ({
  ...of,
  losses: of.losses.map((one) =>
    seen === null || one.circuits.every((id) => seen.has(id)) ? one : { ...one, name: null },
  ),
})
