import type { PoolClient } from 'pg'
import type { EpochMs } from '#lib/contract/index.ts'
import { eventIdOf } from '#lib/history/index.ts'
import type { DetectionStore } from './store.ts'

/**
 * Reported which incidents may have changed, inside the transaction that writes them: what it writes there is kept or undone with
 * them. It must be quick, and what it throws undoes the poll.
 * @param ids of incidents, as the API has them
 * @param at end of the poll that changed them
 */
export type IncidentsChanged = (client: PoolClient, ids: readonly string[], at: EpochMs) => Promise<void>

/** A store that notes the incidents that it writes, and those whose events it writes. */
export function notingIncidents(store: DetectionStore, ids: Set<string>): DetectionStore {
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
