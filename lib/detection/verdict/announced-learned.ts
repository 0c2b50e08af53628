import type { TimestampBounds, EpochMs } from '#lib/contract/index.ts'

/** A prefix in a router's table, with the bounds of the time when it appeared there. */
export interface AnnouncedPrefix {
  prefix: string
  since: TimestampBounds
}

/**
 * The announcements of a customer's router to an edge router (MSEE), and the routes that the edge router learned from
 * it.
 */
export interface AnnouncedAndLearnedRoutes {
  /** current routes in the Adj-RIB-Out after the router's policy (RFC 8671) */
  announced: readonly AnnouncedPrefix[]
  /** current routes in the Adj-RIB-Out before the policy; null = the router does not report them */
  beforePolicy: readonly AnnouncedPrefix[] | null
  /** prefixes that recently left the Adj-RIB-Out, each with the latest possible time of its withdrawal */
  withdrawn: ReadonlyMap<string, EpochMs>
  /** prefixes of the routes that the MSEE learned from this router, in the last poll of Azure */
  learned: readonly string[]
  /** start of the last successful poll of `learned`; if a later poll has finished since, the end of that poll */
  readAt: EpochMs
  /** maximum number of prefixes that the peering accepts; null = not known */
  limit: number | null
  /** Reports whether the peering accepts this prefix at all; null = no reason is known that it does not. */
  isTaken: (prefix: string) => boolean | null
}

const announcedVerdicts = ['learned', 'not_yet', 'not_learned', 'by_policy', 'learned_only'] as const
export type AnnouncedPrefixVerdict = (typeof announcedVerdicts)[number]

/** The known reason why Azure did not accept an announced prefix. */
export type NotLearnedReason = 'limit' | 'filter'

export interface ComparedPrefix {
  prefix: string
  verdict: AnnouncedPrefixVerdict
  /** reason for `not_learned`; null = neither the limit nor a filter explains it */
  because: NotLearnedReason | null
  /**
   * bounds of the time since which the router announces the prefix. If the policy filters the prefix, it is the time
   * since which the router has it before the policy. Null = the router does not have the prefix
   */
  since: TimestampBounds | null
}

/**
 * Time in ms before a poll of Azure. A change in this time may not have arrived at Azure yet. UPDATEs of a neighbor may
 * be 30 s apart (RFC 4271 section 10, MinRouteAdvertisementIntervalTimer), and the state in the MSEE's response may be
 * as old as the request.
 */
const IN_TRANSIT_MS = 60_000

/**
 * Compares a router's announcements with the routes that Azure learned from it. The result has one entry for each
 * prefix, sorted by the text of the prefix. The caller must not call it for a router that reports no Adj-RIB-Out.
 */
export function compareAnnouncedWithLearned(tables: AnnouncedAndLearnedRoutes): ComparedPrefix[] {
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
    const verdict = (is: AnnouncedPrefixVerdict, because: NotLearnedReason | null = null) => ({
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
    // Azure may not have been polled since the router withdrew the prefix
    if (taken.has(prefix)) return verdict((withdrawn.get(prefix) ?? 0) > settledBy ? 'not_yet' : 'learned_only')
    return verdict('by_policy')
  })
}
