'use client'

import { createContext, type ReactNode, useContext, useState, useSyncExternalStore } from 'react'
import { serverOffset } from '../data/server-clock.ts'

/**
 * Seconds that tick, by the server's clock: a browser whose clock is wrong would print wrong ages.
 */
class Clock {
  private now: number
  private readonly listeners = new Set<() => void>()
  private first: ReturnType<typeof setTimeout> | undefined
  private timer: ReturnType<typeof setInterval> | undefined

  constructor(startAt: number) {
    this.now = startAt
  }

  readonly read = () => this.now

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener)
    if (this.listeners.size === 1) {
      // not within the task that draws the page: what shows the second would be drawn twice in it
      this.first = setTimeout(() => this.tick())
      this.timer = setInterval(() => this.tick(), 1000)
    }
    return () => {
      this.listeners.delete(listener)
      if (this.listeners.size > 0) return
      clearTimeout(this.first)
      clearInterval(this.timer)
    }
  }

  private tick(): void {
    this.now = Math.floor((Date.now() + serverOffset()) / 1000) * 1000
    for (const listener of this.listeners) listener()
  }
}

const ClockContext = createContext(new Clock(0))

/** @param renderedAt when the server rendered the page: the first paint in the browser shows the same second */
export function ClockProvider({ renderedAt, children }: { renderedAt: number; children: ReactNode }) {
  const [clock] = useState(() => new Clock(renderedAt))
  return <ClockContext value={clock}>{children}</ClockContext>
}

/** Now, in epoch milliseconds, updated every second. */
export function useNow(): number {
  const clock = useContext(ClockContext)
  return useSyncExternalStore(clock.subscribe, clock.read, clock.read)
}

const MeasuredAtContext = createContext<number | null>(null)

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
  const read = () => {
    const now = clock.read()
    return past === null || past >= now ? write(now, false) : write(past, true)
  }
  return useSyncExternalStore(clock.subscribe, read, read)
}

/**
 * Now, in epoch milliseconds, rounded down to steps: for query keys that must not change every second.
 * @param stepMs a whole number of seconds, in milliseconds
 */
export function useNowInSteps(stepMs: number): number {
  const clock = useContext(ClockContext)
  const read = () => Math.floor(clock.read() / stepMs) * stepMs
  return useSyncExternalStore(clock.subscribe, read, read)
}

/** A day starts on a whole minute in every zone. */
const A_MINUTE_MS = 60_000

/** Now, in epoch milliseconds, precise enough for the day: hundreds of times on a page need no render each second. */
export const useToday = () => useNowInSteps(A_MINUTE_MS)
