import { type PoolOptions, type PoolWorker, ThreadsPoolWorker, type Vite } from 'vitest/node'

type Listener = Parameters<PoolWorker['on']>[1]
type Request = Parameters<PoolWorker['send']>[0]

let kept: ThreadsPoolWorker | null = null

/**
 * One thread for all mutants, which keeps the modules that it imported: with a thread for each, importing takes ten times as long as the tests.
 * Vitest starts and stops a worker in each run; from the second run on both are answered here. What a module keeps for the life of a process is
 * therefore kept from one mutant to the next.
 */
class KeptWorker implements PoolWorker {
  readonly name = 'kept'
  readonly #options: PoolOptions
  readonly #listeners: [string, Listener][] = []
  #isFirst = false
  #isAsked = false

  constructor(options: PoolOptions) {
    this.#options = options
  }

  get #thread(): ThreadsPoolWorker {
    if (!kept) throw new Error('the thread has ended')
    return kept
  }

  on(event: string, listener: Listener): void {
    this.#listeners.push([event, listener])
    this.#thread.on(event, listener)
  }

  off(event: string, listener: Listener): void {
    kept?.off(event, listener)
  }

  send(message: Request): void {
    if (message.type === 'stop') this.#answer('stopped')
    else if (message.type === 'start' && !this.#isFirst) this.#answer('started')
    else {
      // which tests are to run stands in the configuration, which a thread is given at its start only
      if (message.type === 'run') Object.assign(message.context, { config: this.#options.project.serializedConfig })
      this.#thread.send(message)
    }
  }

  #answer(type: 'started' | 'stopped'): void {
    this.#isAsked = type === 'stopped'
    for (const [event, listener] of this.#listeners)
      if (event === 'message') listener({ type, __vitest_worker_response__: true } as never)
  }

  async start(): Promise<void> {
    this.#isFirst = kept === null
    kept ??= new ThreadsPoolWorker(this.#options)
    if (this.#isFirst) await kept.start()
  }

  /** Ends the thread only where Vitest does not ask first: then it hangs. */
  async stop(): Promise<void> {
    for (const [event, listener] of this.#listeners) this.off(event, listener)
    if (this.#isAsked) return
    await kept?.stop()
    kept = null
  }

  deserialize(data: unknown): unknown {
    return data
  }
}

/** Makes Vitest run in the kept thread, whatever pool Stryker names. */
export const keepWorker: Vite.Plugin = {
  name: 'kept-worker',
  configureVitest({ project }) {
    Object.assign(project.config, {
      pool: 'kept',
      poolRunner: { name: 'kept', createPoolWorker: (options: PoolOptions) => new KeptWorker(options) },
    })
  },
}
