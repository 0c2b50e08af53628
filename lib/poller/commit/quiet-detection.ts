import { addressFor } from '#lib/bgp/index.ts'
import type { ScopeRequest, PeekedState, QuietPoll } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import type { PollResult } from './commit-poll.ts'
import { detect } from '../detection/detect.ts'
import { type DetectionStore, postgresReads, type TopologyReads } from '../detection/store.ts'

/** What a poll that changes nothing makes of detection. */
export interface QuietDetection {
  /** the version of the source's memory that it was folded into; null = it needed none */
  version: string | null
  /** JSON of that memory after it; null = as before */
  state: string | null
  /** scopes of which none may be due to be folded again */
  recheck: readonly ScopeRequest[]
}

/** Thrown by the store below: a fold has more to say than a quiet poll may. */
class HasNews extends Error {}

/**
 * Folds a poll that changes nothing outside of any transaction. It runs detection itself, so that what it finds is what it would have
 * found inside of one.
 * @param peeked what is remembered of the source; null = unknown, or nothing
 * @returns null where detection has news, or must read more
 */
export async function foldQuietly(
  db: Queryable,
  result: PollResult,
  { mark, silentSessions, evaluated }: QuietPoll,
  peeked: PeekedState | null,
): Promise<QuietDetection | null> {
  const { lease, localAddresses, estate } = result
  const found: QuietDetection = { version: null, state: null, recheck: [] }
  try {
    await detect(quietStore(postgresReads(db), peeked, found), {
      sourceId: lease.sourceId,
      mark,
      changes: [],
      silentSessions,
      observation: evaluated,
      localAddress: (neighbor) => (localAddresses ? addressFor(neighbor, localAddresses) : ''),
      everyMs: lease.everySeconds * 1_000,
      book: estate,
    })
  } catch (error) {
    if (error instanceof HasNews) return null
    throw error
  }
  return found
}

/** Reads as the product's store does, notes in `found` what is saved of the source, and refuses whatever would write or lock more. */
function quietStore(reads: TopologyReads, peeked: PeekedState | null, found: QuietDetection): DetectionStore {
  const refuse = async () => {
    throw new HasNews()
  }
  const refuseAny = async (rows: readonly unknown[]) => {
    if (rows.length > 0) throw new HasNews()
  }
  return {
    ...reads,
    async loadState() {
      if (!peeked) throw new HasNews()
      found.version = peeked.version
      return JSON.parse(peeked.state)
    },
    async saveState(_sourceId, state) {
      found.state = JSON.stringify(state)
    },
    async isRecheckDue(asked) {
      found.recheck = asked
      return false
    },
    saveEvents: (_sourceId, events) => refuseAny(events),
    saveIncidents: refuseAny,
    saveRechecks: refuseAny,
    saveScopes: refuseAny,
    lastGoodPolls: refuse,
    loadScopes: refuse,
    peekScopes: refuse,
    lightOf: refuse,
    unitsOf: refuse,
    routesTo: refuse,
    routesWithin: refuse,
    routePast: refuse,
    comparePathTables: refuse,
  }
}
