/** FRR as a customer's router in a network namespace: bgpd, and with BFD also zebra and bfdd. */
import type { ChildProcess } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import {
  ROUTER_BMP_STATION_PORT,
  type CustomerRouterControl,
  type CustomerBgpSpeaker,
  type LoggedChange,
} from './customer-router.ts'
import { waitForDaemonAnswer, killProcessAndWait, runProgram, spawnInRouterNamespace } from './namespaces.ts'

const DAEMONS = '/usr/lib/frr'
/** Peer group of Azure and the collector. The same prefixes are announced to both. */
const GROUP = 'azure'
export const FRR_BGPD_PROGRAM_PATH = `${DAEMONS}/bgpd`

function frrConfig(
  { name, asn, routerId, neighbor, announces, bfd, station = '127.0.0.1', collector }: CustomerBgpSpeaker,
  log: string,
): string {
  const { address } = neighbor
  const collects = collector
    ? ` neighbor ${collector.address} remote-as ${collector.asn}
 neighbor ${collector.address} peer-group ${GROUP}
 neighbor ${collector.address} port ${collector.port}
 neighbor ${collector.address} timers connect 1
`
    : ''
  return `hostname ${name}
log file ${log} informational
log syslog informational
log timestamp precision 6
router bgp ${asn}
 bgp router-id ${routerId}
 bgp log-neighbor-changes
 no bgp ebgp-requires-policy
 no bgp network import-check
 timers bgp 3 10
 neighbor ${GROUP} peer-group
 neighbor ${address} remote-as ${neighbor.asn}
 neighbor ${address} peer-group ${GROUP}
 neighbor ${address} timers connect 1
${bfd ? ` neighbor ${address} bfd 3 300 300\n` : ''}${collects} address-family ipv4 unicast
${announces.map((prefix) => `  network ${prefix}\n`).join('')}  neighbor ${address} soft-reconfiguration inbound
 exit-address-family
 bmp targets pw
  bmp connect ${station} port ${ROUTER_BMP_STATION_PORT} min-retry 200 max-retry 1000
  bmp monitor ipv4 unicast pre-policy
  bmp monitor ipv4 unicast post-policy
route-map longer permit 10
 set as-path prepend ${asn} ${asn} ${asn}
`
}

const CHANGE = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d)\.(\d{6}) .*%ADJCHANGE: neighbor \S+ in vrf \S+ (Up|Down)/gm

export class FrrDaemon implements CustomerRouterControl {
  private readonly speaker: CustomerBgpSpeaker
  private readonly folder: string
  private readonly runs: readonly string[]
  private bgpd: ChildProcess | null = null
  private readonly others: ChildProcess[] = []

  /**
   * Prepares a router without starting it.
   * @param folder folder that only this router uses, below folders that every user may enter
   * @param runs command that wraps its daemons, if they need an environment
   */
  constructor(speaker: CustomerBgpSpeaker, folder: string, runs: readonly string[] = []) {
    this.speaker = speaker
    this.folder = folder
    this.runs = runs
  }

  /** Folder of the sockets on which its daemons are queried. */
  get sockets(): string {
    return path.join(this.folder, 'frr')
  }

  private get logFile(): string {
    return path.join(this.folder, 'bgpd.log')
  }

  /** Resolves when the daemon answers. */
  private async run(
    daemon: string,
    args: readonly string[],
    noteStarted: (child: ChildProcess) => void,
  ): Promise<void> {
    const files = ['-i', path.join(this.sockets, `${daemon}.pid`), '--vty_socket', this.sockets, '-P', '0']
    const zebra = this.speaker.bfd ? ['-z', path.join(this.sockets, 'zserv')] : []
    const [command, ...rest] = [...this.runs, path.join(DAEMONS, daemon), ...files, ...zebra, ...args]
    const child = spawnInRouterNamespace(this.speaker.name, command ?? daemon, rest)
    noteStarted(child)
    await waitForDaemonAnswer(child, () => this.vtysh(['-d', daemon], 'show version'))
  }

  /** Resolves when the router answers. */
  async start(): Promise<void> {
    mkdirSync(this.sockets, { recursive: true })
    // zebra and bfdd run as another user and must be able to enter the folder
    chmodSync(this.sockets, 0o777)
    const configuration = path.join(this.folder, 'bgpd.conf')
    writeFileSync(configuration, frrConfig(this.speaker, this.logFile))
    if (this.speaker.bfd && this.others.length === 0) {
      const noteOther = (child: ChildProcess) => void this.others.push(child)
      await this.run('zebra', [], noteOther)
      await this.run('bfdd', ['--bfdctl', path.join(this.sockets, 'bfdd.sock')], noteOther)
    }
    const alone = this.speaker.bfd ? [] : ['-Z', '-n']
    await this.run(
      'bgpd',
      ['-f', configuration, '-M', 'bmp', '-S', '-p', '179', ...alone],
      (child) => (this.bgpd = child),
    )
  }

  /** Ends bgpd like a crash; zebra and bfdd continue. */
  kill(): Promise<void> {
    return killProcessAndWait(this.bgpd)
  }

  pause(): void {
    this.bgpd?.kill('SIGSTOP')
  }

  resume(): void {
    this.bgpd?.kill('SIGCONT')
  }

  async stop(): Promise<void> {
    for (const child of [this.bgpd, ...this.others]) await killProcessAndWait(child)
  }

  /** Returns the changes of the session in FRR's own log, with microseconds. */
  log(): LoggedChange[] {
    if (!existsSync(this.logFile)) return []
    return [...readFileSync(this.logFile, 'utf8').matchAll(CHANGE)].map(([, year, month, day, time, micros, word]) => {
      const at = Date.parse(`${year}-${month}-${day}T${time}Z`) + Number(micros) / 1_000
      return { state: word === 'Up' ? 'up' : 'down', earliest: at, latest: at }
    })
  }

  private vtysh(options: readonly string[], ...commands: string[]): Promise<string> {
    const said = commands.flatMap((command) => ['-c', command])
    return runProgram('vtysh', ['--vty_socket', this.sockets, ...options, ...said])
  }

  private configure(...lines: string[]): Promise<string> {
    return this.vtysh(['-d', 'bgpd'], 'configure terminal', `router bgp ${this.speaker.asn}`, ...lines)
  }

  clear(): Promise<string> {
    return this.vtysh(['-d', 'bgpd'], `clear bgp ${this.speaker.neighbor.address}`)
  }

  shutDown(): Promise<string> {
    return this.configure(`neighbor ${this.speaker.neighbor.address} shutdown`)
  }

  enable(): Promise<string> {
    return this.configure(`no neighbor ${this.speaker.neighbor.address} shutdown`)
  }

  withdraw(prefix: string): Promise<string> {
    return this.configure('address-family ipv4 unicast', `no network ${prefix}`)
  }

  announce(prefix: string): Promise<string> {
    return this.configure('address-family ipv4 unicast', `network ${prefix}`)
  }

  /** Limits received prefixes. The UPDATE that exceeds the limit ends the session. */
  limitPrefixes(most: number): Promise<string> {
    return this.configure(
      'address-family ipv4 unicast',
      `neighbor ${this.speaker.neighbor.address} maximum-prefix ${most}`,
    )
  }

  /** Announces all prefixes with an AS path that is three ASNs longer, or with the usual path. */
  prepend(isLonger: boolean): Promise<string> {
    const which = `neighbor ${GROUP} route-map longer out`
    return this.configure('address-family ipv4 unicast', isLonger ? which : `no ${which}`)
  }
}
