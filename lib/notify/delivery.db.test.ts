import { describe, expect, it } from 'vitest'
import type { DeliveryResult } from './channels/sender.ts'
import { MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { waitUntilTrue } from '#lib/poller/testing/lab.ts'
import { claimNextNotification } from './store/outbox-queue.ts'
import { defaultNotifySettings as settings } from './settings.ts'
import { TEST_START_TIME } from './testing/facts.ts'
import { recordTestIncident } from './testing/incident.ts'
import {
  createTestWebhookInput,
  notifyLab,
  createRefusedDeliveryResult,
  acceptedDeliveryResult,
  sentReasons,
} from './testing/lab.ts'

const db = withTestDatabase()
const { channels: listed, clock, decideAt, log, setUp, recordingSender } = notifyLab(db)

describe('delivery', () => {
  /** Lets all claims expire, without waiting for their duration. */
  const expireClaims = () =>
    db.pool.query(
      `UPDATE notification SET lease_until = clock_timestamp() - interval '1 s' WHERE lease_until IS NOT NULL`,
    )
  const fill = async (count: number, ...channels: string[]) => {
    await setUp(...channels.map((name) => createTestWebhookInput(name)))
    for (let n = 0; n < count; n += 1)
      await recordTestIncident(db, { name: `x${n}`, at: TEST_START_TIME, severity: 'critical' })
    await decideAt(MS_PER_MINUTE)
  }

  it('by several workers at once sends each message once', async () => {
    await fill(12, 'a', 'b')
    const { sent, deliverer } = recordingSender(async () => {
      await new Promise((resolve) => setImmediate(resolve))
      return acceptedDeliveryResult
    })
    await Promise.all([deliverer(), deliverer(), deliverer()].map((one) => one.drain(AbortSignal.timeout(20_000))))
    expect(sent).toHaveLength(24)
    expect(new Set(sent.map(({ message }) => message.id)).size).toBe(24)
    expect((await log()).every(({ state, attempts }) => state === 'delivered' && attempts === 1)).toBe(true)
  })

  it('is repeated with the same id if the worker died before it recorded the result', async () => {
    await fill(1, 'a')
    const [channel] = await listed()
    const claimed = await claimNextNotification(db.pool, channel?.id ?? '', {
      now: clock().now(),
      leaseSeconds: settings['send.lease'] / 1_000,
    })
    const { sent, drain } = recordingSender()
    await drain()
    expect(sent).toEqual([])
    await expireClaims()
    await drain()
    expect(sent.map(({ message }) => message.id)).toEqual([claimed?.id])
    expect((await log())[0]).toMatchObject({ state: 'delivered', attempts: 2 })
  })

  it('is not repeated by a worker whose clock is ten minutes ahead', async () => {
    await fill(3, 'a')
    const answer = Promise.withResolvers<DeliveryResult>()
    const begun = Promise.withResolvers<void>()
    const { sent, deliverer, drain } = recordingSender((_, attempt) => {
      begun.resolve()
      return attempt === 1 ? answer.promise : acceptedDeliveryResult
    })
    const sending = deliverer().drain(AbortSignal.timeout(20_000))
    await begun.promise
    clock().advance(10 * MS_PER_MINUTE)
    // the first of three messages is being sent; the others are about other incidents
    await drain()
    answer.resolve(acceptedDeliveryResult)
    await sending
    expect(sent).toHaveLength(3)
    expect(new Set(sent.map(({ message }) => message.id)).size).toBe(3)
    expect((await log()).map(({ state, attempts }) => `${state} ${attempts}`)).toEqual(Array(3).fill('delivered 1'))
  })

  it('by a worker whose clock is behind does not wait for that of the one that decided', async () => {
    await setUp(createTestWebhookInput('a'))
    await recordTestIncident(db, { name: 'x', at: Date.now(), severity: 'critical' })
    await decideAt(Date.now() - TEST_START_TIME + 10 * MS_PER_MINUTE)
    clock().step(Date.now())
    const { sent, drain } = recordingSender()
    await drain()
    expect(sentReasons(sent)).toEqual(['opened x'])
  })

  it('keeps its claim while it takes longer than the claim lasts', async () => {
    await fill(1, 'a')
    const answer = Promise.withResolvers<DeliveryResult>()
    const { sent, deliverer, drain } = recordingSender(() => answer.promise)
    const sending = deliverer({ ...settings, 'send.lease': 300 }).drain(AbortSignal.timeout(20_000))
    await waitUntilTrue('claimed', () => sent.length === 1)
    const until = async () => (await db.pool.query(`SELECT lease_until AS at FROM notification`)).rows[0].at.getTime()
    const first = await until()
    await waitUntilTrue('renewed for longer than it lasts', async () => (await until()) > first + 300)
    await drain()
    answer.resolve(acceptedDeliveryResult)
    await sending
    expect(sent).toHaveLength(1)
  })

  it('of one incident to one channel is in order, even while the first notification is retried', async () => {
    await fill(1, 'a')
    await recordTestIncident(db, {
      name: 'x0',
      at: TEST_START_TIME,
      severity: 'critical',
      closedAt: TEST_START_TIME + 5 * MS_PER_MINUTE,
    })
    await recordTestIncident(db, { name: 'other', at: TEST_START_TIME + 5 * MS_PER_MINUTE, severity: 'critical' })
    await decideAt(6 * MS_PER_MINUTE)
    const { sent, drain } = recordingSender((_, attempt) =>
      attempt === 1 ? createRefusedDeliveryResult('HTTP 503') : acceptedDeliveryResult,
    )
    await drain()
    expect(sentReasons(sent)).toEqual(['opened x0', 'opened other'])
    clock().advance(settings['retry.first'])
    await drain()
    expect(sentReasons(sent).slice(2)).toEqual(['opened x0', 'closed x0'])
  })

  it('to a channel that hangs delays no other', async () => {
    await fill(3, 'dead', 'alive')
    const release = Promise.withResolvers<DeliveryResult>()
    const others = Promise.withResolvers<void>()
    const hung = Promise.withResolvers<void>()
    let alive = 0
    const { sent, drain } = recordingSender(({ channel }) => {
      if (channel === 'dead') {
        hung.resolve()
        return release.promise
      }
      alive += 1
      if (alive === 3) others.resolve()
      return acceptedDeliveryResult
    })
    const draining = drain()
    await Promise.all([others.promise, hung.promise])
    expect(sent.filter(({ channel }) => channel === 'dead')).toHaveLength(1)
    release.resolve(createRefusedDeliveryResult('timed out'))
    await draining
    const channels = await listed()
    expect(channels.map(({ name, waiting, lastAttempt }) => [name, waiting, lastAttempt?.delivered])).toEqual([
      ['dead', 3, false],
      ['alive', 0, true],
    ])
  })

  it('is retried with growing waits for a day, then fails, and the log says why', async () => {
    await fill(1, 'a')
    const { sent, drain } = recordingSender(() => createRefusedDeliveryResult('HTTP 500: out of order'))
    const waits: number[] = []
    for (let n = 0; n < 60; n += 1) {
      await drain()
      const [row] = await log()
      if (!row?.nextAttemptAt) break
      waits.push(row.nextAttemptAt.getTime() - clock().now())
      clock().step(row.nextAttemptAt.getTime())
    }
    expect(waits.slice(0, 4)).toEqual([5_000, 10_000, 20_000, 40_000])
    expect(Math.max(...waits)).toBe(settings['retry.longest'])
    expect(clock().now() - (TEST_START_TIME + MS_PER_MINUTE)).toBeGreaterThan(22 * MS_PER_HOUR)
    expect((await log())[0]).toMatchObject({
      state: 'failed',
      attempts: sent.length,
      lastError: 'HTTP 500: out of order',
      nextAttemptAt: null,
    })
  })

  it('fails at once if the receiver is gone for good', async () => {
    await fill(1, 'a')
    const { sent, drain } = recordingSender(() => createRefusedDeliveryResult('HTTP 410', true))
    await drain()
    clock().advance(MS_PER_HOUR)
    await drain()
    expect(sent).toHaveLength(1)
    expect((await log())[0]).toMatchObject({ state: 'failed', lastError: 'HTTP 410' })
  })
})

describe('a message that cannot be built', () => {
  it('is retried, logged, and blocks no other', async () => {
    await setUp(createTestWebhookInput('a'))
    for (const name of ['bad', 'good'])
      await recordTestIncident(db, { name, at: TEST_START_TIME, severity: 'critical' })
    await decideAt(MS_PER_MINUTE)
    const { sent, drain } = recordingSender(({ message: { content } }) => {
      if ('subject' in content && content.subject === 'bad') throw new Error('cannot build it')
      return acceptedDeliveryResult
    })
    await drain()
    expect(sentReasons(sent).toSorted()).toEqual(['opened bad', 'opened good'])
    expect((await log()).map(({ state, lastError }) => `${state} ${lastError}`).toSorted()).toEqual([
      'delivered null',
      'pending Peerwatch failed to send the message: see its log',
    ])
  })
})
