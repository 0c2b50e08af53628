import { createContext, type ReactNode, useContext, useState, useSyncExternalStore } from 'react'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { getServerNow } from '../../data/server-clock.ts'
import { pageWorkScheduler } from '../../data/page-work-scheduler.ts'

/** Clock that ticks every second with the server's time, because a wrong browser clock would produce wrong ages. */
class Clock {
  /** time at which the server rendered the page, epoch milliseconds */
  readonly startAt: number
  private now: number
  private readonly listeners = new Set<() => void>()
  private timer: ReturnType<typeof setInterval> | undefined

  private readonly isStanding: boolean

  constructor(startAt: number, isStanding = false) {
    this.startAt = startAt
    this.isStanding = isStanding
    this.now = startAt
  }

  readonly read = () => this.now

  readonly subscribe = (listener: () => void) => {
    if (this.isStanding) return () => {}
    this.listeners.add(listener)
    if (this.listeners.size === 1) {
      // The first tick runs in a separate task. Otherwise components that show seconds would be rendered twice in the
      // task that starts the page.
      void pageWorkScheduler.next().then(() => this.tick())
      this.timer = setInterval(() => this.tick(), 1000)
    }
    return () => {
      this.listeners.delete(listener)
      if (this.listeners.size === 0) clearInterval(this.timer)
    }
  }

  private tick(): void {
    this.now = Math.floor(getServerNow() / 1000) * 1000
    for (const listener of this.listeners) listener()
  }
}

const ClockContext = createContext(new Clock(0))

/**
 * Provides the clock to all components of a page.
 * @param renderedAt time at which the server rendered the page, epoch milliseconds; the first render in the browser
 *   shows the same second
 * @param isStanding true = the clock is stopped, because the page shows a stored snapshot
 */
export function ClockProvider({
  renderedAt,
  isStanding = false,
  children,
}: {
  renderedAt: number
  isStanding?: boolean
  children: ReactNode
}) {
  const [clock] = useState(() => new Clock(renderedAt, isStanding))
  return <ClockContext value={clock}>{children}</ClockContext>
}

/**
 * Returns a value derived from the clock. React hydrates some parts of a page late. In such a part, the first value is
 * derived from the time at which the server rendered the page, so that both renders match.
 * @param readingOf derives the value from a time in epoch milliseconds
 */
const useReading = <Reading,>(clock: Clock, readingOf: (now: number) => Reading): Reading =>
  useSyncExternalStore(
    clock.subscribe,
    () => readingOf(clock.read()),
    () => readingOf(clock.startAt),
  )

const MeasuredAtContext = createContext<number | null>(null)

/** Reports whether the calling component shows a past time, which {@link MeasuredAtProvider} sets. */
export const useIsPast = (): boolean => useContext(MeasuredAtContext) !== null

const inSteps = (at: number, stepMs: number) => Math.floor(at / stepMs) * stepMs

/**
 * Returns the current time in epoch milliseconds, updated every second. Inside {@link MeasuredAtProvider}, returns the past
 * time that is shown.
 */
export const useNow = (): number => useNowInSteps(1_000)

/**
 * Sets the time at which ages and durations inside are measured, for views of the past.
 * @param at ISO 8601, null = now
 */
export function MeasuredAtProvider({ at, children }: { at: string | null; children: ReactNode }) {
  return <MeasuredAtContext value={at === null ? null : Date.parse(at)}>{children}</MeasuredAtContext>
}

/**
 * Returns the text of an age or a duration, kept up to date. The component is rendered again only when the text
 * changes. For example, a table with a hundred ages in hours is not rendered every second.
 * @param write formats the text for the time at which ages are measured, epoch milliseconds: now, or the past time that
 *   the page shows
 */
export function useTickingText(write: (at: number, isPast: boolean) => string): string {
  const clock = useContext(ClockContext)
  const past = useContext(MeasuredAtContext)
  return useReading(clock, (now) => (past === null || past >= now ? write(now, false) : write(past, true)))
}

/**
 * Returns the current time in epoch milliseconds, rounded down to a multiple of `stepMs`, for query keys that must not
 * change every second. Inside {@link MeasuredAtProvider}, returns the past time that is shown, so that a view of the past does
 * not show current ages.
 * @param stepMs whole number of seconds, in milliseconds
 */
export function useNowInSteps(stepMs: number): number {
  const past = useContext(MeasuredAtContext)
  return useReading(useContext(ClockContext), (now) => inSteps(past === null ? now : Math.min(past, now), stepMs))
}

/**
 * Returns the current time in epoch milliseconds, even in a view of the past, for example to validate times and to
 * format dates.
 * @param stepMs the time is rounded down to a multiple of this number of milliseconds
 */
export const useRealNow = (stepMs = 1_000): number =>
  useReading(useContext(ClockContext), (now) => inSteps(now, stepMs))

/**
 * Returns the current time in epoch milliseconds, updated every minute. A minute is precise enough to find today's
 * date, because a day starts on a whole minute in every time zone. Hundreds of times on a page need not be rendered
 * every second.
 */

export const useToday = () => useRealNow(MS_PER_MINUTE)
