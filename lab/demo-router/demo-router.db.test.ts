import { expect, it, vi } from 'vitest'
import { MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { readReportingRouters, readReportedSessions } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  type ArrivedMessage,
  type ArrivedLine,
  BmpToReportConverter,
  startStation,
  startSyslogStation,
  SyslogToReportConverter,
} from '#lib/routers/bmp/index.ts'
import { createBuiltInEstateWorld, TEST_TIMELINE_ORIGIN } from '../simulator/testing.ts'
import { beginRouterPast } from './record-past.ts'
import { startRouter } from './send-reports.ts'
import { readRouterSessionHistory } from '#lib/routers/store/index.ts'

const PRIVATE = '192.0.2.98'
const world = createBuiltInEstateWorld([
  { op: 'cut-path', circuit: 'erc-london', path: 'primary', detection: '8s', at: '+2m', for: '3m' },
  { op: 'cut-path', circuit: 'erc-amsterdam', path: 'primary', at: '+10m', for: '1m' },
])
const db = withTestDatabase()

it('what the router reported of its sessions is recorded as of when it arrived, with why by BMP and log', async () => {
  const past = await beginRouterPast(db, world, TEST_TIMELINE_ORIGIN)
  await past.upTo(TEST_TIMELINE_ORIGIN + 4 * MS_PER_MINUTE)
  const [router] = await readReportingRouters(db.pool)
  expect(router).toMatchObject({ name: 'lon-ce-1', connection: { protocol: 'bmp', ended: null } })
  const session = (await readReportedSessions(db.pool)).find(({ neighbor }) => neighbor === PRIVATE)
  expect(session).toMatchObject({ state: 'down', neighborAsn: 12076, localAsn: 65001, protocol: 'bmp' })
  await past.upTo(TEST_TIMELINE_ORIGIN + 20 * MS_PER_MINUTE)
  await past.close()
  const spans = await readRouterSessionHistory(db.pool, session?.id ?? 0, {
    from: TEST_TIMELINE_ORIGIN,
    to: TEST_TIMELINE_ORIGIN + 20 * MS_PER_MINUTE,
  })
  expect(spans.map(({ state }) => state)).toEqual(['up', 'down', 'up'])
  const fell = TEST_TIMELINE_ORIGIN + 2 * MS_PER_MINUTE + 8 * MS_PER_SECOND
  expect(spans[1]?.from.latest).toBeGreaterThanOrEqual(fell)
  expect(spans[1]?.from.latest).toBeLessThan(fell + MS_PER_SECOND)
  // the negotiated hold time is at most the time until it expired plus one keepalive
  expect(session?.holdTimeSeconds).toBe(9)
  const { rows } = await db.pool.query('SELECT text FROM router_log_line ORDER BY at, id')
  expect(rows.map(({ text }) => text)).toEqual(
    expect.arrayContaining([
      expect.stringContaining(`%BGP-3-NOTIFICATION: sent to neighbor ${PRIVATE} 4/0`),
      expect.stringContaining(`%BGP-5-ADJCHANGE: neighbor ${PRIVATE} Up`),
    ]),
  )
})

it('reports to real stations what happens to it in the estate, and again when they come back', async () => {
  const messages: ArrivedMessage[] = []
  const lines: ArrivedLine[] = []
  const receiver = {
    messages: async (_: unknown, batch: readonly ArrivedMessage[]) => void messages.push(...batch),
    closed: async () => {},
    refused: () => {},
  }
  const listen = (port: number) => startStation({ host: '127.0.0.1', port, allow: [] }, receiver)
  let station = await listen(0)
  const { port } = station
  const syslog = await startSyslogStation(
    { host: '127.0.0.1', port: 0, allow: [] },
    { lines: async (_, batch) => void lines.push(...batch), skipped: () => {}, refused: () => {} },
  )
  let at = TEST_TIMELINE_ORIGIN
  const end = startRouter({
    world: () => world,
    now: () => at,
    bmp: { host: '127.0.0.1', port },
    syslog: { host: '127.0.0.1', port: syslog.port },
  })
  try {
    const reported = () => {
      const reporter = new BmpToReportConverter()
      return messages.flatMap((message) => reporter.reportsOf(message))
    }
    const statesOf = () =>
      reported().flatMap(({ type, peer }) => (peer.neighbor === PRIVATE && type.startsWith('session') ? [type] : []))
    await vi.waitFor(() => expect(statesOf()).toEqual(['sessionUp']), 20_000)
    await vi.waitFor(
      () =>
        expect(reported()).toContainEqual(
          expect.objectContaining({ type: 'route', view: 'adjOutPost', prefix: '10.10.0.0/16' }),
        ),
      20_000,
    )
    at = TEST_TIMELINE_ORIGIN + 4 * MS_PER_MINUTE
    await vi.waitFor(() => expect(statesOf()).toEqual(['sessionUp', 'sessionDown']), 20_000)
    const syslogReporter = new SyslogToReportConverter()
    await vi.waitFor(
      () =>
        expect(lines.map(({ text, at: arrived }) => syslogReporter.read(text, arrived))).toContainEqual(
          expect.objectContaining({ is: 'session', host: 'lon-ce-1' }),
        ),
      20_000,
    )
    await station.stop()
    messages.length = 0
    at = TEST_TIMELINE_ORIGIN + 20 * MS_PER_MINUTE
    station = await listen(port)
    await vi.waitFor(() => expect(statesOf()).toEqual(['sessionUp']), 20_000)
  } finally {
    end()
    await Promise.all([station.stop(), syslog.stop()])
  }
})
