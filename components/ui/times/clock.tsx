import { createContext, type ReactNode, useContext, useState, useSyncExternalStore } from 'react'
import { MINUTE } from '#lib/contract/time/time.ts'
import { serverNow } from '../../data/server-clock.ts'
import { turns } from '../../data/turns.ts'

/**
 * Seconds that tick, by the server's clock: a browser whose clock is wrong would print wrong ages.
 */
class Clock {
  /** what the server drew the page at, epoch milliseconds */
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
      // not within the task that draws the page: what shows the second would be drawn twice in it
      void turns.next().then(() => this.tick())
      this.timer = setInterval(() => this.tick(), 1000)
    }
    return () => {
      this.listeners.delete(listener)
      if (this.listeners.size === 0) clearInterval(this.timer)
    }
  }

  private tick(): void {
    this.now = Math.floor(serverNow() / 1000) * 1000
    for (const listener of this.listeners) listener()
  }
}

const ClockContext = createContext(new Clock(0))

/**
 * @param renderedAt when the server rendered the page: the first paint in the browser shows the same second
 * @param isStanding it is that second for ever: the page is frozen
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

/** What is read of the clock; of a part that is hydrated late as the server read it. @param of epoch milliseconds */
const useReading = <Reading,>(clock: Clock, readingOf: (now: number) => Reading): Reading =>
  useSyncExternalStore(
    clock.subscribe,
    () => readingOf(clock.read()),
    () => readingOf(clock.startAt),
  )

const MeasuredAtContext = createContext<number | null>(null)

/** Whether what is shown is of the past, see {@link MeasuredAt}. */
export const useIsPast = (): boolean => useContext(MeasuredAtContext) !== null

const inSteps = (at: number, stepMs: number) => Math.floor(at / stepMs) * stepMs

/** Now, in epoch milliseconds, updated every second; inside {@link MeasuredAt} the moment that is shown. */
export const useNow = (): number => useNowInSteps(1_000)

/** Ages and durations inside are measured at this moment: what shows the past as of T. @param at ISO 8601, null = now */
export function MeasuredAt({ at, children }: { at: string | null; children: ReactNode }) {
  return <MeasuredAtContext value={at === null ? null : Date.parse(at)}>{children}</MeasuredAtContext>
}

/**
 * What is written of an age or a duration, which is drawn again only when its words change: a table of a hundred rows that are hours old
 * needs no second.
 * @param write of the moment that ages are measured at, epoch milliseconds: now, or the moment that the table is as of
 */
export function useMeasured(write: (at: number, isPast: boolean) => string): string {
  const clock = useContext(ClockContext)
  const past = useContext(MeasuredAtContext)
  return useReading(clock, (now) => (past === null || past >= now ? write(now, false) : write(past, true)))
}

/**
 * Now, in epoch milliseconds, rounded down to steps: for query keys that must not change every second. Inside {@link MeasuredAt} the moment
 * that is shown, so that nothing of a past page says how old it is today.
 * @param stepMs a whole number of seconds, in milliseconds
 */
export function useNowInSteps(stepMs: number): number {
  const past = useContext(MeasuredAtContext)
  return useReading(useContext(ClockContext), (now) => inSteps(past === null ? now : Math.min(past, now), stepMs))
}

/** Now, also on a page that shows the past: what moments a page can show, and how dates are written. @param stepMs as above */
export const useRealNow = (stepMs = 1_000): number =>
  useReading(useContext(ClockContext), (now) => inSteps(now, stepMs))

/** A day starts on a whole minute in every zone. */

/** Now, in epoch milliseconds, precise enough for the day: hundreds of times on a page need no render each second. */
export const useToday = () => useRealNow(MINUTE)
