import { listProcessTree } from '#lib/platform/testing/process-tree.ts'
import type { LoggedPoll } from '#lib/poller/testing/lab.ts'
import type { ReceivedPollLogEntry } from './target.ts'

const KEPT_LINES = 400

/** Log output of the processes: polls, and the last lines of other messages. */
export class ProcessOutputLog {
  readonly polls: ReceivedPollLogEntry[] = []
  readonly #lines: string[] = []

  /**
   * Reads a line of the log.
   * @returns whether a worker reports that it starts polling
   */
  read(line: string): boolean {
    if (line.includes('"msg":"polled"')) {
      this.polls.push({ ...(JSON.parse(line) as LoggedPoll), arrivedAt: Date.now() })
      return false
    }
    if (line.includes('"level":20')) return false
    this.#lines.push(line)
    if (this.#lines.length > KEPT_LINES) this.#lines.shift()
    return line.includes('"msg":"polling"')
  }

  said = (): string => this.#lines.join('\n')
}

/** Sends signals to processes. SIGCONT resumes the stopped processes, even if another process has the name by then. */
export class ProcessSignalSender<Name extends string> {
  readonly #stopped = new Map<Name, number[]>()

  /**
   * Sends a signal. SIGKILL is sent only to the process itself, not to its children, like the kernel does.
   * @param pid null = not running at the moment
   */
  send(name: Name, pid: number | null, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    const stopped = this.#stopped.get(name) ?? []
    if (signal === 'SIGCONT') {
      for (const one of stopped) send(one, signal)
      this.#stopped.delete(name)
    } else if (pid !== null && signal === 'SIGSTOP') {
      const all = listProcessTree(pid)
      this.#stopped.set(name, [...stopped, ...all])
      for (const one of all) send(one, signal)
    } else if (pid !== null) send(pid, signal)
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    // the process ended in between
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
