import type { PoolClient } from 'pg'
import type { EpochMs } from '#lib/contract/index.ts'
import { eventIdOf } from '#lib/history/index.ts'
import type { DetectionStore } from './store.ts'

/**
 * Called with the incidents that may have changed, inside the transaction that writes them, so that its own writes are
 * committed or rolled back together with them. It must be fast, and an error that it throws rolls back the poll.
 * @param ids incident IDs as in the API
 * @param at end of the poll that changed the incidents
 */
export type IncidentsChanged = (client: PoolClient, ids: readonly string[], at: EpochMs) => Promise<void>

/** Returns a store that also records which incidents it writes, directly or through their events. */
export function withIncidentTracking(store: DetectionStore, ids: Set<string>): DetectionStore {
  return {
    ...store,
    async saveEvents(...saved: Parameters<DetectionStore['saveEvents']>) {
      await store.saveEvents(...saved)
      const [, events] = saved
      for (const { incident } of events) if (incident) ids.add(eventIdOf(incident))
    },
    async saveIncidents(incidents) {
      await store.saveIncidents(incidents)
      for (const { key } of incidents) ids.add(eventIdOf(key))
    },
  }
}
