/**
 * A failure of a step with advice for the operator; printed without a stack trace.
 */
export class StepError extends Error {
  /**
   * @param {string} message why it failed, one line
   * @param {{ advice?: string, output?: string }} [more] advice: what to do; output: the end of what the tool said
   */
  constructor(message, { advice, output } = {}) {
    super(message)
    this.name = 'StepError'
    this.advice = advice
    this.output = output
  }
}

/**
 * One format for all that `npm start` and its children print, so that a log of JSON holds nothing else.
 * @param {'pretty' | 'json' | null} chosen LOG_FORMAT
 * @param {boolean | undefined} isTerminal whether people read it as it comes
 * @returns {'pretty' | 'json'}
 */
export const logFormatOf = (chosen, isTerminal) => chosen ?? (isTerminal ? 'pretty' : 'json')

/** A shorter step prints its result only. */
const ANNOUNCE_AFTER_MS = 300
const REMIND_EVERY_MS = 10_000

/**
 * Reports the progress of steps: one line when a step takes longer, one line with its result.
 * @param {{ total: number, json: boolean, signal?: AbortSignal, write?: (line: string) => void }} options signal: aborted when the run is to stop
 */
export function createProgress({ total, json, signal, write = (line) => void process.stdout.write(`${line}\n`) }) {
  let index = 0
  /** @param {string} text @param {number} [level] pino's number */
  const say = (text, level = 30) =>
    write(json ? JSON.stringify({ level, time: new Date().toISOString(), component: 'start', msg: text }) : text)

  return {
    say,
    /**
     * Runs a step. `work` may return a short result ("up to date"), and may call `note` with its current state.
     * @template T
     * @param {string} name
     * @param {(note: (text: string) => void) => Promise<T | void> | T | void} work
     * @returns {Promise<T | void>}
     */
    async step(name, work) {
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
  /** @param {unknown} cause */
  constructor(cause) {
    super('a step failed', { cause })
    this.name = 'AlreadyReported'
  }
}

/**
 * @param {unknown} error
 * @returns {string[]}
 */
export function describeFailure(error) {
  const { message, advice, output } = /** @type {StepError} */ (
    error instanceof Error ? error : new Error(String(error))
  )
  const lines = message.split('\n').map((line, i) => (i === 0 ? `reason: ${line}` : `| ${line}`))
  if (output)
    lines.push(
      ...output
        .trimEnd()
        .split('\n')
        .map((line) => `| ${line}`),
    )
  if (advice) lines.push(`fix: ${advice}`)
  return lines
}
