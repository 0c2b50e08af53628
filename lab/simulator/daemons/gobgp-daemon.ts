/** GoBGP as a customer's router in a network namespace. It supports neither BFD nor link monitoring. */
import type { ChildProcess } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import {
  ROUTER_BMP_STATION_PORT,
  type CustomerRouterControl,
  type CustomerBgpSpeaker,
  type LoggedChange,
} from './customer-router.ts'
import {
  waitForDaemonAnswer,
  killProcessAndWait,
  getRouterNamespaceName,
  runProgram,
  spawnInRouterNamespace,
} from './namespaces.ts'

function gobgpConfig({ asn, routerId, neighbor }: CustomerBgpSpeaker): string {
  return `[global.config]
  as = ${asn}
  router-id = "${routerId}"
[[neighbors]]
  [neighbors.config]
    neighbor-address = "${neighbor.address}"
    peer-as = ${neighbor.asn}
  [neighbors.timers.config]
    connect-retry = 5
    hold-time = 10
    keepalive-interval = 3
[[bmp-servers]]
  [bmp-servers.config]
    address = "127.0.0.1"
    port = ${ROUTER_BMP_STATION_PORT}
    route-monitoring-policy = "all"
    # it notices that a station is gone when it writes
    statistics-timeout = 15
`
}

export class GobgpDaemon implements CustomerRouterControl {
  private readonly speaker: CustomerBgpSpeaker
  private readonly folder: string
  private child: ChildProcess | null = null
  private readonly changes: LoggedChange[] = []

  constructor(speaker: CustomerBgpSpeaker, folder: string) {
    this.speaker = speaker
    this.folder = folder
  }

  /** Resolves when the daemon answers. */
  async start(): Promise<void> {
    mkdirSync(this.folder, { recursive: true })
    const configuration = path.join(this.folder, 'gobgp.toml')
    writeFileSync(configuration, gobgpConfig(this.speaker))
    const args = ['-f', configuration, '--api-hosts', '127.0.0.1:50051', '--pprof-disable']
    const child = spawnInRouterNamespace(this.speaker.name, 'gobgpd', args, ['ignore', 'pipe', 'ignore'])
    this.child = child
    if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => this.read(line, Date.now()))
    await waitForDaemonAnswer(child, () => this.ask('neighbor'))
    for (const prefix of this.speaker.announces) await this.announce(prefix)
  }

  kill(): Promise<void> {
    return killProcessAndWait(this.child)
  }

  pause(): void {
    this.child?.kill('SIGSTOP')
  }

  resume(): void {
    this.child?.kill('SIGCONT')
  }

  /** Parses a line of the log. Its time has whole seconds, so the time of reading is used as the upper bound. */
  private read(line: string, latest: number): void {
    const said = /"msg":"Peer (Up|Down)".*"time":"([^"]+)"/.exec(line)
    if (!said) return
    this.changes.push({ state: said[1] === 'Up' ? 'up' : 'down', earliest: Date.parse(said[2] ?? ''), latest })
  }

  /** Returns the changes of the session in GoBGP's own log. */
  log(): LoggedChange[] {
    return [...this.changes]
  }

  private ask(...args: string[]): Promise<string> {
    return runProgram('ip', [
      'netns',
      'exec',
      getRouterNamespaceName(this.speaker.name),
      'gobgp',
      '-p',
      '50051',
      ...args,
    ])
  }

  clear(): Promise<string> {
    return this.ask('neighbor', this.speaker.neighbor.address, 'reset')
  }

  shutDown(): Promise<string> {
    return this.ask('neighbor', this.speaker.neighbor.address, 'disable')
  }

  enable(): Promise<string> {
    return this.ask('neighbor', this.speaker.neighbor.address, 'enable')
  }

  withdraw(prefix: string): Promise<string> {
    return this.ask('global', 'rib', 'del', prefix)
  }

  announce(prefix: string): Promise<string> {
    return this.ask('global', 'rib', 'add', prefix)
  }
}
