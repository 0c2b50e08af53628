import type { ProcessRole } from './process-metrics.ts'
import type { Settings } from '../settings.ts'
import type { EstateExport, Telemetry } from './export.ts'

export type { Telemetry } from './export.ts'

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
