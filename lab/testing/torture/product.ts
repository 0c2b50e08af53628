import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { readEmbeddedAccess } from '#lib/platform/bootstrap/embedded-access.ts'
import { isAlive } from '#lib/platform/bootstrap/process-identity.ts'
import { findFreePort } from '#lib/platform/bootstrap/postgres.ts'
import { readPid } from '#lib/platform/bootstrap/pid-files.ts'
import type { PostgresReplicationPair } from '#lib/platform/testing/server-pair.ts'
import { readProcesses } from '#lib/setup/processes.ts'
import { type DiskFaultInjector, mountDisk } from './disk.ts'
import { ProcessClockAndDnsFaults } from './disturbance.ts'
import { SHORT_POLL_INTERVAL_SETTINGS } from './intervals.ts'
import { type TortureTestProcessName, tortureTestProcessNames } from './plan.ts'
import { ProcessOutputLog, ProcessSignalSender } from './processes.ts'
import type { TortureTestTarget } from './target.ts'

const ROOT = path.resolve(import.meta.dirname, '../../..')
/** Maximum duration of the start, because the first start installs packages and builds the web. */
const START_WITHIN_MS = 900_000

/** The whole product like `npm start`, with a simulated Azure and a data folder on a separate disk. */
export class TortureTestProduct implements TortureTestTarget {
  readonly disturbance: ProcessClockAndDnsFaults
  readonly disk: DiskFaultInjector | null
  readonly failOver: TortureTestTarget['failOver']
  readonly #servers: PostgresReplicationPair | null
  readonly #processes: readonly TortureTestProcessName[]
  readonly #folder: string
  readonly #environment: Record<string, string>
  readonly #signals = new ProcessSignalSender<TortureTestProcessName>()
  readonly #log = new ProcessOutputLog()
  readonly polls = this.#log.polls
  #dataDir: string
  #child: ChildProcess | null = null
  #url = ''
  /** time at which a worker last reported that it starts polling, in epoch milliseconds */
  #pollingSince = 0

  /**
   * Prepares the product.
   * @param options.ownDisk whether a file system may be mounted for it
   * @param options.servers database servers; null = the product runs its own server
   */
  constructor(options: {
    ownDisk: boolean
    servers: PostgresReplicationPair | null
    environment: Record<string, string>
  }) {
    const { servers } = options
    this.#servers = servers
    this.#processes = servers ? tortureTestProcessNames.filter((name) => name !== 'postgres') : tortureTestProcessNames
    // run failovers one after the other, because each needs the standby that the previous one leaves
    let last = Promise.resolve()
    this.failOver = servers && (() => (last = last.then(() => servers.failOver())))
    this.#folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-torture-'))
    chmodSync(this.#folder, 0o755)
    const disk = path.join(this.#folder, 'disk')
    mkdirSync(disk)
    this.disk = options.ownDisk ? mountDisk(disk) : null
    chmodSync(disk, 0o755)
    this.#dataDir = path.join(disk, 'data')
    this.disturbance = new ProcessClockAndDnsFaults(path.join(this.#folder, 'disturbance'))
    this.#environment = options.environment
  }

  get url(): string {
    return this.#url
  }

  /** Names of the product's processes that may be killed. */
  get processes(): readonly TortureTestProcessName[] {
    return this.#processes
  }

  get adminUrl(): string {
    if (this.#servers) return this.#servers.primary.url
    const { DATABASE_URL = '' } = JSON.parse(readFileSync(path.join(this.#dataDir, 'run/environment.json'), 'utf8'))
    return readEmbeddedAccess(this.#dataDir).urlsOn(Number(new URL(DATABASE_URL).port))('peerwatch')
  }

  /** Starts the product. Resolves after it answers and polls. */
  async start(): Promise<void> {
    const port = await findFreePort()
    this.#url = `http://127.0.0.1:${port}`
    const child = spawn(process.execPath, ['bin/start.mjs'], {
      cwd: ROOT,
      env: { ...this.#settings(), ...this.disturbance.environment(), PORT: String(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', (line) => this.#read(line))
    const until = performance.now() + START_WITHIN_MS
    while (!(await this.isUp())) {
      if (child.exitCode !== null || performance.now() > until)
        throw new Error(`the product did not start:\n${this.said()}`)
      await delay(250)
    }
  }

  async stop(): Promise<number | null> {
    const child = this.#child
    if (!child) return null
    this.#child = null
    if (child.exitCode !== null) return child.exitCode
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    return ended
  }

  /**
   * Writes a backup of the running product.
   * @returns the file
   */
  backup(): Promise<string> {
    const file = path.join(this.#folder, `${Date.now()}.backup.gz`)
    return this.#command('backup', file).then(() => file)
  }

  /** Stops the product, restores a backup into a new data folder, like on a new machine, and starts it again. */
  async goOnWith(file: string): Promise<void> {
    await this.stop()
    rmSync(this.#dataDir, { recursive: true, force: true })
    this.#dataDir = path.join(path.dirname(this.#dataDir), `restored-${Date.now()}`)
    await this.#command('restore', file)
    rmSync(file)
    await this.start()
  }

  signal(name: TortureTestProcessName, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): boolean {
    const pid = readPid(this.#dataDir, name)
    const running = pid !== null && isAlive(pid) ? pid : null
    this.#signals.send(name, running, signal)
    return running !== null
  }

  async isUp(): Promise<boolean> {
    if (!this.isRunning) throw new Error(`npm start ended by itself:\n${this.said()}`)
    if (!this.#processes.every((name) => isAlive(readPid(this.#dataDir, name) ?? 0))) return false
    const worker = readProcesses(this.#dataDir).find(({ name }) => name === 'worker')
    // a started process needs seconds to load its code
    if ((worker?.startedAt ?? Number.POSITIVE_INFINITY) > this.#pollingSince) return false
    const answer = await fetch(`${this.#url}/api/health`, { signal: AbortSignal.timeout(3_000) }).catch(() => null)
    return answer?.ok === true
  }

  get isRunning(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null
  }

  said(): string {
    return this.#log.said()
  }

  async dispose(): Promise<void> {
    for (const name of this.#processes) this.signal(name, 'SIGCONT')
    await this.stop()
    this.disk?.unmount()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #settings(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      HOST: '127.0.0.1',
      DATA_DIR: this.#dataDir,
      ACCESS: 'open',
      // encrypts secrets in a backup, so that another data folder can restore them
      SECRETS_KEY: 'torture-'.repeat(5),
      AZURE_SUBSCRIPTION_IDS: '*',
      LOG_LEVEL: 'debug',
      LOG_FORMAT: 'json',
      ...SHORT_POLL_INTERVAL_SETTINGS,
      ...(this.#servers && { DATABASE_URL: this.#servers.address('target_session_attrs=read-write') }),
      ...this.#environment,
    }
  }

  async #command(name: string, file: string): Promise<void> {
    const child = spawn(process.execPath, ['bin/run.mjs', name, file], {
      cwd: ROOT,
      env: { ...this.#settings(), LOG_LEVEL: 'silent' },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.on('data', (chunk) => {
      said += chunk
    })
    const code = await new Promise((resolve) => child.once('exit', resolve))
    if (code !== 0) throw new Error(`npm run ${name} ended with ${code}: ${said}`)
  }

  #read(line: string): void {
    if (this.#log.read(line)) this.#pollingSince = Date.now()
  }
}
