import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readReportingRouters } from '#lib/history/index.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { SHOULD_RUN_LONG_TESTS } from '#lib/platform/testing/long.ts'
import { BirdDaemon } from '#lab/simulator/daemons/bird-daemon.ts'
import {
  ROUTER_BMP_STATION_PORT,
  type CustomerBgpSpeaker,
  SYSLOG_PORT,
} from '#lab/simulator/daemons/customer-router.ts'
import { FRR_BGPD_PROGRAM_PATH, FrrDaemon } from '#lab/simulator/daemons/frr-daemon.ts'
import { GobgpDaemon } from '#lab/simulator/daemons/gobgp-daemon.ts'
import {
  runIpCommandsInNamespace,
  killProcessAndWait,
  createRouterNamespace,
  getRouterNamespaceName,
  removeRouterNamespaces,
  removeLeftoverRouterNamespaces,
} from '#lab/simulator/daemons/namespaces.ts'
import { startRsyslog } from '#lab/simulator/daemons/rsyslog.ts'
import { BmpStationRelay } from '#lab/simulator/daemons/station-relay.ts'
import { parsePrefixWithoutHostBits } from '#lab/simulator/prefix.ts'
import { RouterLogReceiver } from '../record/log-receiver.ts'
import { BmpRecordingReceiver } from '../record/recording-receiver.ts'
import { type BmpListeningStation, startStation } from './station/station.ts'
import { startSyslogStation, type SyslogStation } from './syslog/syslog-station.ts'
import {
  readRouterRoutes,
  readRouterSessionHistory,
  type RouterSessionSpan,
  listRouterSessions,
} from '../store/index.ts'

const db = withTestDatabase()
const [MSEE, CE] = ['192.0.2.98', '192.0.2.97']
const speaker: CustomerBgpSpeaker = {
  name: 'ce',
  asn: 65010,
  routerId: '10.255.0.1',
  neighbor: { address: MSEE, asn: 12076 },
  announces: [],
  bfd: false,
}
const isInstalled = (command: string) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0

let folder = ''
/** name that the router reports */
let name = ''
let msee: BirdDaemon
let receiver: BmpRecordingReceiver
let station: BmpListeningStation | null = null
let logs: RouterLogReceiver
let logStation: SyslogStation | null = null
/** functions that end what a test started, in the order of their calls */
const closing: (() => Promise<void>)[] = []

const announced = (prefixes: readonly string[]) => ({
  routes: prefixes.flatMap((text) => {
    const prefix = parsePrefixWithoutHostBits(text)
    return prefix ? [{ prefix, path: [12076, 65515] }] : []
  }),
})

beforeAll(async () => {
  await removeLeftoverRouterNamespaces()
})

async function listen(): Promise<void> {
  station = await startStation({ host: '127.0.0.1', port: 0, allow: [] }, receiver)
}

async function start<Router extends { start: () => Promise<void> }>(
  makeRouter: () => Promise<Router>,
): Promise<Router> {
  receiver = new BmpRecordingReceiver(db, createComponentLogger('bmp'))
  await listen()
  logs = new RouterLogReceiver(db, createComponentLogger('syslog'))
  logStation = await startSyslogStation({ host: '127.0.0.1', port: 0, allow: [] }, logs)
  for (const router of ['ce', 'msee']) await createRouterNamespace(router)
  await runIpCommandsInNamespace('ce', [
    `link add to-msee type veth peer name to-ce netns ${getRouterNamespaceName('msee')}`,
  ])
  await runIpCommandsInNamespace('ce', [`addr add ${CE}/30 dev to-msee`, 'link set to-msee up'])
  await runIpCommandsInNamespace('msee', [`addr add ${MSEE}/30 dev to-ce`, 'link set to-ce up'])
  for (const [port, to] of [
    [ROUTER_BMP_STATION_PORT, () => station?.port ?? 0],
    [SYSLOG_PORT, () => logStation?.port ?? 0],
  ] as const) {
    const relay = new BmpStationRelay({ router: 'ce', port, folder, to })
    closing.push(() => relay.close())
  }
  const neighbor = { name: 'ce', local: MSEE, address: CE, asn: 65010, bfd: false, passes: 'own' as const }
  const azure = { name: 'msee', routerId: '10.0.4.4', asn: 12076, neighbors: [neighbor] }
  msee = new BirdDaemon(azure, announced(['10.10.0.0/16', '10.11.0.0/16']), folder)
  await msee.start()
  const router = await makeRouter()
  await router.start()
  return router
}

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
  await msee?.kill()
  await removeRouterNamespaces(['ce', 'msee']).catch(() => undefined)
  await station?.stop()
  await logStation?.stop()
  receiver?.stop()
  await logs?.stop()
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

const EVER = { from: Date.UTC(2020, 0), to: Date.UTC(2100, 0) }

async function session() {
  const router = (await readReportingRouters(db.pool)).find((one) => one.name === name)
  const all = router ? await listRouterSessions(db.pool, router.id) : []
  return all.find(({ neighbor, peerType }) => neighbor === MSEE && peerType === 'global')
}

const history = async (): Promise<RouterSessionSpan[]> => {
  const found = await session()
  return found ? readRouterSessionHistory(db.pool, found.id, EVER) : []
}

const state = async () => (await session())?.state
const routes = async () => (await session())?.routes
const soon = { timeout: 60_000, interval: 100 }

/** Runs an action that ends the session, and returns the times before and after it. */
async function during(action: () => Promise<unknown>): Promise<{ before: number; after: number }> {
  const before = Date.now()
  await action()
  return { before, after: Date.now() }
}

/** Expects that the change happened within its recorded bounds, which are at most 1.5 s apart. */
function expectWithin(span: RouterSessionSpan | undefined, done: { before: number; after: number }): void {
  expect(span?.from.latest).toBeGreaterThanOrEqual(done.before)
  // a command may return just before the session ends
  expect(span?.from.earliest).toBeLessThanOrEqual(done.after + 1_000)
  expect((span?.from.latest ?? Infinity) - (span?.from.earliest ?? 0)).toBeLessThan(1_500)
}

/** Expects that the log supplies the reason of a session that FRR closed, because FRR's BMP omits it. */
async function expectReasonByLog(router: FrrDaemon): Promise<void> {
  await msee.start()
  await expect.poll(state, soon).toBe('up')
  await router.clear()
  const last = async () => (await history()).findLast((span) => span.state === 'down')?.reason
  await expect.poll(last, soon).toMatchObject({ by: 'local', notification: { code: 6, subcode: 4 } })
  const { rows } = await db.pool.query<{ text: string }>('SELECT text FROM router_log_line ORDER BY id')
  expect(rows.map(({ text }) => text).join('\n')).toMatch(/%ADJCHANGE: neighbor 192\.0\.2\.98.* Up/)
  expect((await readReportingRouters(db.pool)).filter(({ address }) => address === '127.0.0.1')).toHaveLength(1)
}

/** Checks the reports that both routers have in common. */
async function expectReportsOf(views: readonly string[]): Promise<void> {
  await expect.poll(state, soon).toBe('up')
  const all = Object.fromEntries(views.map((view) => [view, 2]))
  await expect.poll(routes, soon).toMatchObject(all)
  const up = await session()
  expect(up).toMatchObject({ localAddress: CE, localAsn: 65010, neighborAsn: 12076, holdTimeSeconds: 10 })
  const found = await readRouterRoutes(db.pool, up?.id ?? 0, { ...EVER, limit: 100 })
  const current = found.filter(({ to }) => to === null)
  expect(new Set(current.map(({ attributes }) => attributes.asPath?.join(' ')))).toEqual(new Set(['12076 65515']))
  expect(new Set(current.map(({ attributes }) => attributes.nextHop))).toEqual(new Set([MSEE]))

  await msee.follow(announced(['10.10.0.0/16', '10.12.0.0/16', '10.13.0.0/16']))
  const three = Object.fromEntries(views.map((view) => [view, 3]))
  await expect.poll(routes, soon).toMatchObject(three)
  await msee.follow(announced(['10.10.0.0/16', '10.11.0.0/16']))
  await expect.poll(routes, soon).toMatchObject(all)

  const shut = await during(() => msee.ask(['disable ce']))
  await expect.poll(state, soon).toBe('down')
  expect((await session())?.routes).toEqual({})
  const ended = (await history()).at(-1)
  expect(ended?.reason).toMatchObject({ by: 'remote', notification: { code: 6, subcode: 2 } })
  expectWithin(ended, shut)

  await msee.ask(['enable ce'])
  await expect.poll(state, soon).toBe('up')
  await expect.poll(routes, soon).toMatchObject(all)

  // a router reports its state again to a station that restarted
  const spans = (await history()).length
  await station?.stop()
  expect((await session())?.observedUntil).not.toBeNull()
  await listen()
  await expect.poll(async () => (await session())?.observedUntil, soon).toBeNull()
  await expect.poll(routes, soon).toMatchObject(all)
  expect(await history()).toHaveLength(spans)

  const killed = await during(() => msee.kill())
  await expect.poll(state, soon).toBe('down')
  const last = (await history()).at(-1)
  expect(last?.reason).toMatchObject({ by: 'remoteWithoutNotification' })
  expectWithin(last, killed)
  // meanwhile the router tries to connect in vain, and FRR reports each attempt
  const count = (await history()).length
  await new Promise((resolve) => setTimeout(resolve, 4_000))
  expect(await history()).toHaveLength(count)
}

describe('what real routers report', () => {
  it.skipIf(!isInstalled(FRR_BGPD_PROGRAM_PATH))(
    'FRR',
    async () => {
      folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-bmp-'))
      name = 'ce'
      const router = await start(async () => {
        const log = isInstalled('rsyslogd') ? await startRsyslog('ce', path.join(folder, 'ce')) : null
        const frr = new FrrDaemon(speaker, path.join(folder, 'ce'), log?.with)
        closing.push(
          () => frr.stop(),
          () => killProcessAndWait(log?.child ?? null),
        )
        return frr
      })
      await expectReportsOf(['adjInPre', 'adjInPost'])
      if (isInstalled('rsyslogd')) await expectReasonByLog(router)
    },
    180_000,
  )

  it.runIf(SHOULD_RUN_LONG_TESTS && isInstalled('gobgpd'))(
    'GoBGP',
    async () => {
      folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-bmp-'))
      name = 'GoBGP'
      await start(async () => {
        const router = new GobgpDaemon(speaker, path.join(folder, 'ce'))
        closing.push(() => router.kill())
        return router
      })
      await expectReportsOf(['adjInPre', 'adjInPost'])
    },
    180_000,
  )
})
