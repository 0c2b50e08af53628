import type { Page } from '@playwright/test'
import { printFigureLine } from './figures.ts'

/** Load of the page's main thread during some actions. */
export interface MainThreadLoad {
  /** processor time of the longest task in milliseconds, which depends little on other load of the machine */
  longestCpuMs: number
  /** elapsed time of the same task, in milliseconds */
  longestMs: number
  /** processor time of all tasks, in milliseconds */
  cpuMs: number
  /**
   * time from each key press to the next frame in milliseconds (Event Timing, in steps of 8 ms; durations under 16 ms
   * are left out)
   */
  keysMs: number[]
}

interface TraceEvent {
  name: string
  ph: string
  pid: number
  tid: number
  dur?: number
  tdur?: number
  args: { name?: string }
}

/** Measures the tasks of the page's main thread and the key presses during some actions. */
export async function measureBlocking(page: Page, act: () => Promise<void>): Promise<MainThreadLoad> {
  const browser = page.context().browser()
  if (!browser) throw new Error('the page has no browser')
  await page.evaluate(() => {
    const keysMs: number[] = []
    Object.assign(window, { keysMs })
    new PerformanceObserver((list) => {
      for (const { name, duration } of list.getEntries()) if (name === 'keydown') keysMs.push(duration)
    }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit)
  })
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] })
  await act()
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] }
  const keysMs = await page.evaluate(() => (window as unknown as { keysMs: number[] }).keysMs)
  const threads = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}/${tid}`),
  )
  const tasks = traceEvents.filter(
    ({ name, ph, pid, tid }) => ph === 'X' && name.endsWith('RunTask') && threads.has(`${pid}/${tid}`),
  )
  const longest = tasks.toSorted((a, b) => (b.tdur ?? 0) - (a.tdur ?? 0))[0]
  return {
    longestCpuMs: (longest?.tdur ?? 0) / 1_000,
    longestMs: (longest?.dur ?? 0) / 1_000,
    cpuMs: tasks.reduce((sum, { tdur }) => sum + (tdur ?? 0), 0) / 1_000,
    keysMs,
  }
}

/** Prints the median and the worst value of several measurements. */
export function printBlocking(what: string, runs: readonly MainThreadLoad[]): void {
  const figures = (of: (run: MainThreadLoad) => number) => {
    const sorted = runs.map(of).toSorted((a, b) => a - b)
    return `p50 ${(sorted[Math.floor(sorted.length / 2)] ?? 0).toFixed(0)}, worst ${(sorted.at(-1) ?? 0).toFixed(0)} ms`
  }
  printFigureLine(
    `${what}, longest task: of CPU ${figures((run) => run.longestCpuMs)}; on the clock ${figures((run) => run.longestMs)}`,
  )
  printFigureLine(`${what}, all tasks: of CPU ${figures((run) => run.cpuMs)}`)
  const keys = runs.flatMap(({ keysMs }) => keysMs)
  if (keys.length > 0) printFigureLine(`${what}, longest key press to the next frame: ${Math.max(...keys)} ms`)
}
