import { type DetectionContext, ensureResourceState } from '../../model/context.ts'
import type { LightLevel } from '../../model/scope-state.ts'

/** Maximum difference in dB at which two light levels count as equal. Lasers and meters vary by tenths of a dB. */
const SAME_DB = 0.5

/**
 * Stores the optical light levels of the ExpressRoute Direct ports behind circuits. A level that changed by less than
 * `SAME_DB` keeps its stored value, so that dependent results do not change.
 */
export function recordLightLevels(
  context: DetectionContext,
  light: Readonly<Record<string, readonly LightLevel[]>>,
): void {
  for (const [scope, levels] of Object.entries(light)) {
    if (levels.length === 0) continue
    const own = ensureResourceState(context, scope)
    const known = new Map((own.light ?? []).map((level) => [nameOf(level), level]))
    own.light = levels.map((level) => {
      const before = known.get(nameOf(level))
      return before && Math.abs(before.dbm - level.dbm) < SAME_DB ? before : level
    })
  }
}

const nameOf = ({ link, direction }: LightLevel) => `${link} ${direction}`
