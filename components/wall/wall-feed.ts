import type { Freshness, StreamChange } from '#lib/contract/index.ts'
import type { Alerting } from '#lib/alerting/api/index.ts'
import type { Health } from '#lib/setup/api/index.ts'
import type { Wall, WallHistory, WallTile } from '#lib/overview/api/index.ts'
import { ApiError } from '../data/api-error.ts'
import { type Answer, getJson } from '../data/client.ts'
import { ChangeBatcher } from '../data/live/change-batcher.ts'
import { LiveConnection, type LiveState } from '../data/live/live-connection.ts'
import { WallClock } from '../data/server-clock.ts'

/**
 * A wall whose clocks do not jump back: what was proved to have begun by a moment has begun by then, so that the start of a tile in the same
 * state and for the same incident is not moved later by another poll's wider bounds.
 */
export function steady(before: Wall | null, after: Wall): Wall {
  if (before === null) return after
  const known = new Map(before.tiles.map((tile) => [tile.id, tile]))
  return { ...after, tiles: after.tiles.map((tile) => steadyTile(known.get(tile.id), tile)) }
}

function steadyTile(before: WallTile | undefined, tile: WallTile): WallTile {
  if (!before?.since || !tile.since || before.state !== tile.state) return tile
  const isSame = before.incidentId === tile.incidentId || before.incidentId === null
  return isSame && before.since[1] < tile.since[1] ? { ...tile, since: before.since } : tile
}

/** A tick later than this means that the machine slept or its clock was set. */
const SLEPT_MS = 5_000

const CLOCK_STEP_MS = 2_000

/** Compares both clocks at each tick to detect sleep and clock steps. */
class JumpWatch {
  private wall = Date.now()
  private steady = performance.now()

  /** @returns what happened since the last tick, or null for an ordinary second */
  tick(): 'slept' | 'clock step' | null {
    const wall = Date.now() - this.wall
    const steady = performance.now() - this.steady
    this.wall += wall
    this.steady += steady
    if (steady > SLEPT_MS || (wall > SLEPT_MS && Math.abs(wall - steady) > SLEPT_MS)) return 'slept'
    return Math.abs(wall - steady) > CLOCK_STEP_MS ? 'clock step' : null
  }
}

const KEY = 'peerwatch-wall-reloaded-for'

/**
 * Whether a wall must reload: another build responds and is healthy. Once for each build: behind a load balancer two
 * builds may respond alternately, and the wall would reload forever.
 */
function shouldReload(own: string, { status, build }: Health, memory: Pick<Storage, 'getItem' | 'setItem'>): boolean {
  if (status !== 'ok' || !build || build === own || memory.getItem(KEY) === build) return false
  memory.setItem(KEY, build)
  return true
}

/** The state of a wall's data. */
export interface WallReading {
  /** null until the first response */
  wall: Wall | null
  /** the last 24 hours of its tiles; null while it is not known */
  history: WallHistory | null
  /** time of the data, server's clock */
  readAt: number | null
  /** whether alerting is proved; null while it is not known */
  alerting: Alerting['proof'] | null
  /** how old the polls are that it rests on */
  freshness: Freshness | null
  line: LiveState['status']
  /** why the data is outdated; null while it is current */
  lost: string | null
}

/** The stream announces changes; this refetch updates freshness only. */
const RENEW_EVERY_MS = 10_000
/** Two and a half refetches without a response: the data may be outdated. */
const PATIENCE_MS = 25_000
/** A strip has half hours; the piece that goes on is in the tile's own state. */
const HISTORY_EVERY_MS = 120_000
const ALERTING_EVERY_MS = 30_000
/** A browser that draws takes much less for a frame. */
const FRAME_MS = 5_000
const TIMEOUT_MS = 8_000
const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 30_000
const BUILD_CHECK_EVERY_MS = 300_000
const UNREACHABLE = 'Peerwatch cannot be reached from this browser.'

const topics: ReadonlySet<StreamChange['topics'][number]> = new Set([
  'overview',
  'circuits',
  'gateways',
  'sessions',
  'events',
  'sources',
  'declarations',
])

export interface FeedStart {
  answer: Answer<Wall> | null
  /** epoch milliseconds: when the server rendered the page, whose second the first paint in the browser shows */
  renderedAt: number
  build: string
  /** where it asks for what it shows */
  url: string
  /** where it asks for the last 24 hours of its tiles */
  historyUrl: string
  /** the name by which it gives signs of life; null = none */
  screen?: string | null
  /** a moment of the past is shown, which does not change */
  isPast: boolean
  reload: () => void
}

/** Keeps a wall's data current for weeks, and reports when it is not. */
export class WallFeed {
  private readonly clock: WallClock
  private readonly build: string
  private readonly url: string
  private readonly historyUrl: string
  private readonly screen: string | null
  private readonly isPast: boolean
  private readonly reload: () => void
  private readonly listeners = new Set<() => void>()
  private readonly line: LiveConnection
  private readonly batcher = new ChangeBatcher(() => void this.ask(), 500)
  private jumps = new JumpWatch()
  private reading: WallReading
  private second: number
  private failures = 0
  private failure = UNREACHABLE
  private live: LiveState = { status: 'connecting', reason: null, lastMessageAt: null }
  private isAsking = false
  private isAskedAgain = false
  private renewAt = 0
  private checkBuildAt = 0
  private askHistoryAt = 0
  private askAlertingAt = 0

  constructor({ answer, renderedAt, build, url, historyUrl, screen = null, isPast, reload }: FeedStart) {
    this.screen = screen
    this.isPast = isPast
    this.url = url
    this.historyUrl = historyUrl
    this.clock = new WallClock(renderedAt)
    this.build = build
    this.reload = reload
    this.second = renderedAt
    this.reading = {
      wall: answer?.data ?? null,
      history: null,
      alerting: null,
      readAt: answer && Date.parse(answer.asOf),
      freshness: answer && answer.freshness,
      line: 'connecting',
      lost: null,
    }
    this.line = new LiveConnection({
      onState: (live) => {
        this.live = live
        this.judge()
      },
      onMessage: ({ event, data }) => {
        if (event !== 'change') return
        const change = JSON.parse(data) as StreamChange
        // a wall shows no counters
        if (!change.countersOnly && change.topics.some((topic) => topics.has(topic))) this.batcher.push(change)
      },
      onResume: () => {
        void this.ask()
        void this.checkBuild()
      },
    })
  }

  readonly read = (): WallReading => this.reading
  /** the server's time in whole seconds, updated every second */
  readonly readSecond = (): number => this.second
  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** @returns stops it */
  start(): () => void {
    if (this.isPast) {
      void this.ask()
      void this.askHistory()
      return () => {}
    }
    const ended = new AbortController()
    this.jumps = new JumpWatch()
    let timer: ReturnType<typeof setTimeout>
    const tick = () => {
      this.tick()
      timer = setTimeout(tick, 1_000 - (this.clock.now() % 1_000))
    }
    tick()
    void this.line.run(ended.signal)
    const wake = () => {
      if (document.visibilityState === 'visible') this.wake()
    }
    const suspect = () => this.line.suspect()
    window.addEventListener('online', wake)
    window.addEventListener('offline', suspect)
    document.addEventListener('visibilitychange', wake)
    return () => {
      window.removeEventListener('online', wake)
      window.removeEventListener('offline', suspect)
      document.removeEventListener('visibilitychange', wake)
      clearTimeout(timer)
      this.batcher.stop()
      ended.abort()
    }
  }

  private tick(): void {
    const jump = document.visibilityState === 'visible' ? this.jumps.tick() : null
    // a stream that was open before the machine slept still appears open
    if (jump === 'slept') this.line.suspect()
    const steady = performance.now()
    if (jump || steady >= this.renewAt) void this.ask()
    if (steady >= this.checkBuildAt) void this.checkBuild()
    if (steady >= this.askHistoryAt) void this.askHistory()
    if (steady >= this.askAlertingAt) void this.askAlerting()
    this.second = Math.floor(this.clock.now() / 1_000) * 1_000
    this.judge()
    this.notify()
  }

  private wake(): void {
    this.line.retryNow()
    void this.ask()
  }

  private async ask(): Promise<void> {
    if (this.isAsking) {
      this.isAskedAgain = true
      return
    }
    this.isAsking = true
    this.isAskedAgain = false
    try {
      const { data, asOf, freshness } = await getJson<Answer<Wall>>(this.url, AbortSignal.timeout(TIMEOUT_MS))
      this.failures = 0
      this.clock.learn(Date.parse(asOf))
      this.reading = { ...this.reading, wall: steady(this.reading.wall, data), readAt: Date.parse(asOf), freshness }
    } catch (error) {
      this.failures++
      this.failure = error instanceof ApiError && error.status > 0 ? error.detail : UNREACHABLE
    }
    this.isAsking = false
    this.renewAt = performance.now() + this.nextIn()
    this.judge()
    if (this.isAskedAgain) void this.ask()
  }

  /** With jitter, so that hundreds of walls do not reconnect at once. */
  private nextIn(): number {
    if (this.failures === 0) return RENEW_EVERY_MS * (0.9 + Math.random() * 0.2)
    return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.failures - 1)) * (0.5 + Math.random() * 0.5)
  }

  private judge(): void {
    const { readAt, lost: before, line: lineBefore } = this.reading
    const isOld = readAt === null || this.clock.now() - readAt > PATIENCE_MS
    const isLost = this.live.status === 'offline' || (this.failures > 0 && isOld)
    const lost = isLost ? ((this.failures > 0 ? this.failure : this.live.reason) ?? UNREACHABLE) : null
    const line = this.live.status
    if (lost !== before || line !== lineBefore) this.reading = { ...this.reading, lost, line }
    this.notify()
  }

  /** What it can't learn it does not show: a strip without its end would be taken for one of now. */
  private async askHistory(): Promise<void> {
    this.askHistoryAt = performance.now() + HISTORY_EVERY_MS * (0.9 + Math.random() * 0.2)
    const history = await getJson<Answer<WallHistory>>(this.historyUrl, AbortSignal.timeout(TIMEOUT_MS)).catch(
      () => null,
    )
    this.reading = { ...this.reading, history: history?.data ?? null }
    this.notify()
  }

  /** Its sign of life is this question with its name, and only after a frame was drawn: timers go on in a picture that stands still. */
  private async askAlerting(): Promise<void> {
    this.askAlertingAt = performance.now() + ALERTING_EVERY_MS
    const sign = this.screen !== null && (await isDrawing()) ? `?screen=${encodeURIComponent(this.screen)}` : ''
    const answer = await getJson<Answer<Alerting>>(`/api/v1/alerting${sign}`, AbortSignal.timeout(TIMEOUT_MS)).catch(
      () => null,
    )
    this.reading = { ...this.reading, alerting: answer?.data.proof ?? null }
    this.notify()
  }

  private async checkBuild(): Promise<void> {
    this.checkBuildAt = performance.now() + BUILD_CHECK_EVERY_MS
    try {
      const health = await getJson<Health>('/api/health', AbortSignal.timeout(TIMEOUT_MS))
      if (shouldReload(this.build, health, sessionStorage)) this.reload()
    } catch {
      // an unhealthy server is no reason to reload
    }
  }

  private notify(): void {
    for (const listener of this.listeners) listener()
  }
}

/** Whether the browser draws: a frame begins soon. */
function isDrawing(): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), FRAME_MS)
    requestAnimationFrame(() => {
      clearTimeout(timer)
      resolve(true)
    })
  })
}
