import type { DataFreshness, StreamChange } from '#lib/contract/index.ts'
import type { AlertingStatus } from '#lib/alerting/api/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { DatabaseHealth } from '#lib/setup/api/index.ts'
import type { WallDisplay, WallHistory, WallTile } from '#lib/overview/api/index.ts'
import { ApiError } from '../data/api-error.ts'
import { type ApiResponse, getJson } from '../data/client.ts'
import { ChangeBatcher } from '../data/live/change-batcher.ts'
import { LiveUpdatesConnection, type LiveUpdatesState } from '../data/live/live-connection.ts'
import { ContinuedServerClock } from '../data/server-clock.ts'

/**
 * Returns the new data of the wall. A tile keeps its earlier start if its state is unchanged, and if its incident is
 * unchanged or it had no incident before. The reason is that a later response may give a later start, which does not
 * disprove the earlier one. If all polls stopped together, the start of the late collector has equal bounds. It is then
 * exact, so that the newest response is right.
 */
export function keepEarliestStarts(before: WallDisplay | null, after: WallDisplay): WallDisplay {
  if (before === null) return after
  const known = new Map(before.tiles.map((tile) => [tile.id, tile]))
  return { ...after, tiles: after.tiles.map((tile) => steadyTile(known.get(tile.id), tile)) }
}

function steadyTile(before: WallTile | undefined, tile: WallTile): WallTile {
  if (!before?.since || !tile.since || before.state !== tile.state) return tile
  if (tile.word === 'late' && tile.since[0] === tile.since[1]) return tile
  const isSame = before.incidentId === tile.incidentId || before.incidentId === null
  return isSame && before.since[1] < tile.since[1] ? { ...tile, since: before.since } : tile
}

/** Time between two ticks of the clock, milliseconds, above which the machine has slept or its clock was set. */
const SLEPT_MS = 5_000

const CLOCK_STEP_MS = 2_000

/**
 * Detects that the machine slept or that its clock was set. It compares the system clock with the monotonic clock at
 * each tick.
 */
class JumpWatch {
  private wall = Date.now()
  private steady = performance.now()

  /**
   * Compares how far the system clock and the monotonic clock have advanced since the previous tick.
   * @returns `slept` if the machine slept, `clock step` if its clock was set; null if neither happened
   */
  tick(): 'slept' | 'clock step' | null {
    const wall = Date.now() - this.wall
    const steady = performance.now() - this.steady
    this.wall += wall
    this.steady += steady
    if (steady > SLEPT_MS || (wall > SLEPT_MS && Math.abs(wall - steady) > SLEPT_MS)) return 'slept'
    return Math.abs(wall - steady) > CLOCK_STEP_MS ? 'clock step' : null
  }
}

const KEY = 'peerwatch-wall-reloads'

/** Time in milliseconds for which a wall does not load a build of the web server that it already had. */
const SAME_BUILD_AFTER_MS = MS_PER_DAY

/**
 * Reports whether a wall must reload its page because the server runs another build and is healthy. A build to which or
 * from which the wall reloaded within the last day does not count. Otherwise the wall would reload again and again if
 * two servers with different builds responded alternately behind a load balancer. If an upgrade is reverted, the wall
 * therefore loads the previous build only after a day.
 * @param now epoch milliseconds
 */
function shouldReload(
  own: string,
  { status, build }: DatabaseHealth,
  memory: Pick<Storage, 'getItem' | 'setItem'>,
  now: number,
): boolean {
  if (status !== 'ok' || !build || build === own) return false
  // The stored text contains the time of the last reload, followed by the builds between which the wall reloaded.
  const [at, ...known] = (memory.getItem(KEY) ?? '').split(' ')
  const builds = now - Number(at) < SAME_BUILD_AFTER_MS ? known : []
  if (builds.includes(build)) return false
  memory.setItem(KEY, [now, ...new Set([...builds, own, build])].join(' '))
  return true
}

/** Data that a wall display shows, with the time at which it was received. */
export interface WallReading {
  /** content of the wall; null until the first response */
  wall: WallDisplay | null
  /** history of the last 24 hours of the wall's tiles; null while unknown */
  history: WallHistory | null
  /** server's time at which the data was received, epoch milliseconds */
  readAt: number | null
  /** result of the check whether alerts can be sent; null while unknown */
  alerting: AlertingStatus['proof'] | null
  /** age of the polls behind the data */
  freshness: DataFreshness | null
  line: LiveUpdatesState['status']
  /** reason why the data is outdated; null while it is current */
  lost: string | null
}

/**
 * Interval of refetches of the wall's data, milliseconds. They update the freshness of the data; the event stream
 * announces other changes.
 */
const RENEW_EVERY_MS = 10_000
/** Age of the last response above which the data may be outdated, milliseconds; equal to two and a half refetches. */
const PATIENCE_MS = 25_000
/**
 * Interval of refetches of the history, milliseconds. Two minutes are enough, because the history consists of half
 * hours, and the current half hour has the tile's own state.
 */
const HISTORY_EVERY_MS = 120_000
const ALERTING_EVERY_MS = 30_000
/** Maximum time in milliseconds to wait for the browser to draw a frame. A browser that still draws needs much less. */
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

export interface WallFeedStart {
  answer: ApiResponse<WallDisplay> | null
  /**
   * time when the server rendered the page, epoch milliseconds; the first render in the browser must show the same
   * second
   */
  renderedAt: number
  build: string
  /** URL of the wall's data */
  url: string
  /** URL of the history of the last 24 hours */
  historyUrl: string
  /** name under which the wall reports to the server that it works; null = the server does not monitor this wall */
  screen?: string | null
  /** whether the wall shows a past moment, whose data does not change */
  isPast: boolean
  reload: () => void
}

/** Keeps the data of a wall display current for weeks, and reports when the data is outdated. */
export class WallFeed {
  private readonly clock: ContinuedServerClock
  private readonly build: string
  private readonly url: string
  private readonly historyUrl: string
  private readonly screen: string | null
  private readonly isPast: boolean
  private readonly reload: () => void
  private readonly listeners = new Set<() => void>()
  private readonly line: LiveUpdatesConnection
  private readonly batcher = new ChangeBatcher(() => void this.ask(), 500)
  private jumps = new JumpWatch()
  private reading: WallReading
  private second: number
  private failures = 0
  private failure = UNREACHABLE
  private live: LiveUpdatesState = { status: 'connecting', reason: null, lastMessageAt: null }
  private isAsking = false
  private isAskedAgain = false
  private renewAt = 0
  private checkBuildAt = 0
  private askHistoryAt = 0
  private askAlertingAt = 0

  constructor({ answer, renderedAt, build, url, historyUrl, screen = null, isPast, reload }: WallFeedStart) {
    this.screen = screen
    this.isPast = isPast
    this.url = url
    this.historyUrl = historyUrl
    this.clock = new ContinuedServerClock(renderedAt)
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
    this.line = new LiveUpdatesConnection({
      onState: (live) => {
        this.live = live
        this.judge()
      },
      onMessage: ({ event, data }) => {
        if (event !== 'change') return
        const change = JSON.parse(data) as StreamChange
        // Changes that affect only counters are ignored, because the wall reads rates only with its regular refetches.
        if (!change.countersOnly && change.topics.some((topic) => topics.has(topic))) this.batcher.push(change)
      },
      onResume: () => {
        void this.ask()
        void this.checkBuild()
      },
    })
  }

  readonly read = (): WallReading => this.reading
  /** returns the server's time in epoch milliseconds, updated every second */
  readonly readSecond = (): number => this.second
  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /**
   * Starts to load and refresh the data.
   * @returns a function that stops it
   */
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
    // A stream that was opened before the machine slept may look open although it is dead.
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
      const { data, asOf, freshness } = await getJson<ApiResponse<WallDisplay>>(
        this.url,
        AbortSignal.timeout(TIMEOUT_MS),
      )
      this.failures = 0
      this.clock.learn(Date.parse(asOf))
      this.reading = {
        ...this.reading,
        wall: keepEarliestStarts(this.reading.wall, data),
        readAt: Date.parse(asOf),
        freshness,
      }
    } catch (error) {
      this.failures++
      this.failure = error instanceof ApiError && error.status > 0 ? error.detail : UNREACHABLE
    }
    this.isAsking = false
    this.renewAt = performance.now() + this.nextIn()
    this.judge()
    if (this.isAskedAgain) void this.ask()
  }

  /**
   * Returns the delay until the next request, milliseconds. It is randomized, so that hundreds of walls do not send
   * requests at the same moment.
   */
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

  /** Loads the history. If this fails, the wall shows no history, because an outdated history would look current. */
  private async askHistory(): Promise<void> {
    this.askHistoryAt = performance.now() + HISTORY_EVERY_MS * (0.9 + Math.random() * 0.2)
    const history = await getJson<ApiResponse<WallHistory>>(this.historyUrl, AbortSignal.timeout(TIMEOUT_MS)).catch(
      () => null,
    )
    this.reading = { ...this.reading, history: history?.data ?? null }
    this.notify()
  }

  /**
   * Loads the result of the alerting check. With the same request, the wall reports under its name that it works. If
   * the browser does not draw frames any more, the wall leaves out its name, so that the server can alert. The timers
   * alone prove nothing, because they continue even if the picture is frozen.
   */
  private async askAlerting(): Promise<void> {
    this.askAlertingAt = performance.now() + ALERTING_EVERY_MS
    const sign = this.screen !== null && (await isDrawing()) ? `?screen=${encodeURIComponent(this.screen)}` : ''
    const answer = await getJson<ApiResponse<AlertingStatus>>(
      `/api/v1/alerting${sign}`,
      AbortSignal.timeout(TIMEOUT_MS),
    ).catch(() => null)
    this.reading = { ...this.reading, alerting: answer?.data.proof ?? null }
    this.notify()
  }

  private async checkBuild(): Promise<void> {
    this.checkBuildAt = performance.now() + BUILD_CHECK_EVERY_MS
    try {
      const health = await getJson<DatabaseHealth>('/api/health', AbortSignal.timeout(TIMEOUT_MS))
      if (shouldReload(this.build, health, sessionStorage, this.clock.now())) this.reload()
    } catch {
      // The error is ignored, because a server that is not healthy is not a reason to reload the page.
    }
  }

  private notify(): void {
    for (const listener of this.listeners) listener()
  }
}

/** Reports whether the browser still draws. It waits for the next frame, at most `FRAME_MS`. */
function isDrawing(): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), FRAME_MS)
    requestAnimationFrame(() => {
      clearTimeout(timer)
      resolve(true)
    })
  })
}
