import { expect, it } from 'vitest'
import { manualClock } from '#lib/platform/testing/manual-clock.ts'
import type { Database } from '#lib/platform/database.ts'
import type { PollLease } from '#lib/platform/leases/index.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { MIN_LEASE_LEFT_FOR_REQUEST_MS, CLAIM_LEASE_SECONDS } from './poll-deadlines.ts'
import { HeldLeases } from './held-leases.ts'

const lease: PollLease = {
  sourceId: 1,
  kind: 'peers',
  epoch: '1',
  everySeconds: 60,
  nextAt: 0,
  resource: 'gateway',
  shortestSeconds: 60,
  firstSeconds: 60,
  tableSeconds: null,
  operation: null,
}

it('a process that was frozen until its lease is about to end begins nothing more under it', () => {
  const clock = manualClock(0)
  // there is no heartbeat in this test
  const held = new HeldLeases({} as Database, clock, createComponentLogger('test')).hold(lease, clock.monotonic())
  clock.advance(CLAIM_LEASE_SECONDS * 1_000 - MIN_LEASE_LEFT_FOR_REQUEST_MS - 1)
  expect(() => held.throwIfLost()).not.toThrow()
  clock.advance(1)
  expect(() => held.throwIfLost()).toThrow('the lease was lost')
  expect(held.signal.aborted).toBe(true)
  held.end()
})
