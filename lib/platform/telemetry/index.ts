import type { ProcessRole } from './process-metrics.ts'
import type { ProcessSettings } from '../settings.ts'
import type { EstateMetricsProvider, TelemetryExports } from './export.ts'

export type { TelemetryExports } from './export.ts'

const OFF: TelemetryExports = { stop: async () => {} }

/**
 * Starts to export metrics, traces and logs of this process by OpenTelemetry, if this is configured. Otherwise no
 * OpenTelemetry code is loaded.
 * @param estate provides the metrics about all polled resources; absent = this process does not export them
 */
export async function startTelemetry(
  role: ProcessRole,
  { telemetry }: Pick<ProcessSettings, 'telemetry'>,
  estate?: EstateMetricsProvider,
): Promise<TelemetryExports> {
  if (telemetry === null) return OFF
  const { exportTelemetry } = await import('./export.ts')
  return exportTelemetry(role, telemetry, estate)
}
