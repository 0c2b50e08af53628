import type { PoolClient } from 'pg'
import type { EpochMs } from '#lib/contract/index.ts'
import { computeEventId } from '#lib/history/index.ts'
import type { DetectionStore } from './detection-store.ts'

/**
 * Called with the incidents that may have changed, in the transaction that writes them. Writes of this function are
 * therefore committed or rolled back together with the incidents. It must be fast. If it throws, the poll is rolled
 * back.
 * @param ids ids of the incidents as in the API
 * @param at end of the poll that changed them
 */
export type HandleChangedIncidents = (client: PoolClient, ids: readonly string[], at: EpochMs) => Promise<void>

/**
 * Returns a store that writes like `store` and also adds to `ids` the incidents that it writes, directly or with an
 * event.
 */
export function withIncidentTracking(store: DetectionStore, ids: Set<string>): DetectionStore {
  return {
    ...store,
    async saveEvents(...saved: Parameters<DetectionStore['saveEvents']>) {
      await store.saveEvents(...saved)
      const [, events] = saved
      for (const { incident } of events) if (incident) ids.add(computeEventId(incident))
    },
    async saveIncidents(incidents) {
      await store.saveIncidents(incidents)
      for (const { key } of incidents) ids.add(computeEventId(key))
    },
  }
}
