import { gzipSync } from 'node:zlib'
import type { Browser } from '@playwright/test'
import { print } from './figures.ts'

/** What a first visit costs however busy the machine is. */
export interface Counts {
  /** the document, as it was sent: compressed, with its headers */
  htmlBytes: number
  /** all scripts, without headers and compressed as well as gzip can */
  scriptBytes: number
  requests: number
  /** processor time of the page's main thread, milliseconds */
  cpuMs: number
  /** how far what was already on the screen moved (Cumulative Layout Shift; 0 = not at all) */
  shift: number
}

/** @param awaited selector of what the page is waited for */
export async function countVisit(browser: Browser, address: string, awaited: string): Promise<Counts> {
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
    scriptBytes: await compressedBytes(scripts),
    requests: types.size,
    cpuMs: Math.round((metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1_000),
    shift,
  }
}

/** Returns the size of these files, each compressed as well as gzip can. @param counts reports whether a file counts; absent = all do */
export async function compressedBytes(
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

export const printCounts = (what: string, { htmlBytes, scriptBytes, requests, cpuMs, shift }: Counts) =>
  print(
    `${what}: ${htmlBytes} bytes of HTML and ${scriptBytes} of scripts, compressed, ${requests} requests, ${cpuMs} ms of the main thread, layout shift ${shift.toFixed(3)}`,
  )

/** How far what was already there has moved (Cumulative Layout Shift). Runs in the page. */
export function layoutShift(): Promise<number> {
  return new Promise((resolve) => {
    let shift = 0
    new PerformanceObserver((entries) => {
      for (const entry of entries.getEntries()) shift += (entry as PerformanceEntry & { value: number }).value
    }).observe({ type: 'layout-shift', buffered: true })
    // what was buffered is handed over before the second frame
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(shift)))
  })
}
