import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { processCpu } from '../history/postgres-cpu.ts'
import type { LoggedWorkerPoll } from './figures.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

interface Running {
  child: ChildProcess
  /** CPU seconds that the worker had used at its first poll; null = it has not polled yet */
  cpuAtFirst: number | null
  ended: Promise<void>
}

/** Workers in production mode, each in a separate process. */
export class WorkerProcessPool {
  readonly polls: LoggedWorkerPoll[] = []
  readonly #environment: NodeJS.ProcessEnv
  readonly #running = new Map<number, Running>()
  /** CPU seconds that ended workers used after their first poll */
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
   * Returns the process IDs of the polling workers, in the order of their start.
   * @throws if a worker has ended unexpectedly
   */
  get polling(): number[] {
    if (this.#fault) throw this.#fault
    return [...this.#running].flatMap(([pid, { cpuAtFirst }]) => (cpuAtFirst === null ? [] : [pid]))
  }

  /** Returns the CPU seconds of all workers since each began to poll, including ended workers. */
  get cpu(): number {
    const own = [...this.#running].map(([pid, { cpuAtFirst }]) =>
      cpuAtFirst === null ? 0 : processCpu(pid) - cpuAtFirst,
    )
    return own.reduce((sum, seconds) => sum + seconds, this.#spentCpu)
  }

  /** Kills a worker with SIGKILL. */
  async kill(pid: number): Promise<void> {
    await this.#end(pid, 'SIGKILL')
  }

  /** Stops all workers with SIGTERM and waits until they have ended. */
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
