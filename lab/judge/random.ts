import { createSeededNumberGenerator } from '../freezes/freezer.ts'

export interface SeededRandomChoices {
  readonly below: (n: number) => number
  readonly between: (least: number, most: number) => number
  readonly chance: (share: number) => boolean
  readonly pick: <T>(list: readonly T[]) => T
}

export function createSeededRandomChoices(seed: number): SeededRandomChoices {
  const random = createSeededNumberGenerator(seed)
  const below = (n: number) => Math.floor(random() * n)
  return {
    below,
    between: (least, most) => least + Math.floor(random() * (most - least + 1)),
    chance: (share) => random() < share,
    pick: <T>(list: readonly T[]): T => list[below(list.length)] as T,
  }
}
