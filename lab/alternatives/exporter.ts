import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { COMPARISON_GATEWAY_NAME } from './estate.ts'
import { formatPrometheusScrapeText, convertPollToMetricSeries } from './exposition.ts'
import { type SimulatedPollFeed, ROUTES_EVERY_MS, SESSIONS_EVERY_MS } from './feed.ts'
import type { ServerName, TimeSeriesServer } from './servers.ts'

/** Number of first scrapes that are not measured, because their series are new. */
const WARM_SCRAPES = 4

export interface ScrapeCost {
  /**
   * CPU seconds that each server uses for one day of scrapes, without its idle load. The scrapes have the same
   * intervals as the polls.
   */
  perDay: Partial<Record<ServerName, number>>
  /** CPU seconds of each server in a day without scrapes */
  idlePerDay: Partial<Record<ServerName, number>>
  /** CPU seconds of the exporter for a day of scrapes by one server */
  exporterPerDay: number
  /** size of a scrape of all routes, in bytes */
  bytes: number
}

/**
 * Measures the cost of real scrapes over HTTP: first, the servers scrape the sessions every second, then the routes
 * every three seconds. The measured cost of one scrape is extrapolated to a day at the intervals of the polls.
 */
export async function measureScrapeCost(
  servers: readonly TimeSeriesServer[],
  feed: SimulatedPollFeed,
  at: EpochMs,
  seconds: { idle: number; sessions: number; routes: number },
): Promise<ScrapeCost> {
  const idle = await during(servers, seconds.idle)
  const sum: ScrapeCost = { perDay: {}, idlePerDay: {}, exporterPerDay: 0, bytes: 0 }
  for (const [name, cpu] of idle.servers) sum.idlePerDay[name] = (cpu * MS_PER_DAY) / MS_PER_SECOND / seconds.idle
  for (const [kind, everyMs, measured, scrapeSeconds] of [
    ['peers', SESSIONS_EVERY_MS, seconds.sessions, 1],
    ['learned', ROUTES_EVERY_MS, seconds.routes, 3],
  ] as const) {
    const observation = await feed.read(kind, at)
    let scrapes = 0
    const exporter = await listening(() => {
      scrapes += 1
      const body = formatPrometheusScrapeText(convertPollToMetricSeries(COMPARISON_GATEWAY_NAME, observation))
      sum.bytes = body.length
      return body
    })
    try {
      for (const server of servers) server.scrape([exporter.port], scrapeSeconds)
      await delay(WARM_SCRAPES * scrapeSeconds * MS_PER_SECOND)
      scrapes = 0
      const used = await during(servers, measured)
      const ofOne = scrapes / servers.length
      if (ofOne < 3) throw new Error(`${scrapes} scrapes of ${kind} in ${measured} s: the servers do not keep up`)
      const aDay = MS_PER_DAY / everyMs
      for (const [name, cpu] of used.servers) {
        const quiet = ((idle.servers.get(name) ?? 0) * measured) / seconds.idle
        sum.perDay[name] = (sum.perDay[name] ?? 0) + (Math.max(0, cpu - quiet) / ofOne) * aDay
      }
      sum.exporterPerDay += (used.exporter / scrapes) * aDay
    } finally {
      for (const server of servers) server.scrape([], 1)
      exporter.server.closeAllConnections()
      exporter.server.close()
    }
  }
  return sum
}

/** Measures the CPU seconds used during a period. */
async function during(servers: readonly TimeSeriesServer[], seconds: number) {
  const before = servers.map((server) => server.cpu())
  const own = process.cpuUsage()
  await delay(seconds * MS_PER_SECOND)
  const { user, system } = process.cpuUsage(own)
  return {
    servers: new Map(servers.map((server, n) => [server.name, server.cpu() - (before[n] ?? 0)])),
    exporter: (user + system) / 1e6,
  }
}

async function listening(body: () => string): Promise<{ server: Server; port: number }> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(body())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, port: (server.address() as AddressInfo).port }
}
