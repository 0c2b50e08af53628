import { selectAddressForNeighbor } from '#lib/bgp/index.ts'
import type { ResourceStateRequest, UnlockedDetectionState, UnchangedPoll } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import type { UncommittedPollResult } from './commit-poll.ts'
import { runDetection } from '../detection/run-detection.ts'
import {
  type DetectionStore,
  createPostgresEstateReaders,
  type EstateDataReaders,
} from '../detection/detection-store.ts'

/** Result of detection for a poll that found nothing new. */
export interface DetectionOfUnchangedPoll {
  /** Version of the source's state that detection used; null = detection did not need the state. */
  version: string | null
  /** New state of the source as JSON; null = unchanged. */
  state: string | null
  /**
   * Scopes (short ids of resources) for which detection assumed that no further evaluation is due. The commit must
   * check this assumption.
   */
  recheck: readonly ResourceStateRequest[]
}

/** Error if detection wants to write or read more than is possible without a transaction. */
class HasNews extends Error {}

/**
 * Runs detection for a poll without news, before the transaction that will commit it. The code is the normal detection
 * code, so the result is the same.
 * @param peeked detection's state of the source; null = unknown or empty
 * @returns null if detection needs the transaction, because it must store a result or read further data
 */
export async function detectOnUnchangedPoll(
  db: SqlExecutor,
  result: UncommittedPollResult,
  { mark, silentSessions, evaluated }: UnchangedPoll,
  peeked: UnlockedDetectionState | null,
): Promise<DetectionOfUnchangedPoll | null> {
  const { lease, localAddresses, estate } = result
  const found: DetectionOfUnchangedPoll = { version: null, state: null, recheck: [] }
  try {
    await runDetection(quietStore(createPostgresEstateReaders(db), peeked, found), {
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
 * Returns a store for detection that writes the new state of the source to `found`. Any other write, and any read that
 * needs the transaction, fails with HasNews.
 */
function quietStore(
  reads: EstateDataReaders,
  peeked: UnlockedDetectionState | null,
  found: DetectionOfUnchangedPoll,
): DetectionStore {
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
    connectionRoutes: refuse,
    routePast: refuse,
    comparePathTables: refuse,
  }
}
