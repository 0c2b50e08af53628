import type { ProcessRole } from './process-metrics.ts'
import type { Settings } from '../settings.ts'
import type { EstateMetricsProvider, Telemetry } from './export.ts'

export type { Telemetry } from './export.ts'

const OFF: Telemetry = { stop: async () => {} }

/**
 * Starts to export metrics, traces and logs of this process by OpenTelemetry, if this is configured. Otherwise no
 * OpenTelemetry code is loaded.
 * @param estate provides the metrics about all polled resources; absent = this process does not export them
 */
export async function startTelemetry(
  role: ProcessRole,
  { telemetry }: Pick<Settings, 'telemetry'>,
  estate?: EstateMetricsProvider,
): Promise<Telemetry> {
  if (telemetry === null) return OFF
  const { exportTelemetry } = await import('./export.ts')
  return exportTelemetry(role, telemetry, estate)
}
