import type { ProcessRole } from './process-metrics.ts'
import type { Settings } from '../settings.ts'
import type { EstateExport, Telemetry } from './export.ts'

export type { Telemetry } from './export.ts'

const OFF: Telemetry = { stop: async () => {} }

/**
 * Starts to export this process's metrics, traces and logs by OpenTelemetry, if the environment configures it.
 * Otherwise no OpenTelemetry code is loaded.
 * @param estate provides the metrics of the whole estate; absent = this process does not have them
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
