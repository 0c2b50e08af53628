import { allOf } from '#lib/platform/testing/process-tree.ts'
import type { LoggedPoll } from '#lib/poller/testing/lab.ts'
import type { ArrivedPoll } from './target.ts'

const KEPT_LINES = 400

/** What processes write to their log: polls, and the last lines of all else. */
export class ProcessLog {
  readonly polls: ArrivedPoll[] = []
  readonly #lines: string[] = []

  /** @returns whether a worker says that it polls from now on */
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

/** Sends signals to processes; those that were stopped go on, whichever process has the name by then. */
export class Signals<Name extends string> {
  readonly #stopped = new Map<Name, number[]>()

  /** SIGKILL comes without a word, and without the children, as the kernel does it. @param pid null = it does not run at this moment */
  send(name: Name, pid: number | null, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    const stopped = this.#stopped.get(name) ?? []
    if (signal === 'SIGCONT') {
      for (const one of stopped) send(one, signal)
      this.#stopped.delete(name)
    } else if (pid !== null && signal === 'SIGSTOP') {
      const all = allOf(pid)
      this.#stopped.set(name, [...stopped, ...all])
      for (const one of all) send(one, signal)
    } else if (pid !== null) send(pid, signal)
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    // it ended between
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
