import { expect, it } from 'vitest'
import type { PollRecord } from '#lib/contract/index.ts'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import type { TableParityMemory } from '../../../model/route-memory.ts'
import type { RouteTableComparison } from './compare-tables.ts'
import { applyTableComparison, isDifferenceConfirmed, countDifferenceSample } from './parity-memory.ts'

const PREFIX = '10.10.0.0/16'
const ENOUGH = 3

const longer = (a: number, b: number): RouteTableComparison => ({
  shared: 1,
  unequal: 1,
  onlyA: 0,
  onlyB: 0,
  differences: [{ prefix: PREFIX, a: { asPath: Array(a).fill(65001) }, b: { asPath: Array(b).fill(65001) } }],
})
/** Returns a poll of the primary path's table that changed it, with begin and end in seconds. */
function seen(from: number, to: number) {
  const [startedAt, finishedAt] = [from * MS_PER_SECOND, to * MS_PER_SECOND]
  const mark = { startedAt, finishedAt } as PollRecord
  return { since: { earliest: startedAt, latest: finishedAt }, source: 'primary', isAlike: false, isClose: false, mark }
}
const first = applyTableComparison(undefined, longer(3, 1), () => false, seen(0, 10))
const read = (memory: TableParityMemory, ...polls: [source: string, second: number][]): TableParityMemory =>
  polls.reduce(
    (known, [source, second]) => countDifferenceSample(known, source, second * MS_PER_SECOND, ENOUGH),
    memory,
  )
const counts = ({ differing }: TableParityMemory): boolean => {
  const one = differing[PREFIX]
  return one !== undefined && isDifferenceConfirmed(one, ENOUGH)
}
const thrice: [string, number][] = [
  ['primary', 30],
  ['primary', 60],
  ['primary', 90],
]

it('a difference counts after three samples of the table that changed and a later one of the other', () => {
  expect(counts(read(first, ...thrice))).toBe(false)
  expect(counts(read(first, ...thrice, ['secondary', 20]))).toBe(true)
  expect(counts(read(first, ['primary', 30], ['primary', 60], ['secondary', 70]))).toBe(false)
})

it('a poll of the other table that began before the difference was seen shows nothing of it', () => {
  expect(counts(read(first, ['secondary', 5], ...thrice))).toBe(false)
})

it('a path that changed is counted again, from when the difference began', () => {
  const known = read(first, ...thrice, ['secondary', 95])
  const again = applyTableComparison(known, longer(5, 1), () => false, seen(100, 110))
  expect(counts(again)).toBe(false)
  expect(again.differing[PREFIX]?.since).toEqual(first.differing[PREFIX]?.since)
  expect(applyTableComparison(known, longer(3, 1), () => false, seen(100, 110))).toEqual(known)
})
