import { type DetectionSettings, settingsWith } from '#lib/detection/index.ts'
import { currentSettings } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

/** Detection's thresholds as they were last saved; as shipped where nobody changed any. */
export async function thresholdsInForce(q: Queryable): Promise<DetectionSettings> {
  return settingsWith((await currentSettings(q))?.changed ?? {})
}
