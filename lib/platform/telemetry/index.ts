import type { MetricFamily } from '../exposition.ts'
import type { ProcessRole } from '../process-metrics.ts'
import type { Settings } from '../settings.ts'

/** What the whole estate is, for the one process that exports it. */
export interface EstateExport {
  /** @returns null while another process exports it */
  families: () => Promise<readonly MetricFamily[] | null>
}

export interface Telemetry {
  /** Sends what is left, for a second at most, and ends. Never rejects. */
  stop(): Promise<void>
}

const OFF: Telemetry = { stop: async () => {} }

/**
 * Exports this process's metrics, traces and logs by OpenTelemetry, if the environment says where to. Otherwise nothing of OpenTelemetry
 * is loaded.
 * @param estate who has the figures of the whole estate; absent = this process has none
 */
export async function startTelemetry(
  role: ProcessRole,
  { telemetry }: Pick<Settings, 'telemetry'>,
  estate?: EstateExport,
): Promise<Telemetry> {
  if (telemetry === null) return OFF
  const { exportTelemetry } = await import('./export.ts')
  return exportTelemetry(role, telemetry, estate)
}
