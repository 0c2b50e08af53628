import type { Bounds, EpochMs } from '#lib/contract/index.ts'

/** A prefix in one of two tables, with when it came there. */
export interface AnnouncedPrefix {
  prefix: string
  since: Bounds
}

/** What a router announces to an MSEE beside what the MSEE learned from it. */
export interface AnnouncedTables {
  /** Adj-RIB-Out after the router's policy, now (RFC 8671) */
  announced: readonly AnnouncedPrefix[]
  /** Adj-RIB-Out before it; null = the router does not report it */
  beforePolicy: readonly AnnouncedPrefix[] | null
  /** what left the Adj-RIB-Out lately: prefix and when at the latest */
  withdrawn: ReadonlyMap<string, EpochMs>
  /** the MSEE's routes from this router, as Azure was asked last */
  learned: readonly string[]
  /** begin of that question */
  readAt: EpochMs
  /** prefixes that the peering takes; null = no limit is known */
  limit: number | null
  /** whether the peering takes this prefix at all; null = nothing is known against it */
  isTaken: (prefix: string) => boolean | null
}

const announcedVerdicts = ['learned', 'not_yet', 'not_learned', 'by_policy', 'learned_only'] as const
export type AnnouncedVerdict = (typeof announcedVerdicts)[number]

/** Why Azure did not take what was announced, as far as that is known. */
export type NotLearnedBecause = 'limit' | 'filter'

export interface ComparedPrefix {
  prefix: string
  verdict: AnnouncedVerdict
  /** of `not_learned`; null = neither limit nor filter explains it */
  because: NotLearnedBecause | null
  /** when the router's side became so; null = it says nothing of the prefix */
  since: Bounds | null
}

/**
 * A route announced or withdrawn this shortly before Azure was asked may not have been there yet: UPDATEs of a neighbor may be 30 s apart (RFC
 * 4271 section 10, MinRouteAdvertisementIntervalTimer), and an MSEE's answer is as old as its question.
 */
const IN_TRANSIT_MS = 60_000

/**
 * Holds what a router announced against what Azure learned of it, prefix by prefix and in the order of the prefixes. What one of them does not say is
 * not made up: a router without an Adj-RIB-Out is not compared at all.
 */
export function compareAnnounced(tables: AnnouncedTables): ComparedPrefix[] {
  const { announced, beforePolicy, withdrawn, learned, readAt, limit, isTaken } = tables
  const out = new Map(announced.map((route) => [route.prefix, route]))
  const before = new Map((beforePolicy ?? []).map((route) => [route.prefix, route]))
  const taken = new Set(learned)
  const isFull = limit !== null && taken.size >= limit
  const settledBy = readAt - IN_TRANSIT_MS
  const prefixes = [...new Set([...out.keys(), ...before.keys(), ...taken])].toSorted()
  return prefixes.map((prefix): ComparedPrefix => {
    const sent = out.get(prefix)
    const since = (sent ?? before.get(prefix))?.since ?? null
    const verdict = (is: AnnouncedVerdict, because: NotLearnedBecause | null = null) => ({
      prefix,
      verdict: is,
      because,
      since,
    })
    if (sent && taken.has(prefix)) return verdict('learned')
    if (sent) {
      if (sent.since.latest > settledBy) return verdict('not_yet')
      if (isTaken(prefix) === false) return verdict('not_learned', 'filter')
      return verdict('not_learned', isFull ? 'limit' : null)
    }
    // a withdrawal that Azure may not have been asked about
    if (taken.has(prefix)) return verdict((withdrawn.get(prefix) ?? 0) > settledBy ? 'not_yet' : 'learned_only')
    return verdict('by_policy')
  })
}
