import { expect, it } from 'vitest'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { type CompletedTrafficSum, SeenCompletedTrafficSums } from './closed-sums.ts'

const OCTOBER = Date.UTC(2026, 9, 1)
const day = (n: number, bytes: bigint): CompletedTrafficSum => ({
  series: '1/1',
  step: 'day',
  start: OCTOBER + (n - 1) * MS_PER_DAY,
  bytes,
})
const month = (bytes: bigint): CompletedTrafficSum => ({ series: '1/1', step: 'month', start: OCTOBER, bytes })

it('names what changed after it was closed; what is gone or new did not', () => {
  const sums = new SeenCompletedTrafficSums(OCTOBER + MS_PER_DAY)
  expect(sums.notice([day(1, 5n), day(2, 6n)])).toEqual([])
  expect(sums.notice([day(2, 7n), day(3, 1n)])).toEqual(['1/1 day 2026-10-02: 6 became 7'])
})

it('holds a month against its days, though they are no longer kept', () => {
  const sums = new SeenCompletedTrafficSums(OCTOBER)
  sums.notice(Array.from({ length: 31 }, (_, n) => day(n + 1, 2n)))
  expect(sums.notice([day(31, 2n), month(62n)])).toEqual([])
  const others = new SeenCompletedTrafficSums(OCTOBER)
  others.notice(Array.from({ length: 31 }, (_, n) => day(n + 1, 2n)))
  expect(others.notice([month(60n)])).toEqual(['1/1 month 2026-10-01: 60, and its days 62'])
})

it('passes over a month of which it does not know all days', () => {
  expect(new SeenCompletedTrafficSums(OCTOBER + MS_PER_DAY).notice([day(5, 2n), month(62n)])).toEqual([])
})
