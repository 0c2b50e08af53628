import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { constants, setPriority, tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '#lib/platform/bootstrap/postgres.mjs'
import { BirdDaemon } from '#lib/simulator/daemons/bird-daemon.ts'
import {
  ipIn,
  makeNamespace,
  namespaceOf,
  removeNamespaces,
  run,
  sweepNamespaces,
} from '#lib/simulator/daemons/namespaces.ts'
import { parsePrefix } from '#lib/simulator/prefix.ts'
import type { Logged, Unwatched } from './compare.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
export const MSEE = '192.0.2.98'
const CE = '192.0.2.97'
const BMP_PORT = 11_019
const PATIENCE_MS = 60_000
/** What a reset takes until the session could be up again. */
const SETTLE_MS = 300

/** Hands connections of the router's namespace on, through a socket that is a file: the network of this machine stays as it is. */
const RELAY = `require('node:net').createServer((router) => {
  const station = require('node:net').connect(process.argv[1])
  for (const end of [router, station]) for (const what of ['error', 'close']) end.on(what, () => { router.destroy(); station.destroy() })
  router.pipe(station); station.pipe(router)
}).listen(${BMP_PORT}, '127.0.0.1')`

const configurationOf = (log: string) => `hostname ce
log file ${log} informational
log timestamp precision 6
router bgp 65010
 bgp router-id 10.255.0.1
 bgp log-neighbor-changes
 no bgp ebgp-requires-policy
 no bgp network import-check
 timers bgp 3 10
 neighbor ${MSEE} remote-as 12076
 neighbor ${MSEE} timers connect 1
 address-family ipv4 unicast
  neighbor ${MSEE} soft-reconfiguration inbound
 exit-address-family
 bmp targets pw
  bmp connect 127.0.0.1 port ${BMP_PORT} min-retry 200 max-retry 1000
  bmp monitor ipv4 unicast pre-policy
  bmp monitor ipv4 unicast post-policy
`

const announced = (prefixes: readonly string[], prepended = 0) => ({
  routes: prefixes.flatMap((text) => {
    const prefix = parsePrefix(text)
    return prefix ? [{ prefix, path: [12_076, ...Array.from({ length: prepended }, () => 12_076), 65_515] }] : []
  }),
})

/** What is measured is the router and the station, and not what else this machine does. */
function beforeOthers({ pid }: ChildProcess): void {
  if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_HIGH)
}

/** FRR as a customer's router, BIRD as the MSEE, and a station as `npm run bmp` starts it. */
export class LiveRouter {
  readonly msee: BirdDaemon
  readonly unwatched: Unwatched[] = []
  private readonly folder: string
  private readonly databaseUrl: string
  private readonly port: number
  private readonly routes: () => Promise<string[]>
  private readonly children: ChildProcess[] = []
  private station: ChildProcess | null = null
  private pipe: Server | null = null

  private constructor(folder: string, databaseUrl: string, port: number, routes: () => Promise<string[]>) {
    this.routes = routes
    this.folder = folder
    this.databaseUrl = databaseUrl
    this.port = port
    const neighbor = { name: 'ce', local: MSEE, address: CE, asn: 65_010, bfd: false, passes: 'own' as const }
    const speaker = { name: 'msee', routerId: '10.0.4.4', asn: 12_076, neighbors: [neighbor] }
    this.msee = new BirdDaemon(speaker, announced(['10.10.0.0/16', '10.11.0.0/16']), folder)
  }

  /** @param routes that are recorded of the MSEE, each with its AS path behind it */
  static async start(databaseUrl: string, routes: () => Promise<string[]>): Promise<LiveRouter> {
    await sweepNamespaces()
    const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-faults-'))
    // FRR's daemons are another user's
    chmodSync(folder, 0o777)
    const router = new LiveRouter(folder, databaseUrl, await freePort(), routes)
    try {
      await router.begin()
    } catch (error) {
      await router.stop()
      throw error
    }
    return router
  }

  private async begin(): Promise<void> {
    await this.startStation()
    const file = path.join(this.folder, 'station.sock')
    this.pipe = createServer((router) => {
      const end = connect({ host: '127.0.0.1', port: this.port })
      for (const one of [router, end])
        for (const what of ['error', 'close'])
          one.on(what, () => {
            router.destroy()
            end.destroy()
          })
      router.pipe(end)
      end.pipe(router)
    }).listen(file)
    for (const name of ['ce', 'msee']) await makeNamespace(name)
    await ipIn('ce', [`link add to-msee type veth peer name to-ce netns ${namespaceOf('msee')}`])
    await ipIn('ce', [`addr add ${CE}/30 dev to-msee`, 'link set to-msee up'])
    await ipIn('msee', [`addr add ${MSEE}/30 dev to-ce`, 'link set to-ce up'])
    this.inside(process.execPath, ['-e', RELAY, file])
    await this.msee.start()
    const configuration = path.join(this.folder, 'bgpd.conf')
    mkdirSync(this.sockets)
    writeFileSync(configuration, configurationOf(this.logFile))
    const files = ['-f', configuration, '-i', path.join(this.sockets, 'pid'), '--vty_socket', this.sockets]
    this.inside('/usr/lib/frr/bgpd', [...files, '-M', 'bmp', '-n', '-Z', '-P', '0', '-S', '-p', '179'])
  }

  private get sockets(): string {
    return path.join(this.folder, 'frr')
  }

  private get logFile(): string {
    return path.join(this.folder, 'bgpd.log')
  }

  private inside(command: string, args: readonly string[]): void {
    const all = ['netns', 'exec', namespaceOf('ce'), 'setpriv', '--pdeathsig', 'KILL', command, ...args]
    const child = spawn('ip', all, { stdio: 'ignore', env: { ...process.env, TZ: 'UTC' } })
    beforeOthers(child)
    this.children.push(child)
  }

  private async startStation(): Promise<void> {
    const env = {
      ...process.env,
      DATABASE_URL: this.databaseUrl,
      BMP_LISTEN: `127.0.0.1:${this.port}`,
      DATA_DIR: this.folder,
      PEERWATCH_ENVIRONMENT: 'complete',
    }
    const station = spawn(process.execPath, [path.join(ROOT, 'bin/bmp.ts'), '--announce'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.station = station
    beforeOthers(station)
    await new Promise<void>((resolve, reject) => {
      station.stdout.once('data', () => resolve())
      station.once('exit', () => reject(new Error('the station did not start')))
    })
    // what it logs is not read
    station.stdout.resume()
  }

  private async stopStation(): Promise<void> {
    const { station } = this
    this.station = null
    if (!station || station.exitCode !== null || station.signalCode !== null) return
    const gone = new Promise((resolve) => station.once('exit', resolve))
    station.kill('SIGTERM')
    await gone
  }

  /** The changes of the session in FRR's own log. */
  log(): Logged[] {
    if (!existsSync(this.logFile)) return []
    const pattern =
      /^(\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d)\.(\d{6}) .*%ADJCHANGE: neighbor \S+ in vrf \S+ (Up|Down)/gm
    return [...readFileSync(this.logFile, 'utf8').matchAll(pattern)].map(
      ([, year, month, day, time, micros, word]) => ({
        state: word === 'Up' ? 'up' : 'down',
        at: Date.parse(`${year}-${month}-${day}T${time}Z`) + Number(micros) / 1_000,
      }),
    )
  }

  isUp(): boolean {
    return this.log().at(-1)?.state === 'up'
  }

  async until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS
    while (!(await isSo())) {
      if (performance.now() > deadline) throw new Error(`not within ${PATIENCE_MS / 1_000} s: ${what}`)
      await delay(50)
    }
  }

  /** Ends the session, waits until the router has noticed, and brings it back. */
  async down(end: () => unknown, recover?: () => Promise<unknown>, forMs = SETTLE_MS): Promise<void> {
    const falls = () => this.log().filter(({ state }) => state === 'down').length
    const before = falls()
    await end()
    await delay(forMs)
    await this.until(() => falls() > before, 'the session is down')
    await recover?.()
    await this.until(() => this.isUp(), 'the session is up')
  }

  link(to: 'up' | 'down'): Promise<void> {
    return ipIn('msee', [`link set to-ce ${to}`])
  }

  private vtysh(...commands: string[]): Promise<string> {
    return run('vtysh', ['--vty_socket', this.sockets, ...commands.flatMap((command) => ['-c', command])])
  }

  clear(): Promise<string> {
    return this.vtysh(`clear bgp ${MSEE}`)
  }

  /** @param said of the neighbor; @param family the block that it stands in */
  configure(said: string, family?: string): Promise<string> {
    const [no, rest] = said.startsWith('no ') ? ['no ', said.slice(3)] : ['', said]
    return this.vtysh(
      'configure terminal',
      'router bgp 65010',
      ...(family ? [family] : []),
      `${no}neighbor ${MSEE} ${rest}`,
    )
  }

  send(prefixes: readonly string[], prepended = 0): Promise<void> {
    return this.msee.follow(announced(prefixes, prepended))
  }

  /** Resolves when it is recorded. */
  async announce(prefixes: readonly string[], prepended = 0): Promise<void> {
    await this.send(prefixes, prepended)
    const path = [12_076, ...Array.from({ length: prepended }, () => 12_076), 65_515].join(' ')
    const expected = prefixes.map((prefix) => `${prefix} ${path}`).join()
    await this.until(async () => (await this.routes()).toSorted().join() === expected, `recorded: ${expected}`)
  }

  /** Does something while no station is there. */
  async away(work: () => Promise<void>): Promise<void> {
    const from = Date.now()
    await this.stopStation()
    await work()
    // FRR names whole seconds; a life that begins in the one in which the station comes back can't be placed
    await delay(1_100)
    await this.startStation()
    await delay(3_000)
    this.unwatched.push({ from, to: Date.now(), isAway: true })
    // the next change shall not begin, by the second that FRR names, before this ended
    await delay(1_500)
  }

  /** Does something while the station does not run. */
  async slow(work: () => Promise<void>): Promise<void> {
    const from = Date.now()
    this.station?.kill('SIGSTOP')
    await work()
    this.station?.kill('SIGCONT')
    await delay(SETTLE_MS)
    this.unwatched.push({ from, to: Date.now(), isAway: false })
  }

  async stop(): Promise<void> {
    for (const child of this.children) child.kill('SIGKILL')
    await this.msee.kill()
    await this.stopStation()
    await removeNamespaces(['ce', 'msee']).catch(() => undefined)
    this.pipe?.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
