import { type DetectionSettings, applyThresholdChanges } from '#lib/detection/index.ts'
import { readCurrentSettings } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/**
 * Returns the thresholds of detection that apply now: the saved values, and the default for each threshold that was not
 * changed.
 */
export async function readThresholdsInForce(q: SqlExecutor): Promise<DetectionSettings> {
  return applyThresholdChanges((await readCurrentSettings(q))?.changed ?? {})
}
