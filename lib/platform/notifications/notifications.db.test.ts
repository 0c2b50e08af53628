import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createLogger, processLogger } from '../log.ts'
import { withTestDatabase } from '../testing/database.ts'
import { type ChannelListener, listenToChannel, sendMessageToPostgresChannel } from './index.ts'
import { MAX_PAYLOAD_BYTES } from './notify.ts'

const db = withTestDatabase({ empty: true })

const open: ChannelListener[] = []
afterEach(() => Promise.all(open.splice(0).map((listener) => listener.close())))

async function collect(channel: string, options: Parameters<typeof listenToChannel>[3] = {}) {
  const received: string[] = []
  const listener = listenToChannel(db.url, channel, (payload) => received.push(payload), { retryMs: 5, ...options })
  open.push(listener)
  await listener.ready
  return received
}

const cutListeners = () =>
  db.pool.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'peerwatch-listen'`)

describe('notifications', () => {
  it('arrive in the order of their commits, on their own channel only', async () => {
    const received = await collect('changes')
    await sendMessageToPostgresChannel(db, 'other', 'not for us')
    for (const payload of ['1', '2', '3']) await sendMessageToPostgresChannel(db, 'changes', payload)
    await vi.waitFor(() => expect(received).toEqual(['1', '2', '3']), { timeout: 30_000 })
  })

  it('are sent when the transaction commits, and not when it rolls back', async () => {
    const received = await collect('changes')
    await expect(
      db.transaction(async (client) => {
        await sendMessageToPostgresChannel(client, 'changes', 'undone')
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    await db.transaction((client) => sendMessageToPostgresChannel(client, 'changes', 'done'))
    await vi.waitFor(() => expect(received).toEqual(['done']), { timeout: 30_000 })
  })

  it('continue after a lost connection, and the listener is informed of the gap', async () => {
    const onReconnect = vi.fn()
    const received = await collect('changes', { onReconnect })
    await cutListeners()
    await vi.waitFor(() => expect(onReconnect).toHaveBeenCalledTimes(1), { timeout: 30_000 })
    await sendMessageToPostgresChannel(db, 'changes', 'after')
    await vi.waitFor(() => expect(received).toEqual(['after']), { timeout: 30_000 })
  })

  it('continue after a listener threw', async () => {
    const received: string[] = []
    const listener = listenToChannel(db.url, 'changes', (payload) => {
      if (payload === 'bad') throw new Error('listener is broken')
      received.push(payload)
    })
    open.push(listener)
    await listener.ready
    await sendMessageToPostgresChannel(db, 'changes', 'bad')
    await sendMessageToPostgresChannel(db, 'changes', 'good')
    await vi.waitFor(() => expect(received).toEqual(['good']), { timeout: 30_000 })
  })

  it('can be closed while the server is out of reach', async () => {
    const listener = listenToChannel('postgresql://nobody@127.0.0.1:1/none', 'changes', () => {}, { retryMs: 60_000 })
    await expect(listener.close()).resolves.toBeUndefined()
  })

  it('log the wait before the next attempt, which doubles up to its maximum', async () => {
    const lines: string[] = []
    const log = createLogger({ LOG_FORMAT: 'json' }, { write: (line) => lines.push(line) })
    vi.spyOn(processLogger, 'child').mockReturnValue(log as never)
    // other connections of this process also wait, but not for these times
    const own = [5, 10, 15]
    const waits: (number | undefined)[] = []
    const { setTimeout } = timers
    vi.spyOn(timers, 'setTimeout').mockImplementation((ms, value, options) => {
      if (!own.includes(ms ?? 0)) return setTimeout(ms, value, options)
      waits.push(ms)
      return setTimeout(1, value, options)
    })
    syncBuiltinESMExports()
    const listener = listenToChannel('postgresql://nobody@127.0.0.1:1/none', 'changes', () => {}, {
      retryMs: 5,
      maxRetryMs: 15,
    })
    await vi.waitFor(() => expect(waits.length).toBeGreaterThan(3), { timeout: 30_000 })
    await listener.close()
    vi.restoreAllMocks()
    syncBuiltinESMExports()
    expect(waits.slice(0, 4)).toEqual([5, 10, 15, 15])
    // an outage is logged once per minute
    const logged = lines.map((line) => JSON.parse(line).retryInMs).filter((ms) => ms !== undefined)
    expect(logged).toEqual([5])
  })

  it.each([
    { name: 'the longest payload', payload: 'x'.repeat(MAX_PAYLOAD_BYTES), sent: true },
    { name: 'one byte more', payload: 'x'.repeat(MAX_PAYLOAD_BYTES + 1), sent: false },
    { name: 'few characters of many bytes', payload: 'é'.repeat(MAX_PAYLOAD_BYTES / 2 + 1), sent: false },
  ])('$name: sent = $sent', async ({ payload, sent }) => {
    const received = await collect('long')
    const sending = sendMessageToPostgresChannel(db, 'long', payload)
    if (!sent) return expect(sending).rejects.toThrow(RangeError)
    await sending
    await vi.waitFor(() => expect(received).toEqual([payload]), { timeout: 30_000 })
  })
})
