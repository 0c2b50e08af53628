import { type DetectionSettings, settingsWith } from '#lib/detection/index.ts'
import { currentSettings } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

/** Returns detection's thresholds as last saved; unchanged thresholds have their default value. */
export async function thresholdsInForce(q: Queryable): Promise<DetectionSettings> {
  return settingsWith((await currentSettings(q))?.changed ?? {})
}
