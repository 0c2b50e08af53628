import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { processCpu } from '../history/postgres-cpu.ts'
import type { WorkerPoll } from './figures.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

interface Running {
  child: ChildProcess
  /** seconds of CPU when it began to poll; null = it does not yet */
  cpuAtFirst: number | null
  ended: Promise<void>
}

/** Workers as they run in production, each a process of its own. */
export class WorkerPool {
  readonly polls: WorkerPoll[] = []
  readonly #environment: NodeJS.ProcessEnv
  readonly #running = new Map<number, Running>()
  /** seconds of CPU of those that have ended, after their start */
  #spentCpu = 0
  #fault: Error | null = null

  constructor(environment: NodeJS.ProcessEnv) {
    this.#environment = environment
  }

  start(): void {
    const child = spawn(process.execPath, ['bin/worker.ts'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...this.#environment, LOG_LEVEL: 'debug', LOG_FORMAT: 'json' },
    })
    const pid = child.pid ?? 0
    const running: Running = {
      child,
      cpuAtFirst: null,
      ended: new Promise((resolve) => child.once('exit', () => resolve())),
    }
    this.#running.set(pid, running)
    child.once('exit', (code, signal) => {
      if (this.#running.has(pid)) this.#fault ??= new Error(`a worker ended by itself (${signal ?? `code ${code}`})`)
    })
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('"msg":"polling"')) running.cpuAtFirst = processCpu(pid)
      if (line.includes('"msg":"polled"')) this.polls.push({ ...JSON.parse(line), worker: pid })
    })
  }

  /**
   * Process ids of those that poll, in the order in which they began.
   * @throws once one of them has ended by itself
   */
  get polling(): number[] {
    if (this.#fault) throw this.#fault
    return [...this.#running].flatMap(([pid, { cpuAtFirst }]) => (cpuAtFirst === null ? [] : [pid]))
  }

  /** Seconds of CPU since each began to poll, of those that have ended too. */
  get cpu(): number {
    const own = [...this.#running].map(([pid, { cpuAtFirst }]) =>
      cpuAtFirst === null ? 0 : processCpu(pid) - cpuAtFirst,
    )
    return own.reduce((sum, seconds) => sum + seconds, this.#spentCpu)
  }

  /** Ends one without warning. */
  async kill(pid: number): Promise<void> {
    await this.#end(pid, 'SIGKILL')
  }

  /** Asks all to stop, and waits for it. */
  async stop(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((pid) => this.#end(pid, 'SIGTERM')))
  }

  async #end(pid: number, signal: NodeJS.Signals): Promise<void> {
    const running = this.#running.get(pid)
    if (!running) return
    this.#spentCpu += processCpu(pid) - (running.cpuAtFirst ?? processCpu(pid))
    this.#running.delete(pid)
    running.child.kill(signal)
    await running.ended
  }
}
