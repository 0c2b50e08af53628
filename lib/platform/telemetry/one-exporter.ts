import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '../database.ts'
import type { MetricFamily } from '../exposition.ts'
import { withLease } from '../leases/index.ts'
import type { EstateExport } from './export.ts'

const LEASE = 'estate-metrics'
const RETRY_MS = 10_000

/**
 * Lets one process of all export the figures of the whole estate: whoever holds the lease. Another takes over within 20 s of its end.
 * @param read what is exported
 */
export function oneExporter(
  db: Database,
  read: () => Promise<readonly MetricFamily[]>,
  retryMs = RETRY_MS,
): EstateExport & { stop(): Promise<void> } {
  const stopping = new AbortController()
  let isHolder = false
  const hold = async () => {
    while (!stopping.signal.aborted) {
      try {
        await withLease(db, LEASE, async ({ signal }) => {
          isHolder = true
          const ended = AbortSignal.any([signal, stopping.signal])
          if (!ended.aborted) await once(ended, 'abort')
        })
      } catch {
        // the database is away, which every other part of the process says
      } finally {
        isHolder = false
      }
      await delay(retryMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }
  const held = hold()
  return {
    families: async () => (isHolder ? read() : null),
    async stop() {
      stopping.abort()
      await held
    },
  }
}
