import type { CostProjection } from '#lib/contract/index.ts'

export interface Assumptions {
  /** what every circuit's figures rest on */
  common: string[]
  /** what only some rest on, with their names */
  own: { words: string; names: string[] }[]
}

/** What figures rest on, each said once: what holds for all circuits apart from what is particular to some. */
export function assumptionsOf(circuits: readonly CostProjection[]): Assumptions {
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
