import { selectAddressForNeighbor } from '#lib/bgp/index.ts'
import type { ScopeRequest, PeekedState, QuietPoll } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import type { PollResult } from './commit-poll.ts'
import { detect } from '../detection/detect.ts'
import { type DetectionStore, postgresReads, type TopologyReads } from '../detection/store.ts'

/** The result of detection for a poll that changes nothing. */
export interface QuietDetection {
  /** version of the source's state on which the result is based; null = the state was not needed */
  version: string | null
  /** JSON of the new state; null = unchanged */
  state: string | null
  /** scopes that must not be due for another evaluation */
  recheck: readonly ScopeRequest[]
}

/** Error of {@link quietStore}: detection wants to write or read more than it may for a poll that changes nothing. */
class HasNews extends Error {}

/**
 * Runs detection for a poll that changes nothing, outside of any transaction. It uses the normal detection code, so
 * that its result equals that inside a transaction.
 * @param peeked detection's state of the source; null = unknown or empty
 * @returns null if detection has a new result, or must read more data
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
      localAddress: (neighbor) => (localAddresses ? selectAddressForNeighbor(neighbor, localAddresses) : ''),
      everyMs: lease.everySeconds * 1_000,
      book: estate,
    })
  } catch (error) {
    if (error instanceof HasNews) return null
    throw error
  }
  return found
}

/**
 * Returns a store that reads like the production store, records the saved state of the source in `found`, and refuses
 * every other write or lock.
 */
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
