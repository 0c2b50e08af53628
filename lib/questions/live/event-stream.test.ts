import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { afterEach, describe, expect, it } from 'vitest'
import type { StreamChange } from '#lib/contract/index.ts'
import { EventStreamChangeDistributor } from './change-hub.ts'
import { createEventStream, MAX_STREAMS, MAX_STREAMS_OF_CALLER, RESERVED_WALL_STREAMS } from './event-stream.ts'

const change = JSON.stringify({ topics: ['sessions'], scope: 'g1', at: '2026-11-20T03:12:00.000Z' })

const OPEN = { kind: 'open', id: '' } as const

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

/** Starts a real server that serves the stream, and a client that reads it as text. */
async function serve(hub: EventStreamChangeDistributor, heartbeatMs?: number) {
  const server = createServer((request, response) => {
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const lastEventId = request.headers['last-event-id']
    const options = {
      signal: gone.signal,
      caller: OPEN,
      lastEventId: typeof lastEventId === 'string' ? lastEventId : null,
    }
    const body = createEventStream(hub, heartbeatMs === undefined ? options : { ...options, heartbeatMs })
    Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]).pipe(response)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return async (headers: Record<string, string> = {}) => {
    const leaving = new AbortController()
    const response = await fetch(`http://127.0.0.1:${port}/`, { headers, signal: leaving.signal })
    const reader = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    const until = async (wanted: string): Promise<string> => {
      while (!text.includes(wanted)) {
        const { done, value } = await reader.read()
        if (done) throw new Error(`the stream ended with ${JSON.stringify(text)}`)
        text += value
      }
      return text
    }
    const toEnd = async () => {
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return text
        text += value
      }
    }
    return { until, toEnd, leave: () => leaving.abort() }
  }
}

const subscribers = async (hub: EventStreamChangeDistributor, count: number) => {
  while (hub.size !== count) await new Promise((resolve) => setImmediate(resolve))
}

describe('the event stream over HTTP', () => {
  it('opens at once and carries each change with its id', async () => {
    const hub = new EventStreamChangeDistributor({ gatherMs: 1 })
    const connect = await serve(hub)
    const client = await connect()
    await client.until('retry: 2000\n\n')
    hub.take(change)
    expect(await client.until(`event: change\ndata: ${change}\n\n`)).toMatch(/id: [0-9a-f]+-1\n/)
    client.leave()
    await subscribers(hub, 0)
  })

  it('resumes behind the last id', async () => {
    const hub = new EventStreamChangeDistributor({ gatherMs: 1 })
    const connect = await serve(hub)
    const first = await connect()
    await first.until('retry')
    hub.take(change)
    const [, id = ''] = /id: (\S+)\n/.exec(await first.until('\ndata: ')) ?? []
    first.leave()
    await subscribers(hub, 0)
    const missed = change.replace('sessions', 'events')
    const watcher = await connect()
    await watcher.until('retry')
    hub.take(missed)
    await watcher.until(missed)
    const second = await connect({ 'last-event-id': id })
    const text = await second.until(missed)
    expect(text).not.toContain('"sessions"')
  })

  it('carries what changed at once in order, and of that only what its reader may see', async () => {
    const hub = new EventStreamChangeDistributor({ gatherMs: 5 })
    const changes = ['g1', 'c1', 'g2'].map((scope) => change.replace('g1', scope))
    const read = async (sees: ((change: StreamChange) => boolean) | null) => {
      const body = createEventStream(hub, {
        signal: new AbortController().signal,
        caller: OPEN,
        lastEventId: null,
        sees,
      })
      const reader = body.getReader()
      await reader.read()
      return async () => {
        const text = new TextDecoder().decode((await reader.read()).value)
        return [...text.matchAll(/"scope":"(\w+)"/g)].map(([, scope]) => scope)
      }
    }
    const [all, gateways] = [await read(null), await read(({ scope }) => scope !== 'c1')]
    for (const one of changes) hub.take(one)
    expect(await all()).toEqual(['g1', 'c1', 'g2'])
    expect(await gateways()).toEqual(['g1', 'g2'])
    hub.close()
  })

  it('beats while nothing happens', async () => {
    const hub = new EventStreamChangeDistributor()
    const connect = await serve(hub, 5)
    const client = await connect()
    expect(await client.until(': alive\n\n: alive\n\n')).not.toContain('data:')
  })

  it('ends when the hub closes, for those inside and those who come', async () => {
    const hub = new EventStreamChangeDistributor()
    const connect = await serve(hub)
    const client = await connect()
    await client.until('retry')
    hub.close()
    expect(await client.toEnd()).toBe('retry: 2000\n\n')
    expect(await (await connect()).toEnd()).toBe('retry: 2000\n\n')
  })

  it('is refused where a process has as many as it may have, until one goes', async () => {
    const hub = new EventStreamChangeDistributor()
    const { signal } = new AbortController()
    const open = () => createEventStream(hub, { signal, caller: OPEN, lastEventId: null })
    const streams = Array.from({ length: MAX_STREAMS }, open)
    expect(open).toThrow(expect.objectContaining({ status: 503, retryAfterSeconds: 30 }))
    await streams[0]?.cancel()
    streams.push(open())
    expect(hub.size).toBe(MAX_STREAMS)
    hub.close()
  })

  it('is refused to a caller that has its maximum, and leaves places to others and to walls', async () => {
    const hub = new EventStreamChangeDistributor()
    const { signal } = new AbortController()
    const open = (kind: 'person' | 'token' | 'wall', id: string) =>
      createEventStream(hub, { signal, caller: { kind, id }, lastEventId: null })
    const tooMany = expect.objectContaining({ status: 429, retryAfterSeconds: 30 })
    const full = expect.objectContaining({ status: 503, retryAfterSeconds: 30 })
    const own = Array.from({ length: MAX_STREAMS_OF_CALLER }, () => open('person', 'p0'))
    expect(() => open('person', 'p0')).toThrow(tooMany)
    await own[0]?.cancel()
    open('person', 'p0')
    open('token', 'p0')
    for (let i = MAX_STREAMS_OF_CALLER + 1; i < MAX_STREAMS - RESERVED_WALL_STREAMS; i++) open('person', `p${i}`)
    expect(() => open('person', 'another')).toThrow(full)
    for (let i = 0; i < RESERVED_WALL_STREAMS; i++) open('wall', `w${Math.floor(i / MAX_STREAMS_OF_CALLER)}`)
    expect(() => open('wall', 'another')).toThrow(full)
    expect(hub.size).toBe(MAX_STREAMS)
    hub.close()
  })

  it('lets a client go that stops reading', { timeout: 60_000 }, async () => {
    const hub = new EventStreamChangeDistributor({ gatherMs: 0 })
    const body = createEventStream(hub, { signal: new AbortController().signal, caller: OPEN, lastEventId: null })
    expect(hub.size).toBe(1)
    for (let i = 0; hub.size > 0; i++) {
      expect(i).toBeLessThan(2_000)
      hub.take(change)
      await new Promise((resolve) => setTimeout(resolve, 0))
    }
    await body.cancel()
  })
})
