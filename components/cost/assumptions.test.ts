import { expect, it } from 'vitest'
import type { CostProjection } from '#lib/cost/api/index.ts'
import { listCostAssumptions } from './assumptions.ts'

const circuit = (name: string, ...assumptions: string[]) => ({ name, assumptions }) as CostProjection

it('says once what all circuits rest on, and of what only some do, which', () => {
  const circuits = [circuit('a', 'list', 'zone 1'), circuit('b', 'list', 'zone 1'), circuit('c', 'gap', 'list')]
  expect(listCostAssumptions(circuits)).toEqual({
    common: ['list'],
    own: [
      { words: 'zone 1', names: ['a', 'b'] },
      { words: 'gap', names: ['c'] },
    ],
  })
})

it('has nothing to say of no circuits', () => {
  expect(listCostAssumptions([])).toEqual({ common: [], own: [] })
})
