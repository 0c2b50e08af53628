import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  listRouters,
  routerRoutes,
  routerSessionHistory,
  type RouterSessionSpan,
  routerSessions,
} from '#lib/history/index.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { BirdDaemon } from '#lib/simulator/daemons/bird-daemon.ts'
import {
  ipIn,
  makeNamespace,
  namespaceOf,
  removeNamespaces,
  sweepNamespaces,
} from '#lib/simulator/daemons/namespaces.ts'
import { parsePrefix } from '#lib/simulator/prefix.ts'
import { LogReceiver } from '../../bin/bmp/log-receiver.ts'
import { RecordingReceiver } from '../../bin/bmp/recording-receiver.ts'
import { type Station, startStation } from './station/station.ts'
import { startSyslogStation, type SyslogStation } from './syslog/syslog-station.ts'

const db = withTestDatabase()
const PORT = 11_019
const LOG_PORT = 5_514
const [MSEE, CE] = ['192.0.2.98', '192.0.2.97']
const BGPD = '/usr/lib/frr/bgpd'
const isInstalled = (command: string) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0

/** Hands connections of a router's namespace on, through a socket that is a file: the network of this machine stays as it is. */
const RELAY = `const net = require('node:net')
net.createServer((router) => {
  const station = net.connect(process.argv[1])
  for (const end of [router, station]) for (const what of ['error', 'close']) end.on(what, () => { router.destroy(); station.destroy() })
  router.pipe(station); station.pipe(router)
}).listen(Number(process.argv[2]), '127.0.0.1')`

const FRR = `hostname ce
log syslog informational
router bgp 65010
 bgp router-id 10.255.0.1
 no bgp ebgp-requires-policy
 bgp log-neighbor-changes
 no bgp network import-check
 neighbor ${MSEE} remote-as 12076
 neighbor ${MSEE} timers connect 1
 address-family ipv4 unicast
  neighbor ${MSEE} soft-reconfiguration inbound
 exit-address-family
 bmp targets pw
  bmp connect 127.0.0.1 port ${PORT} min-retry 500 max-retry 2000
  bmp monitor ipv4 unicast pre-policy
  bmp monitor ipv4 unicast post-policy
`

const GOBGP = `[global.config]
  as = 65010
  router-id = "10.255.0.1"
[[neighbors]]
  [neighbors.config]
    neighbor-address = "${MSEE}"
    peer-as = 12076
  [neighbors.timers.config]
    connect-retry = 5
    idle-hold-time-after-reset = 1
[[bmp-servers]]
  [bmp-servers.config]
    address = "127.0.0.1"
    port = ${PORT}
    route-monitoring-policy = "all"
    # it notices that a station is gone when it writes
    statistics-timeout = 15
`

let folder = ''
/** what the router states */
let name = ''
let msee: BirdDaemon
let receiver: RecordingReceiver
let station: Station | null = null
let logs: LogReceiver
let logStation: SyslogStation | null = null
const pipes: Server[] = []
const children: ChildProcess[] = []

function inside(router: string, command: string, args: readonly string[]): ChildProcess {
  const all = ['netns', 'exec', namespaceOf(router), 'setpriv', '--pdeathsig', 'KILL', command, ...args]
  const child = spawn('ip', all, { stdio: 'ignore' })
  children.push(child)
  return child
}

/** @param port of the router's namespace */
function relay(port: number, to: () => number): void {
  const file = path.join(folder, `${port}.sock`)
  const pipe = createServer((router) => {
    const end = connect({ host: '127.0.0.1', port: to() })
    for (const one of [router, end]) {
      for (const what of ['error', 'close']) {
        one.on(what, () => {
          router.destroy()
          end.destroy()
        })
      }
    }
    router.pipe(end)
    end.pipe(router)
  }).listen(file)
  pipes.push(pipe)
  inside('ce', process.execPath, ['-e', RELAY, file, String(port)])
}

/**
 * The router's own /dev/log, which a real rsyslog reads and sends on, in a mount namespace of its own: the log of this machine stays as it is.
 * @returns the command that runs another one with it
 */
async function startLog(): Promise<string[]> {
  const devices = path.join(folder, 'dev')
  mkdirSync(devices)
  for (const device of ['null', 'zero', 'random', 'urandom']) spawnSync('cp', ['-a', `/dev/${device}`, devices])
  const config = path.join(folder, 'rsyslog.conf')
  writeFileSync(
    config,
    `module(load="imuxsock" SysSock.Name="${devices}/log")
*.* action(type="omfwd" target="127.0.0.1" port="${LOG_PORT}" protocol="tcp" TCP_Framing="octet-counted"
  template="RSYSLOG_SyslogProtocol23Format")
`,
  )
  inside('ce', 'rsyslogd', ['-n', '-f', config, '-i', path.join(folder, 'rsyslog.pid')])
  await expect.poll(() => existsSync(path.join(devices, 'log')), soon).toBe(true)
  return ['sh', '-c', `mount --bind ${devices} /dev && exec "$@"`, 'sh']
}

const announced = (prefixes: readonly string[]) => ({
  routes: prefixes.flatMap((text) => {
    const prefix = parsePrefix(text)
    return prefix ? [{ prefix, path: [12076, 65515] }] : []
  }),
})

beforeAll(async () => {
  await sweepNamespaces()
})

async function listen(): Promise<void> {
  station = await startStation({ host: '127.0.0.1', port: 0, allow: [] }, receiver)
}

/** The router's file is written by then. */
async function start(startRouter: () => void | Promise<void>): Promise<void> {
  receiver = new RecordingReceiver(db, componentLogger('bmp'))
  await listen()
  logs = new LogReceiver(db, componentLogger('syslog'))
  logStation = await startSyslogStation({ host: '127.0.0.1', port: 0, allow: [] }, logs)
  for (const router of ['ce', 'msee']) await makeNamespace(router)
  await ipIn('ce', [`link add to-msee type veth peer name to-ce netns ${namespaceOf('msee')}`])
  await ipIn('ce', [`addr add ${CE}/30 dev to-msee`, 'link set to-msee up'])
  await ipIn('msee', [`addr add ${MSEE}/30 dev to-ce`, 'link set to-ce up'])
  relay(PORT, () => station?.port ?? 0)
  relay(LOG_PORT, () => logStation?.port ?? 0)
  const neighbor = { name: 'ce', local: MSEE, address: CE, asn: 65010, bfd: false, passes: 'own' as const }
  const speaker = { name: 'msee', routerId: '10.0.4.4', asn: 12076, neighbors: [neighbor] }
  msee = new BirdDaemon(speaker, announced(['10.10.0.0/16', '10.11.0.0/16']), folder)
  await msee.start()
  await startRouter()
}

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await msee?.kill()
  await removeNamespaces(['ce', 'msee']).catch(() => undefined)
  for (const pipe of pipes.splice(0)) pipe.close()
  await station?.stop()
  await logStation?.stop()
  receiver?.stop()
  await logs?.stop()
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

const EVER = { from: Date.UTC(2020, 0), to: Date.UTC(2100, 0) }

async function session() {
  const router = (await listRouters(db.pool)).find((one) => one.name === name)
  const all = router ? await routerSessions(db.pool, router.id) : []
  return all.find(({ neighbor, peerType }) => neighbor === MSEE && peerType === 'global')
}

const history = async (): Promise<RouterSessionSpan[]> => {
  const found = await session()
  return found ? routerSessionHistory(db.pool, found.id, EVER) : []
}

const state = async () => (await session())?.state
const routes = async () => (await session())?.routes
const soon = { timeout: 60_000, interval: 100 }

/** Does something that ends the session, and says when. */
async function during(action: () => Promise<unknown>): Promise<{ before: number; after: number }> {
  const before = Date.now()
  await action()
  return { before, after: Date.now() }
}

/** Both faults lie within the bounds that are recorded, which are no wider than the second that the router names and 0.5 s. */
function expectWithin(span: RouterSessionSpan | undefined, done: { before: number; after: number }): void {
  expect(span?.from.latest).toBeGreaterThanOrEqual(done.before)
  expect(span?.from.earliest).toBeLessThanOrEqual(done.after)
  expect((span?.from.latest ?? Infinity) - (span?.from.earliest ?? 0)).toBeLessThan(1_500)
}

/** Its BMP says that FRR closed the session and not why; its log does. */
async function expectReasonByLog(socketFolder: string): Promise<void> {
  await msee.start()
  await expect.poll(state, soon).toBe('up')
  const cleared = spawnSync('vtysh', ['--vty_socket', socketFolder, '-c', `clear bgp ${MSEE}`])
  expect(cleared.status).toBe(0)
  const last = async () => (await history()).findLast((span) => span.state === 'down')?.reason
  await expect.poll(last, soon).toMatchObject({ by: 'local', notification: { code: 6, subcode: 4 } })
  const { rows } = await db.pool.query<{ text: string }>('SELECT text FROM router_log_line ORDER BY id')
  expect(rows.map(({ text }) => text).join('\n')).toMatch(/%ADJCHANGE: neighbor 192\.0\.2\.98.* Up/)
  expect((await listRouters(db.pool)).filter(({ address }) => address === '127.0.0.1')).toHaveLength(1)
}

/** What both routers have to report alike. */
async function expectReportsOf(views: readonly string[]): Promise<void> {
  await expect.poll(state, soon).toBe('up')
  const all = Object.fromEntries(views.map((view) => [view, 2]))
  await expect.poll(routes, soon).toMatchObject(all)
  const up = await session()
  expect(up).toMatchObject({ localAddress: CE, localAsn: 65010, neighborAsn: 12076, holdTimeSeconds: 10 })
  const found = await routerRoutes(db.pool, up?.id ?? 0, { ...EVER, limit: 100 })
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

  // a router reports its state again to a station that was away
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
  // it tries to connect in vain meanwhile, and FRR reports each attempt
  const count = (await history()).length
  await new Promise((resolve) => setTimeout(resolve, 4_000))
  expect(await history()).toHaveLength(count)
}

describe('what real routers report', () => {
  it.skipIf(!isInstalled(BGPD))(
    'FRR',
    async () => {
      folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-bmp-'))
      const [config, run] = [path.join(folder, 'bgpd.conf'), path.join(folder, 'frr')]
      mkdirSync(run)
      name = 'ce'
      writeFileSync(config, FRR)
      await start(async () => {
        const [command = BGPD, ...before] = isInstalled('rsyslogd') ? [...(await startLog()), BGPD] : [BGPD]
        const files = ['-f', config, '-i', path.join(run, 'pid'), '--vty_socket', run]
        inside('ce', command, [...before, ...files, '-M', 'bmp', '-n', '-Z', '-P', '0', '-S', '-p', '179'])
      })
      await expectReportsOf(['adjInPre', 'adjInPost'])
      if (isInstalled('rsyslogd')) await expectReasonByLog(run)
    },
    180_000,
  )

  it.skipIf(!isInstalled('gobgpd'))(
    'GoBGP',
    async () => {
      folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-bmp-'))
      name = 'GoBGP'
      const config = path.join(folder, 'gobgp.toml')
      writeFileSync(config, GOBGP)
      await start(() => void inside('ce', 'gobgpd', ['-f', config, '--api-hosts', '127.0.0.1:50051']))
      await expectReportsOf(['adjInPre', 'adjInPost'])
    },
    180_000,
  )
})
