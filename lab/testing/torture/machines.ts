import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { buildWeb } from '#lib/platform/bootstrap/prepare.ts'
import { findRunnableFile } from '#lib/platform/bootstrap/programs.mjs'
import {
  buildWebHeapArguments,
  limitMallocArenas,
  buildWorkerHeapArguments,
} from '#lib/platform/bootstrap/process-memory.ts'
import { type ReplicationServerHost, startServerPair } from '#lib/platform/testing/server-pair.ts'
import { getRouterNamespaceName, runProgram } from '../../simulator/daemons/namespaces.ts'
import { type DiskFaultInjector, mountDisk } from './disk.ts'
import { ProcessClockAndDnsFaults } from './disturbance.ts'
import { SHORT_POLL_INTERVAL_SETTINGS } from './intervals.ts'
import {
  getAddressOfMachine,
  type TortureTestMachineName,
  TortureTestNetwork,
  EXTERNAL_SERVICES_ADDRESS,
} from './network.ts'
import {
  type DroppedPacketDirection,
  type PartitionedMachinePair,
  PARTITIONABLE_MACHINE_PAIRS,
  type PartitionedMachineRole,
  PARTITIONABLE_PATRONI_PAIRS,
} from './plan.ts'
import { ProcessOutputLog, ProcessSignalSender } from './processes.ts'
import { type TortureTestDatabaseServers, startPatroniServers } from './servers.ts'
import type { TortureTestTarget } from './target.ts'

const ROOT = path.resolve(import.meta.dirname, '../../..')
const PORT = 3000
const START_WITHIN_MS = 180_000
/** Delay before a process is restarted, like a systemd unit that is always restarted. */
const RESTART_MS = 1_000
/** Memory that a limited process may still allocate, in bytes. It is less than a poll of everything or a page needs. */
const MEMORY_LEFT = 4 << 20

const parts = ['worker', 'web'] as const
type Part = (typeof parts)[number]

/**
 * The product as deployed on separate machines: a worker, a web, and a primary with its synchronous standby. Each runs
 * in a network namespace, so that packets between them can be dropped.
 */
export class TortureTestDeployment implements TortureTestTarget {
  readonly url = `http://${getAddressOfMachine('web')}:${PORT}`
  readonly processes = parts
  readonly partitions: readonly PartitionedMachinePair[]
  readonly disturbance: ProcessClockAndDnsFaults
  readonly #network = new TortureTestNetwork()
  readonly #folder: string
  readonly #disk: DiskFaultInjector
  readonly #running = new Map<Part, ChildProcess>()
  readonly #signals = new ProcessSignalSender<Part>()
  readonly #log = new ProcessOutputLog()
  readonly polls = this.#log.polls
  readonly #environment: Record<string, string>
  #servers: TortureTestDatabaseServers | null = null
  readonly #isPatroni: boolean
  #failingOver = Promise.resolve()
  #isPolling = false
  #isEnding = false

  /**
   * Prepares the machines.
   * @param environment additional environment of worker and web
   * @param isPatroni whether to use three servers under Patroni instead of a pair
   */
  constructor(environment: Record<string, string>, isPatroni: boolean) {
    this.#isPatroni = isPatroni
    this.partitions = isPatroni ? PARTITIONABLE_PATRONI_PAIRS : PARTITIONABLE_MACHINE_PAIRS
    this.#folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-torture-'))
    chmodSync(this.#folder, 0o755)
    mkdirSync(path.join(this.#folder, 'disk'))
    this.#disk = mountDisk(path.join(this.#folder, 'disk'))
    chmodSync(path.join(this.#folder, 'disk'), 0o755)
    this.disturbance = new ProcessClockAndDnsFaults(path.join(this.#folder, 'disturbance'))
    this.#environment = environment
  }

  get adminUrl(): string {
    return this.#pair.primary.url
  }

  get disk(): TortureTestTarget['disk'] {
    // a server that cannot write ends, and the servers of a pair are not restarted
    return this.#isPatroni ? null : { pause: this.#disk.pause }
  }

  /** Opens the network namespaces. Must run first, because Azure has an address in them. */
  async open(): Promise<void> {
    await this.#network.open(this.#folder)
  }

  /** Starts the product. Resolves after the page answers and the worker polls. */
  async start(): Promise<void> {
    await buildWeb(ROOT)
    this.#servers = this.#isPatroni ? await startPatroniServers() : await this.#startPair()
    await runProgram('env', [
      ...Object.entries(this.#settings('worker')).flatMap(([name, value]) => (value ? [`${name}=${value}`] : [])),
      process.execPath,
      path.join(ROOT, 'bin/run.mjs'),
      'migrate',
    ])
    for (const part of parts) this.#run(part)
    const until = performance.now() + START_WITHIN_MS
    while (!(await this.isUp())) {
      if (performance.now() > until) throw new Error(`the product did not start:\n${this.said()}`)
      await delay(250)
    }
  }

  signal(name: Part | 'postgres', signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): boolean {
    if (name === 'postgres') return false
    const pid = this.#running.get(name)?.pid
    this.#signals.send(name, pid ?? null, signal)
    return pid !== undefined
  }

  async isUp(): Promise<boolean> {
    if (!this.#isPolling || !parts.every((part) => this.#running.has(part))) return false
    const answer = await fetch(`${this.url}/api/health`, { signal: AbortSignal.timeout(3_000) }).catch(() => null)
    return answer?.ok === true
  }

  said(): string {
    return this.#log.said()
  }

  /**
   * Switches to the standby; null if Patroni does this itself. Failovers run one after the other, because each needs
   * the standby that the previous one leaves.
   */
  get failOver(): TortureTestTarget['failOver'] {
    const { failOver } = this.#pair
    return failOver ? () => (this.#failingOver = this.#failingOver.then(failOver)) : null
  }

  cut([one, other]: PartitionedMachinePair, direction: DroppedPacketDirection): Promise<() => Promise<void>> {
    const [from, to] = [this.#addressOf(one), this.#addressOf(other)]
    const [there, back] = [[from, to] as const, [to, from] as const]
    return this.#network.cut({ there: [there], back: [back], both: [there, back] }[direction])
  }

  /**
   * Limits the memory of a process, until the process ends at the latest.
   * @returns a function that removes the limit
   */
  async limitMemory(name: Part): Promise<() => Promise<unknown>> {
    const pid = this.#running.get(name)?.pid
    if (pid === undefined) return async () => {}
    const limit = async (bytes: string) =>
      void (await runProgram('prlimit', ['--pid', String(pid), `--data=${bytes}:unlimited`]).catch(() => ''))
    const status = await runProgram('grep', ['VmData', `/proc/${pid}/status`]).catch(() => '')
    const held = Number(/\d+/.exec(status)?.[0] ?? 0) * 1_024
    if (held > 0) await limit(String(held + MEMORY_LEFT))
    return () => limit('unlimited')
  }

  async dispose(): Promise<void> {
    this.#isEnding = true
    for (const part of parts) this.signal(part, 'SIGCONT')
    for (const child of this.#running.values()) child.kill('SIGTERM')
    await delay(3_000)
    for (const child of this.#running.values()) child.kill('SIGKILL')
    await this.#servers?.stop()
    await this.#network.close()
    this.#disk.unmount()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #startPair(): Promise<TortureTestDatabaseServers> {
    const pair = await startServerPair({
      folder: path.join(this.#folder, 'disk'),
      places: [this.#place('first'), this.#place('second')],
    })
    await pair.waitForStandby()
    return pair
  }

  get #pair(): TortureTestDatabaseServers {
    if (!this.#servers) throw new Error('the database was not started')
    return this.#servers
  }

  #addressOf(end: PartitionedMachineRole): string {
    if (end === 'database') return this.#pair.primary.host
    if (end === 'standby') return this.#pair.standby.host
    return end === 'outside' ? EXTERNAL_SERVICES_ADDRESS : getAddressOfMachine(end)
  }

  /** Returns a place whose start script runs the server in the machine's namespace as the server's user. */
  #place(machine: TortureTestMachineName): ReplicationServerHost {
    const host = getAddressOfMachine(machine)
    return {
      host,
      files: (files) => {
        const native = path.join(this.#folder, machine)
        const { uid, gid } = files.user ?? { uid: 0, gid: 0 }
        const become = `setpriv --reuid=${uid} --regid=${gid} --clear-groups`
        const command = `ip netns exec ${getRouterNamespaceName(machine)} ${become} '${files.native}/bin/postgres'`
        mkdirSync(path.join(native, 'bin'), { recursive: true })
        writeFileSync(path.join(native, 'bin/postgres'), `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 })
        return { ...files, native, user: null }
      },
    }
  }

  #settings(part: Part): NodeJS.ProcessEnv {
    return {
      ...limitMallocArenas(process.env),
      HOST: getAddressOfMachine('web'),
      PORT: String(PORT),
      DATA_DIR: path.join(this.#folder, part),
      DATABASE_URL: this.#pair.address('target_session_attrs=read-write&sslmode=disable'),
      ACCESS: 'open',
      AZURE_SUBSCRIPTION_IDS: '*',
      LOG_LEVEL: 'debug',
      LOG_FORMAT: 'json',
      PROOF_URL: this.url,
      ...SHORT_POLL_INTERVAL_SETTINGS,
      ...this.#environment,
    }
  }

  #run(part: Part): void {
    if (this.#isEnding) return
    const heap =
      part === 'web' ? buildWebHeapArguments(Number.POSITIVE_INFINITY, undefined) : buildWorkerHeapArguments(undefined)
    const program = [process.execPath, ...heap, findRunnableFile(ROOT, `bin/${part}.ts`)]
    const child = spawn(
      'ip',
      ['netns', 'exec', getRouterNamespaceName(part), 'setpriv', '--pdeathsig', 'KILL', ...program],
      {
        cwd: ROOT,
        env: { ...this.#settings(part), ...this.disturbance.environment() },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    this.#running.set(part, child)
    for (const input of [child.stdout, child.stderr])
      createInterface({ input }).on('line', (line) => this.#read(part, line))
    child.once('exit', async (code, signal) => {
      this.#running.delete(part)
      if (part === 'worker') this.#isPolling = false
      this.#log.read(`${part} ended: ${signal ?? code}`)
      await delay(RESTART_MS)
      this.#run(part)
    })
  }

  #read(part: Part, line: string): void {
    if (this.#log.read(line) && part === 'worker') this.#isPolling = true
  }
}
