import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createTestWallTile, createTestWallData } from './testing.ts'
import { WallFeed } from './wall-feed.ts'

const START = Date.parse('2026-11-20T03:00:00.000Z')

/** Simulates a server that can be unavailable, upgraded, or without its database. */
class Web {
  isUp = true
  hasDatabase = true
  build = 'one'
  state: 'up' | 'down' = 'up'
  asked: number[] = []
  private streams: ReadableStreamDefaultController<Uint8Array>[] = []

  readonly fetch = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    if (!this.isUp) throw new TypeError('fetch failed')
    const path = String(url)
    if (path.endsWith('/stream')) return this.stream(init?.signal)
    if (path.endsWith('/wall')) this.asked.push(Date.now())
    if (!this.hasDatabase) {
      const problem = { title: 'Unavailable', status: 503, detail: 'The database does not answer.' }
      return new Response(JSON.stringify(problem), {
        status: 503,
        headers: { 'content-type': 'application/problem+json' },
      })
    }
    if (path.endsWith('/health')) return Response.json({ status: 'ok', newestPollAt: null, build: this.build })
    if (path.endsWith('/wall/history'))
      return Response.json({ ...this.answer(), data: { from: '', stepSeconds: 1_800, tiles: [] } })
    return Response.json(this.answer())
  }

  answer() {
    const freshness = { state: 'fresh', oldestPollAt: null, latePollAt: null } as const
    return {
      data: createTestWallData([createTestWallTile('x', this.state)]),
      asOf: new Date(Date.now()).toISOString(),
      freshness,
    }
  }

  change(topic = 'circuits', more: { countersOnly?: true } = {}): void {
    const text = `event: change\ndata: ${JSON.stringify({ topics: [topic], scope: null, at: '', ...more })}\n\n`
    this.streams.at(-1)?.enqueue(new TextEncoder().encode(text))
  }

  take(): void {
    this.isUp = false
    for (const stream of this.streams.splice(0)) stream.error(new Error('broken'))
  }

  private stream(signal: AbortSignal | null | undefined): Response {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.streams.push(controller)
        signal?.addEventListener('abort', () => controller.error(new Error('aborted')))
      },
    })
    return new Response(body)
  }
}

/**
 * Simulates MessageChannel and delivers before the next timer, because fake timers do not cover the messages that
 * requests wait for.
 */
class PromptChannel {
  readonly port1: { onmessage?: () => void; close: () => void } = { close: () => {} }
  readonly port2 = { postMessage: () => queueMicrotask(() => this.port1.onmessage?.()) }
}

let web: Web
let feed: WallFeed
let stop: () => void
let reloads: number

function open(build = 'one'): void {
  feed = new WallFeed({
    answer: web.answer(),
    renderedAt: START,
    build,
    url: '/api/v1/wall',
    isPast: false,
    historyUrl: '/api/v1/wall/history',
    reload: () => reloads++,
  })
  stop = feed.start()
}

beforeEach(() => {
  vi.useFakeTimers({ now: START })
  web = new Web()
  reloads = 0
  const stored = new Map<string, string>()
  const listens = { addEventListener: () => {}, removeEventListener: () => {} }
  vi.stubGlobal('fetch', web.fetch)
  vi.stubGlobal('MessageChannel', PromptChannel)
  vi.stubGlobal('window', listens)
  vi.stubGlobal('document', { ...listens, visibilityState: 'visible' })
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
  })
  open()
})
afterEach(() => {
  stop()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1_000)
const stateShown = () => feed.read().wall?.tiles[0]?.state

describe('while all is well', () => {
  it('refetches at once after a change, and not for what it does not show', async () => {
    await seconds(2)
    const before = web.asked.length
    web.state = 'down'
    web.change('routes')
    web.change('circuits', { countersOnly: true })
    await seconds(1)
    expect(web.asked.length).toBe(before)
    web.change()
    await vi.advanceTimersByTimeAsync(50)
    expect(stateShown()).toBe('down')
  })

  it('renews freshness every ten seconds or so', async () => {
    await seconds(1)
    const before = web.asked.length
    await seconds(100)
    expect(web.asked.length - before).toBeGreaterThanOrEqual(9)
    expect(web.asked.length - before).toBeLessThanOrEqual(11)
  })

  it('asks for the last 24 hours every other minute, and shows none that it can’t renew', async () => {
    await seconds(1)
    expect(feed.read().history).not.toBeNull()
    web.hasDatabase = false
    await seconds(140)
    expect(feed.read().history).toBeNull()
    web.hasDatabase = true
    await seconds(140)
    expect(feed.read().history).not.toBeNull()
  })

  it('shows the server’s time, whatever the browser’s says', async () => {
    await seconds(1)
    const second = feed.readSecond()
    vi.setSystemTime(Date.now() - 3_600_000)
    await seconds(1)
    expect(feed.readSecond() - second).toBe(1_000)
  })
})

describe('when the server is gone', () => {
  it('the numbers lose their authority within seconds, and get it back by themselves', async () => {
    await seconds(1)
    web.take()
    await seconds(5)
    expect(feed.read()).toMatchObject({ line: 'offline', lost: 'Peerwatch cannot be reached from this browser.' })
    web.isUp = true
    await seconds(31)
    expect(feed.read()).toMatchObject({ line: 'live', lost: null })
  })

  it('is asked for less and less often', async () => {
    await seconds(1)
    let asked = 0
    web.take()
    vi.stubGlobal('fetch', async (url: string) => {
      if (url.endsWith('/wall')) asked++
      throw new TypeError('fetch failed')
    })
    await seconds(60)
    const first = asked
    await seconds(600)
    expect(asked - first).toBeLessThanOrEqual(first * 10)
    expect(asked - first).toBeGreaterThanOrEqual(20)
  })

  it('without its database the reason is the server’s own', async () => {
    await seconds(1)
    web.hasDatabase = false
    await seconds(20)
    expect(feed.read().lost).toBeNull()
    await seconds(30)
    expect(feed.read().lost).toBe('The database does not answer.')
  })
})

describe('an upgrade', () => {
  const restart = async () => {
    web.take()
    await seconds(3)
    web.isUp = true
    await seconds(31)
  }

  it('reloads once, when the new server is healthy', async () => {
    await seconds(1)
    web.build = 'two'
    web.hasDatabase = false
    await restart()
    expect(reloads).toBe(0)
    web.hasDatabase = true
    await seconds(301)
    expect(reloads).toBe(1)
    await seconds(900)
    expect(reloads).toBe(1)
  })

  it('reloads once while two builds respond alternately, and takes a former build again after a day', async () => {
    await seconds(1)
    web.build = 'two'
    await seconds(301)
    expect(reloads).toBe(1)
    for (const [own, other] of [
      ['two', 'one'],
      ['one', 'two'],
    ] as const) {
      stop()
      open(own)
      web.build = other
      await seconds(301)
      expect(reloads).toBe(1)
    }
    vi.setSystemTime(Date.now() + 24 * 3_600_000)
    await seconds(301)
    expect(reloads).toBe(2)
  })

  it('a restart of the same build reloads nothing', async () => {
    await seconds(1)
    await restart()
    expect(reloads).toBe(0)
  })
})

describe('what timers alone do not notice', () => {
  it('a machine that slept refetches in its first second, by a new stream', async () => {
    await seconds(1)
    const streams = vi.fn()
    vi.stubGlobal('fetch', async (...asked: Parameters<typeof fetch>) => {
      if (String(asked[0]).endsWith('/stream')) streams()
      return web.fetch(...asked)
    })
    const before = web.asked.length
    vi.setSystemTime(Date.now() + 8 * 3_600_000)
    await seconds(1)
    expect(web.asked.length).toBeGreaterThan(before)
    await seconds(2)
    expect(streams).toHaveBeenCalled()
  })

  it('data never appears newer than it is after a clock was set back', async () => {
    await seconds(1)
    web.take()
    await seconds(10)
    vi.setSystemTime(Date.now() - 60_000)
    await seconds(20)
    expect(feed.readSecond() - (feed.read().readAt ?? 0)).toBeGreaterThanOrEqual(29_000)
  })
})
