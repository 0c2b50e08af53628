import { describe, expect, it } from 'vitest'
import type { Delivery } from './channels/sender.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { claimNext } from './outbox-store.ts'
import { defaultNotifySettings as settings } from './settings.ts'
import { HOUR, MINUTE, T0 } from './testing/facts.ts'
import { record } from './testing/incident.ts'
import { hook, notifyLab, refusedWith, accepted, sentReasons } from './testing/lab.ts'

const db = withTestDatabase()
const { channels: listed, clock, decideAt, log, setUp, recordingSender } = notifyLab(db)

describe('delivery', () => {
  const fill = async (count: number, ...channels: string[]) => {
    await setUp(...channels.map((name) => hook(name)))
    for (let n = 0; n < count; n += 1) await record(db, { name: `x${n}`, at: T0, severity: 'critical' })
    await decideAt(MINUTE)
  }

  it('by several workers at once sends each message once', async () => {
    await fill(12, 'a', 'b')
    const { sent, deliverer } = recordingSender(async () => {
      await new Promise((resolve) => setImmediate(resolve))
      return accepted
    })
    await Promise.all([deliverer(), deliverer(), deliverer()].map((one) => one.drain(AbortSignal.timeout(20_000))))
    expect(sent).toHaveLength(24)
    expect(new Set(sent.map(({ message }) => message.id)).size).toBe(24)
    expect((await log()).every(({ state, attempts }) => state === 'delivered' && attempts === 1)).toBe(true)
  })

  it('is repeated with the same id if the worker died before it recorded the result', async () => {
    await fill(1, 'a')
    const [channel] = await listed()
    const claimed = await claimNext(db.pool, channel?.id ?? '', {
      now: clock().now(),
      leaseUntil: clock().now() + settings['send.lease'],
    })
    const { sent, drain } = recordingSender()
    clock().advance(settings['send.lease'] - 1)
    await drain()
    expect(sent).toEqual([])
    clock().advance(1)
    await drain()
    expect(sent.map(({ message }) => message.id)).toEqual([claimed?.id])
    expect((await log())[0]).toMatchObject({ state: 'delivered', attempts: 2 })
  })

  it('of one incident to one channel is in order, even while the first notification is retried', async () => {
    await fill(1, 'a')
    await record(db, { name: 'x0', at: T0, severity: 'critical', closedAt: T0 + 5 * MINUTE })
    await record(db, { name: 'other', at: T0 + 5 * MINUTE, severity: 'critical' })
    await decideAt(6 * MINUTE)
    const { sent, drain } = recordingSender((_, attempt) => (attempt === 1 ? refusedWith('HTTP 503') : accepted))
    await drain()
    expect(sentReasons(sent)).toEqual(['opened x0', 'opened other'])
    clock().advance(settings['retry.first'])
    await drain()
    expect(sentReasons(sent).slice(2)).toEqual(['opened x0', 'closed x0'])
  })

  it('to a channel that hangs delays no other', async () => {
    await fill(3, 'dead', 'alive')
    const release = Promise.withResolvers<Delivery>()
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
      return accepted
    })
    const draining = drain()
    await Promise.all([others.promise, hung.promise])
    expect(sent.filter(({ channel }) => channel === 'dead')).toHaveLength(1)
    release.resolve(refusedWith('timed out'))
    await draining
    const channels = await listed()
    expect(channels.map(({ name, waiting, lastAttempt }) => [name, waiting, lastAttempt?.delivered])).toEqual([
      ['dead', 3, false],
      ['alive', 0, true],
    ])
  })

  it('is retried with growing waits for a day, then fails, and the log says why', async () => {
    await fill(1, 'a')
    const { sent, drain } = recordingSender(() => refusedWith('HTTP 500: out of order'))
    const waits: number[] = []
    for (let n = 0; n < 60; n += 1) {
      await drain()
      const [row] = await log()
      if (!row?.nextAttemptAt) break
      waits.push(Date.parse(row.nextAttemptAt) - clock().now())
      clock().step(Date.parse(row.nextAttemptAt))
    }
    expect(waits.slice(0, 4)).toEqual([5_000, 10_000, 20_000, 40_000])
    expect(Math.max(...waits)).toBe(settings['retry.longest'])
    expect(clock().now() - (T0 + MINUTE)).toBeGreaterThan(22 * HOUR)
    expect((await log())[0]).toMatchObject({
      state: 'failed',
      attempts: sent.length,
      lastError: 'HTTP 500: out of order',
      nextAttemptAt: null,
    })
  })

  it('fails at once if the receiver is gone for good', async () => {
    await fill(1, 'a')
    const { sent, drain } = recordingSender(() => refusedWith('HTTP 410', true))
    await drain()
    clock().advance(HOUR)
    await drain()
    expect(sent).toHaveLength(1)
    expect((await log())[0]).toMatchObject({ state: 'failed', lastError: 'HTTP 410' })
  })
})

describe('a message that cannot be built', () => {
  it('is retried, logged, and blocks no other', async () => {
    await setUp(hook('a'))
    for (const name of ['bad', 'good']) await record(db, { name, at: T0, severity: 'critical' })
    await decideAt(MINUTE)
    const { sent, drain } = recordingSender(({ message: { content } }) => {
      if ('subject' in content && content.subject === 'bad') throw new Error('cannot build it')
      return accepted
    })
    await drain()
    expect(sentReasons(sent).toSorted()).toEqual(['opened bad', 'opened good'])
    expect((await log()).map(({ state, lastError }) => `${state} ${lastError}`).toSorted()).toEqual([
      'delivered null',
      'pending Peerwatch failed to send the message: see its log',
    ])
  })
})
