import { expect, it } from 'vitest'
import { type LossOfPair, listLossPairs } from './loss-pairs.ts'

const loss = (term: string, paths: string[], tables: number[]): LossOfPair => ({
  term,
  paths: new Set(paths),
  tables: new Set(tables),
})

it('are all but those of which one takes the other with it, with the tables of both', () => {
  const losses = [
    loss('london', ['a1', 'a2', 'b1'], [0, 1]),
    loss('a', ['a1', 'a2'], [0]),
    loss('b', ['b1'], [1]),
    loss('c', ['c1'], [1, 2]),
    loss('d', ['d1'], [3]),
  ]
  expect([...listLossPairs(losses)].map(({ first, second, tables }) => [first.term, second.term, ...tables])).toEqual([
    ['london', 'c', 1],
    ['london', 'd'],
    ['a', 'b'],
    ['a', 'c'],
    ['a', 'd'],
    ['b', 'c', 1],
    ['b', 'd'],
    ['c', 'd'],
  ])
})
