import { expect, it } from 'vitest'
import { changedSums } from './closed-sums.ts'

const before = new Map([
  ['1 1 day 2026-10-01', '5 6'],
  ['1 1 month 2026-10-01', '50 60'],
  ['1 2 month 2026-10-01', '70 80'],
])

it('names what differs; what is gone or new does not', () => {
  const now = new Map([
    ['1 1 month 2026-10-01', '50 60'],
    ['1 2 month 2026-10-01', '69 80'],
    ['1 1 month 2026-11-01', '1 1'],
  ])
  expect(changedSums(before, now)).toEqual(['1 2 month 2026-10-01: 70 80 became 69 80'])
})
