import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'

/**
 * Last day on which fixes for a major version are published, by program and version.
 * @source https://www.postgresql.org/support/versioning/ and https://github.com/nodejs/Release, as of 2026-11-28
 */
const ends: Readonly<Record<'PostgreSQL' | 'Node', ReadonlyMap<number, string>>> = {
  PostgreSQL: new Map([
    [15, '2027-11-11'],
    [16, '2028-11-09'],
    [17, '2029-11-08'],
    [18, '2030-11-14'],
  ]),
  Node: new Map([
    [24, '2028-04-30'],
    [26, '2029-04-30'],
  ]),
}

/** Time in milliseconds before the end of support from which a warning is shown. */
const WARNED_MS = 90 * MS_PER_DAY

/**
 * Returns a sentence about the end of support of a major version. Null if the end is more than 90 days away or not
 * known here.
 */
export function formatSupportEnd(program: keyof typeof ends, major: number, now: EpochMs): string | null {
  const end = ends[program].get(major)
  if (end === undefined || Date.parse(end) - now > WARNED_MS) return null
  const verb = Date.parse(end) + MS_PER_DAY > now ? 'ends' : 'ended'
  return `Support of ${program} ${major} ${verb} on ${end}.`
}
