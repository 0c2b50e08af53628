import { describeFailure } from './node-runtime.mjs'

export { describeFailure } from './node-runtime.mjs'

/** A failure of a step with advice for the operator; printed without a stack trace. */
export class StepError extends Error {
  readonly advice: string | undefined
  readonly output: string | undefined

  /**
   * @param message why it failed, one line
   * @param more advice: what to do; output: the end of what the tool said
   */
  constructor(message: string, { advice, output }: { advice?: string; output?: string } = {}) {
    super(message)
    this.name = 'StepError'
    this.advice = advice
    this.output = output
  }
}

/**
 * One format for all that `npm start` and its children print, so that a log of JSON holds nothing else.
 * @param chosen LOG_FORMAT
 * @param isTerminal whether people read it as it comes
 */
export const logFormatOf = (chosen: 'pretty' | 'json' | null, isTerminal: boolean | undefined): 'pretty' | 'json' =>
  chosen ?? (isTerminal ? 'pretty' : 'json')

/** A shorter step prints its result only. */
const ANNOUNCE_AFTER_MS = 300
const REMIND_EVERY_MS = 10_000

/**
 * Reports the progress of steps: one line when a step takes longer, one line with its result.
 * @param options signal: aborted when the run is to stop
 */
export function createProgress({
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
  let index = 0
  /** @param level pino's number */
  const say = (text: string, level: number = 30) =>
    write(json ? JSON.stringify({ level, time: new Date().toISOString(), component: 'start', msg: text }) : text)

  return {
    say,
    /** Runs a step. `work` may return a short result ("up to date"), and may call `note` with its current state. */
    async step<T>(
      name: string,
      work: (note: (text: string) => void) => Promise<T | void> | T | void,
    ): Promise<T | void> {
      index += 1
      const head = `[${index}/${total}] ${name}`
      const started = performance.now()
      const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`
      let latest = ''
      const announce = setTimeout(() => say(`${head} ...`), ANNOUNCE_AFTER_MS)
      const remind = setInterval(() => say(`${head} ... ${seconds()}${latest ? `: ${latest}` : ''}`), REMIND_EVERY_MS)
      try {
        const result = await work((text) => {
          latest = text
        })
        say(`${head}: ${typeof result === 'string' ? result : 'done'}, ${seconds()}`)
        return result
      } catch (error) {
        if (signal?.aborted) {
          say(`${head}: interrupted, ${seconds()}`)
          throw new AlreadyReported(error)
        }
        say(`${head}: FAILED after ${seconds()}`, 50)
        for (const line of describeFailure(error)) say(`  ${line}`, 50)
        throw new AlreadyReported(error)
      } finally {
        clearTimeout(announce)
        clearInterval(remind)
      }
    },
  }
}

/** Wraps an error that was already printed. */
export class AlreadyReported extends Error {
  constructor(cause: unknown) {
    super('a step failed', { cause })
    this.name = 'AlreadyReported'
  }
}
