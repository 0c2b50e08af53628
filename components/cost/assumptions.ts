import type { CostProjection } from '#lib/cost/api/index.ts'

interface Assumptions {
  /** texts of the assumptions that apply to all circuits */
  common: string[]
  /** texts of the assumptions that apply to some circuits only, with the names of these circuits */
  own: { words: string; names: string[] }[]
}

/**
 * Lists each assumption once, and separates assumptions that apply to all circuits from those that apply to some
 * circuits.
 */
export function listCostAssumptions(circuits: readonly CostProjection[]): Assumptions {
  const namesBy = new Map<string, string[]>()
  for (const { name, assumptions } of circuits) {
    for (const words of assumptions) namesBy.set(words, [...(namesBy.get(words) ?? []), name])
  }
  const all = [...namesBy].map(([words, names]) => ({ words, names }))
  return {
    common: all.filter(({ names }) => names.length === circuits.length).map(({ words }) => words),
    own: all.filter(({ names }) => names.length < circuits.length),
  }
}
