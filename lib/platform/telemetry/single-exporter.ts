import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '../database.ts'
import type { MetricFamily } from '../metrics-exposition.ts'
import { runWithWorkLease } from '../leases/index.ts'
import type { EstateMetricsProvider } from './export.ts'

const LEASE = 'estate-metrics'
const RETRY_MS = 10_000

/**
 * Lets one process export the metrics about all polled resources: the process that holds a lease. If this process ends,
 * another process exports them within about 20 s.
 * @param read returns the metrics
 */
export function startSingleExporter(
  db: Database,
  read: () => Promise<readonly MetricFamily[]>,
  retryMs = RETRY_MS,
): EstateMetricsProvider & { stop(): Promise<void> } {
  const stopping = new AbortController()
  let isHolder = false
  const hold = async () => {
    while (!stopping.signal.aborted) {
      try {
        await runWithWorkLease(db, LEASE, async ({ signal }) => {
          isHolder = true
          const ended = AbortSignal.any([signal, stopping.signal])
          if (!ended.aborted) await once(ended, 'abort')
        })
      } catch {
        // ignored, because other parts of the process already report an unavailable database
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
