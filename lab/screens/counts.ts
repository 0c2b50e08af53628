import { gzipSync } from 'node:zlib'
import type { Browser } from '@playwright/test'
import { printFigureLine } from './figures.ts'

/** Costs of a first visit that depend little on the load of the machine. */
export interface FirstVisitCosts {
  /** transferred size of the document, compressed and with headers */
  htmlBytes: number
  /** size of all scripts without headers, with maximum gzip compression */
  scriptBytes: number
  requests: number
  /** processor time of the page's main thread, in milliseconds */
  cpuMs: number
  /** Cumulative Layout Shift of visible content; 0 = it did not move */
  shift: number
}

/**
 * Measures the costs of a first visit.
 * @param awaited selector of an element that ends the wait
 */
export async function countVisit(browser: Browser, address: string, awaited: string): Promise<FirstVisitCosts> {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } })
  const page = await context.newPage()
  const cdp = await context.newCDPSession(page)
  await cdp.send('Network.enable')
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
  const types = new Map<string, string>()
  const scripts = new Set<string>()
  let htmlBytes = 0
  cdp.on('Network.requestWillBeSent', ({ requestId, request, type }) => {
    types.set(requestId, type ?? 'Other')
    if (type === 'Script') scripts.add(request.url)
  })
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (types.get(requestId) === 'Document') htmlBytes += encodedDataLength
  })
  await page.goto(address, { waitUntil: 'load' })
  await page.waitForSelector(awaited)
  const { metrics } = await cdp.send('Performance.getMetrics')
  const shift = await page.evaluate(layoutShift)
  await context.close()
  return {
    htmlBytes,
    scriptBytes: await computeCompressedFileBytes(scripts),
    requests: types.size,
    cpuMs: Math.round((metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1_000),
    shift,
  }
}

/**
 * Returns the total size of files with maximum gzip compression, in bytes.
 * @param counts reports whether a file counts; absent = all do
 */
export async function computeCompressedFileBytes(
  addresses: Iterable<string>,
  counts: (text: string) => boolean = () => true,
): Promise<number> {
  let bytes = 0
  for (const address of addresses) {
    const text = await (await fetch(address)).text()
    if (counts(text)) bytes += gzipSync(text, { level: 9 }).length
  }
  return bytes
}

export const printCounts = (what: string, { htmlBytes, scriptBytes, requests, cpuMs, shift }: FirstVisitCosts) =>
  printFigureLine(
    `${what}: ${htmlBytes} bytes of HTML and ${scriptBytes} of scripts, compressed, ${requests} requests, ${cpuMs} ms of the main thread, layout shift ${shift.toFixed(3)}`,
  )

/** Returns the Cumulative Layout Shift so far. Runs in the page. */
export function layoutShift(): Promise<number> {
  return new Promise((resolve) => {
    let shift = 0
    new PerformanceObserver((entries) => {
      for (const entry of entries.getEntries()) shift += (entry as PerformanceEntry & { value: number }).value
    }).observe({ type: 'layout-shift', buffered: true })
    // buffered entries are delivered before the second frame
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(shift)))
  })
}
