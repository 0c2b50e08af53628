import { describeFailure } from './node-runtime.mjs'

export { describeFailure } from './node-runtime.mjs'

/** Error of a step of a start, with advice for the operator. It is printed without a stack trace. */
export class StepError extends Error {
  readonly advice: string | undefined
  readonly output: string | undefined

  /**
   * @param message reason of the failure, in one line
   * @param more advice: tells the user what to do; output: the end of the tool's output
   */
  constructor(message: string, { advice, output }: { advice?: string; output?: string } = {}) {
    super(message)
    this.name = 'StepError'
    this.advice = advice
    this.output = output
  }
}

/**
 * Returns the log format of `npm start` and of all its children: `pretty` on a terminal, otherwise `json`, unless the
 * user chose one.
 * @param chosen value of LOG_FORMAT; null = not set
 * @param isTerminal whether the output is a terminal
 */
export const chooseLogFormat = (chosen: 'pretty' | 'json' | null, isTerminal: boolean | undefined): 'pretty' | 'json' =>
  chosen ?? (isTerminal ? 'pretty' : 'json')

/** State of a step that has started. */
export interface StartupStepStatus {
  name: string
  state: 'running' | 'done' | 'failed'
  seconds: number
  /** progress that the step last reported, for example "40 %"; null = the step reports no percentage */
  percent: string | null
}

/**
 * Time in milliseconds after which a line announces a running step. Shorter steps print only the line with their
 * result.
 */
const ANNOUNCE_AFTER_MS = 300
const REMIND_EVERY_MS = 10_000

/**
 * Creates an object that runs the steps of a start and prints their progress. Each step prints one line with its
 * result. A long step also prints lines while it runs.
 * @param options total: number of steps; signal: aborted when the start is stopped, so that an error of a step counts
 *   as an interruption
 */
export function createStartupStepRunner({
  total,
  json,
  signal,
  write = (line) => void process.stdout.write(`${line}\n`),
}: {
  total: number
  json: boolean
  signal?: AbortSignal
  write?: (line: string) => void
}) {
  const begun: {
    name: string
    state: StartupStepStatus['state']
    started: number
    ended: number | null
    latest: string
  }[] = []
  /**
   * Prints a line.
   * @param level log level of pino; 30 = info
   */
  const say = (text: string, level: number = 30) =>
    write(json ? JSON.stringify({ level, time: new Date().toISOString(), component: 'start', msg: text }) : text)

  return {
    say,
    /** Returns the steps that have started, in order. */
    steps: (): StartupStepStatus[] =>
      begun.map(({ name, state, started, ended, latest }) => ({
        name,
        state,
        seconds: ((ended ?? performance.now()) - started) / 1_000,
        percent: /^\d+ %$/.test(latest) ? latest : null,
      })),
    /**
     * Runs a step and prints its result. `work` may return a short result such as "up to date". While it runs, it may
     * report its progress by calling `note`.
     */
    async step<T>(
      name: string,
      work: (note: (text: string) => void) => Promise<T | void> | T | void,
    ): Promise<T | void> {
      const started = performance.now()
      const state: (typeof begun)[number] = { name, state: 'running', started, ended: null, latest: '' }
      const head = `[${begun.push(state)}/${total}] ${name}`
      const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`
      const announce = setTimeout(() => say(`${head} ...`), ANNOUNCE_AFTER_MS)
      const remind = setInterval(
        () => say(`${head} ... ${seconds()}${state.latest ? `: ${state.latest}` : ''}`),
        REMIND_EVERY_MS,
      )
      try {
        const result = await work((text) => {
          state.latest = text
        })
        state.state = 'done'
        say(`${head}: ${typeof result === 'string' ? result : 'done'}, ${seconds()}`)
        return result
      } catch (error) {
        state.state = 'failed'
        if (signal?.aborted) {
          say(`${head}: interrupted, ${seconds()}`)
          throw new AlreadyReportedError(error)
        }
        say(`${head}: FAILED after ${seconds()}`, 50)
        for (const line of describeFailure(error)) say(`  ${line}`, 50)
        throw new AlreadyReportedError(error)
      } finally {
        state.ended = performance.now()
        clearTimeout(announce)
        clearInterval(remind)
      }
    },
  }
}

/** Error of a step whose text was already printed, so that the caller does not print it again. */
export class AlreadyReportedError extends Error {
  constructor(cause: unknown) {
    super('a step failed', { cause })
    this.name = 'AlreadyReportedError'
  }
}
