import { describe, expect, it } from 'vitest'
import { computeSampleQuantile } from '../screens/figures.ts'
import { overlappingOperations, measureGroupSizeSpread, type LoggedWorkerPoll } from './figures.ts'

const poll = (startedAt: number, finishedAt: number, more: Partial<LoggedWorkerPoll> = {}): LoggedWorkerPoll => ({
  worker: 1,
  scope: 'erc-0',
  subresource: 'AzurePrivatePeering/primary',
  kind: 'summary',
  outcome: 'ok',
  status: 'recorded',
  startedAt,
  finishedAt,
  ...more,
})

describe('operations that overlap', () => {
  it.each<[string, LoggedWorkerPoll[], number]>([
    ['of one resource, by two workers', [poll(0, 10), poll(9, 20, { worker: 2, kind: 'arp' })], 1],
    ['that follow each other', [poll(0, 10), poll(10, 20)], 0],
    ['of two resources', [poll(0, 10), poll(5, 20, { scope: 'erc-1' })], 0],
    ['of which Azure refused one', [poll(0, 10), poll(5, 6, { outcome: 'locked' })], 0],
    ['that another worker went on with', [poll(0, 10, { status: 'superseded' }), poll(0, 12, { worker: 2 })], 0],
    ['without a lease', [poll(0, 10_000, { status: 'superseded' }), poll(9_000, 20_000, { worker: 2 })], 1],
    ['with what is answered at once', [poll(0, 10), poll(5, 6, { kind: 'stats' })], 0],
  ])('%s', (_, polls, count) => {
    expect(overlappingOperations(polls)).toBe(count)
  })
})

it('spreads and quantiles of nothing are nothing', () => {
  expect([measureGroupSizeSpread([]), computeSampleQuantile([], 0.5)]).toEqual([null, null])
  expect(measureGroupSizeSpread([1, 2, 3])).toEqual({ least: 0.5, most: 1.5 })
  expect([computeSampleQuantile([3, 1, 2], 0.5), computeSampleQuantile([3, 1, 2], 0.95)]).toEqual([2, 3])
})
