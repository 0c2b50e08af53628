/**
 * The network namespace in which the NOC's systems run. It reaches the routers through their management networks, and
 * this machine only through Unix sockets.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { connect, createServer, type Server } from 'node:net'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  ROUTER_BGP_COLLECTOR_PORT,
  ROUTER_BMP_STATION_PORT,
  SYSLOG_PORT,
} from '../simulator/daemons/customer-router.ts'
import {
  runIpCommandsInNamespace,
  killProcessAndWait,
  createRouterNamespace,
  getRouterNamespaceName,
  removeRouterNamespaces,
  spawnInRouterNamespace,
} from '../simulator/daemons/namespaces.ts'
import type { NocSite } from './estate.ts'

const NOC = 'noc'
/** Port at which the NOC's systems find the receiver of webhooks. */
export const HOOK_PORT = 9_999

/**
 * Script that runs in the namespace and forwards connections from ports to Unix sockets. For the receivers of BMP, BGP
 * and logs, it first sends a line with the address of the router.
 */
const INSIDE = `const net = require('node:net')
for (const [port, file, says] of JSON.parse(process.argv[1])) net.createServer((from) => {
  const to = net.connect(file)
  if (says) to.write(from.remoteAddress.replace('::ffff:', '') + '\\n')
  for (const end of [from, to]) for (const what of ['error', 'close']) end.on(what, () => { from.destroy(); to.destroy() })
  from.pipe(to); to.pipe(from)
}).listen(port, '0.0.0.0')`

/** Ports on this machine. */
interface StationPorts {
  /** ports of BMP stations, each of which receives all data */
  bmp: readonly number[]
  /** port of a BGP speaker, only one because it answers; null = none */
  bgp: number | null
  /** ports of receivers of logs, each of which receives all lines */
  logs: readonly number[]
}

export class ManagementNetwork {
  readonly folder: string
  readonly #stations: Server[]
  #relay: ChildProcess | null = null

  private constructor(folder: string, sites: readonly NocSite[], { bmp, bgp, logs }: StationPorts) {
    this.folder = folder
    const reporters = new Map(
      sites.flatMap(({ managed, reporter }) => [
        [managed.primary, reporter.primary],
        [managed.secondary, reporter.secondary],
      ]),
    )
    const relay = (file: string, ports: readonly number[]) =>
      createServer((router) => {
        router.once('data', (first) => {
          const end = first.indexOf(10)
          const localAddress = reporters.get(first.toString('latin1', 0, end))
          const stations = ports.map((port) => connect({ host: '127.0.0.1', port, localAddress }))
          const all = [router, ...stations]
          for (const one of all)
            for (const what of ['error', 'close']) one.on(what, () => all.forEach((end) => end.destroy()))
          for (const station of stations) {
            station.write(first.subarray(end + 1))
            router.pipe(station)
            // receivers of BMP and logs never send data, so that only BGP uses this direction
            station.pipe(router)
          }
        })
      }).listen(path.join(folder, file))
    this.#stations = [relay('bmp.sock', bmp), relay('bgp.sock', bgp === null ? [] : [bgp]), relay('log.sock', logs)]
  }

  static async start(folder: string, sites: readonly NocSite[], stations: StationPorts): Promise<ManagementNetwork> {
    await createRouterNamespace(NOC)
    const management = new ManagementNetwork(folder, sites, stations)
    const ports = [
      [ROUTER_BMP_STATION_PORT, path.join(folder, 'bmp.sock'), true],
      [ROUTER_BGP_COLLECTOR_PORT, path.join(folder, 'bgp.sock'), true],
      [SYSLOG_PORT, path.join(folder, 'log.sock'), true],
      [HOOK_PORT, path.join(folder, 'hook.sock'), false],
    ]
    management.#relay = spawnInRouterNamespace(NOC, process.execPath, ['-e', INSIDE, JSON.stringify(ports)])
    return management
  }

  get namespace(): string {
    return getRouterNamespaceName(NOC)
  }

  /**
   * Connects the namespace to the sites' management networks, which must exist. Each path's far end is reached through
   * that path's router.
   */
  async join(sites: readonly NocSite[]): Promise<void> {
    for (const { id, noc, managed, msee } of sites)
      await runIpCommandsInNamespace(NOC, [
        `addr add ${noc}/24 dev m${id}`,
        `link set m${id} up`,
        `route add ${msee.primary}/32 via ${managed.primary} src ${noc}`,
        `route add ${msee.secondary}/32 via ${managed.secondary} src ${noc}`,
      ])
  }

  /**
   * Starts a program in the namespace. Its output is discarded.
   * @returns its process ID
   * @throws Error if it ends immediately
   */
  async run(command: string, args: readonly string[]): Promise<number> {
    const all = ['netns', 'exec', this.namespace, 'setpriv', '--pdeathsig', 'KILL', command, ...args]
    const stdio = process.env.NOC_STACK_LOUD ? 'inherit' : 'ignore'
    const child = spawn('ip', all, { stdio, cwd: this.folder, env: { ...process.env, TZ: 'UTC' } })
    await delay(1_000)
    if (child.exitCode !== null)
      throw new Error(`${command} ended: ${child.exitCode}; NOC_STACK_LOUD=1 shows what it says`)
    return child.pid ?? 0
  }

  async stop(): Promise<void> {
    await killProcessAndWait(this.#relay)
    for (const station of this.#stations) station.close()
    await removeRouterNamespaces([NOC])
  }
}

/** Returns the path of a program; null = Debian's package is not installed. */
export function findProgramPath(name: string): string | null {
  const folders = ['/usr/sbin', '/usr/bin', '/usr/lib/x86_64-linux-gnu/icinga2/sbin']
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file)) ?? null
}

/** Returns the version of a Debian package; null = it is not installed. */
export function readDebianPackageVersion(name: string): string | null {
  const { status, stdout } = spawnSync('dpkg-query', ['-W', '-f', '${db:Status-Status} ${Version}', name], {
    encoding: 'utf8',
  })
  const [state, version = ''] = stdout.split(' ')
  return status === 0 && state === 'installed' ? version : null
}
