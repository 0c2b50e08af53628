import { expect, it } from 'vitest'
import type { LastPollStateInMemory } from '#lib/history/index.ts'
import { LastPollResultCache } from './poll-memory.ts'

const leaseOf = (sourceId: number, epoch: bigint) => ({
  sourceId,
  kind: 'peers',
  epoch: epoch.toString(),
  resource: null,
})
const LEFT = { digest: 'x' } as LastPollStateInMemory
const EPOCH = 2n ** 60n

it('holds for the lease that follows, and for no other', () => {
  const memory = new LastPollResultCache()
  memory.remember(leaseOf(1, EPOCH), LEFT)
  expect(memory.before(leaseOf(1, EPOCH + 1n))).toBe(LEFT)
  for (const other of [EPOCH - 1n, EPOCH, EPOCH + 2n]) expect(memory.before(leaseOf(1, other))).toBeNull()
  expect(memory.before({ ...leaseOf(1, EPOCH + 1n), kind: 'arp' })).toBeNull()
})

it('is not replaced by what an earlier lease left', () => {
  const memory = new LastPollResultCache()
  memory.remember(leaseOf(1, EPOCH + 1n), LEFT)
  memory.remember(leaseOf(1, EPOCH), { ...LEFT, digest: 'y' })
  expect(memory.before(leaseOf(1, EPOCH + 2n))).toBe(LEFT)
})

it('never holds more than it may, and forgets what was used longest ago', () => {
  const most = 100
  const memory = new LastPollResultCache(most)
  for (let sourceId = 1; sourceId <= 10 * most; sourceId++) {
    memory.remember(leaseOf(sourceId, EPOCH), LEFT)
    memory.rememberState(sourceId, { state: '{}', version: '1' })
    expect(memory.size).toBeLessThanOrEqual(2 * most)
  }
  expect(memory.before(leaseOf(9 * most, EPOCH + 1n))).toBeNull()
  expect(memory.before(leaseOf(9 * most + 1, EPOCH + 1n))).toBe(LEFT)
  expect(memory.stateOf(9 * most)).toBeNull()
})
