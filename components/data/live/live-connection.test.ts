import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { LiveUpdatesConnection, type LiveUpdatesState, readEventStream } from './live-connection.ts'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

async function read(url: string, lastEventId: string | null = null): Promise<string[]> {
  const seen: string[] = []
  await readEventStream(
    url,
    { signal: AbortSignal.timeout(10_000), lastEventId },
    {
      onOpen: () => seen.push('open'),
      onHeartbeat: () => seen.push('heartbeat'),
      onMessage: ({ id, event, data }) => seen.push(`${id} ${event} ${data}`),
    },
  )
  return seen
}

const text =
  'retry: 2000\n\n: hb\n\nid: 7\nevent: change\ndata: {"place":"Zürich"}\n\ndata: one\ndata: two\n\nevent: cut\ndata:'

it.each(['\n', '\r\n'])(
  'gives events and heartbeats, however the network cuts the bytes, with ends %j',
  async (end) => {
    const url = await serve(async (_, response) => {
      // one byte per chunk, so that chunks also end inside a character
      for (const byte of Buffer.from(text.replaceAll('\n', end))) response.write(Buffer.of(byte))
      response.end()
    })
    expect(await read(url)).toEqual([
      'open',
      'heartbeat',
      '7 change {"place":"Zürich"}',
      'undefined undefined one\ntwo',
    ])
  },
)

it('asks for what came after the last event, and gives up where the server refuses', async () => {
  const url = await serve((request, response) => {
    response.writeHead(request.headers['last-event-id'] === '7' ? 503 : 200).end()
  })
  expect(await read(url)).toEqual(['open'])
  await expect(read(url, '7')).rejects.toThrow('the stream answered 503')
})

/** Simulates a web server that can fail: its streams break, and new requests are refused. */
class Web {
  up = true
  healthy = true
  streams: ReadableStreamDefaultController<Uint8Array>[] = []

  readonly fetch = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    if (!this.up) throw new TypeError('fetch failed')
    if (String(url) === '/api/health') return new Response('{}', { status: this.healthy ? 200 : 503 })
    if (!this.healthy) return new Response('', { status: 503 })
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.streams.push(controller)
        init?.signal?.addEventListener('abort', () => controller.error(new Error('aborted')))
      },
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }

  send(text: string): void {
    this.streams.at(-1)?.enqueue(new TextEncoder().encode(text))
  }

  breakStreams(): void {
    for (const stream of this.streams.splice(0)) stream.error(new Error('broken'))
  }
}

describe('the line to Peerwatch', () => {
  let web: Web
  let ended: AbortController
  let states: LiveUpdatesState['status'][]
  let resumed: number
  let received: string[]
  let line: LiveUpdatesConnection

  beforeEach(() => {
    vi.useFakeTimers()
    web = new Web()
    vi.stubGlobal('fetch', web.fetch)
    ended = new AbortController()
    states = []
    resumed = 0
    received = []
    line = new LiveUpdatesConnection({
      onState: ({ status }) => {
        if (states.at(-1) !== status) states.push(status)
      },
      onMessage: ({ data }) => received.push(data),
      onResume: () => resumed++,
    })
    void line.run(ended.signal)
  })
  afterEach(() => {
    ended.abort()
    vi.unstubAllGlobals()
    vi.useRealTimers()
  })

  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

  it('is live once open, and passes on what it receives', async () => {
    await pass(0)
    web.send('event: change\ndata: {}\n\n')
    await pass(0)
    expect(states).toEqual(['live'])
    expect(received).toEqual(['{}'])
    expect(resumed).toBe(0)
  })

  it('comes back from a single break without a word of being offline, and asks for what was missed', async () => {
    await pass(0)
    web.breakStreams()
    await pass(10)
    expect(states).toEqual(['live'])
    expect(resumed).toBe(1)
  })

  it('is offline when the web does not answer, and live again when it does', async () => {
    await pass(0)
    web.up = false
    web.breakStreams()
    await pass(10)
    expect(states).toEqual(['live', 'offline'])
    web.up = true
    await pass(10_000)
    expect(states).toEqual(['live', 'offline', 'live'])
    expect(resumed).toBe(1)
  })

  it('is offline when the web answers without its database', async () => {
    await pass(0)
    web.healthy = false
    web.breakStreams()
    await pass(10)
    expect(states.at(-1)).toBe('offline')
  })

  it('takes silence for a dead line, but not silence that heartbeats break', async () => {
    await pass(0)
    for (let beat = 0; beat < 4; beat++) {
      await pass(30_000)
      web.send(': hb\n\n')
      await pass(0)
    }
    expect(web.streams).toHaveLength(1)
    await pass(36_000)
    expect(web.streams).toHaveLength(2)
    expect(resumed).toBe(1)
  })

  it('does not trust an open stream once the browser has lost its network', async () => {
    await pass(0)
    web.up = false
    line.suspect()
    await pass(10)
    expect(states).toEqual(['live', 'offline'])
  })

  it('tries at once when asked to', async () => {
    await pass(0)
    web.up = false
    web.breakStreams()
    await pass(60_000)
    web.up = true
    line.retryNow()
    await pass(10)
    expect(states.at(-1)).toBe('live')
  })
})
