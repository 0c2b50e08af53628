import { type FoldContext, scopeOf } from '../../model/context.ts'
import type { LightLevel } from '../../model/scope-state.ts'

/** Two levels this close, in dB, are the same: lasers and meters waver by tenths. */
const SAME_DB = 0.5

/** Keeps the light behind circuits, where it is known. Levels that only waver stay as they are, so that nothing that rests on them changes. */
export function recordLight(context: FoldContext, light: Readonly<Record<string, readonly LightLevel[]>>): void {
  for (const [scope, levels] of Object.entries(light)) {
    if (levels.length === 0) continue
    const own = scopeOf(context, scope)
    const known = new Map((own.light ?? []).map((level) => [nameOf(level), level]))
    own.light = levels.map((level) => {
      const before = known.get(nameOf(level))
      return before && Math.abs(before.dbm - level.dbm) < SAME_DB ? before : level
    })
  }
}

const nameOf = ({ link, direction }: LightLevel) => `${link} ${direction}`
