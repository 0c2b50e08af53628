import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * Reports whether a process with this id exists. A zombie does not count, because it can neither serve requests nor
 * hold resources.
 */
export function isAlive(pid: number) {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  try {
    // the state follows the name of the process, which is in brackets and may itself contain brackets: proc_pid_stat(5)
    return !/\) Z [^)]*$/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return true // without /proc, the successful signal is sufficient: the process exists
  }
}

/**
 * Returns the command line of a process, its arguments joined by spaces; empty if there is no such process or it cannot
 * be read.
 */
export function readCommandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim()
  } catch {
    const listed = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
    return listed.status === 0 ? listed.stdout.trim() : ''
  }
}

/**
 * Reports whether a process with an id from a file is still the process that wrote the file. The operating system
 * reuses ids, so the command line is also checked.
 * @param mark text that the command line must contain
 */
export function isMarkedProcess(pid: number, mark: string) {
  return Number.isInteger(pid) && pid > 1 && isAlive(pid) && readCommandLine(pid).includes(mark)
}

/**
 * Waits until a process that is not a child of this process has ended.
 * @returns false if it still exists after the time limit
 */
export async function waitForExit(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs
  while (isAlive(pid)) {
    if (performance.now() > deadline) return false
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return true
}

/**
 * Sends signals to a process, one after the other, until it has ended.
 * @param steps signals, each with the maximum wait for its effect in milliseconds
 * @returns true = the process has ended
 */
export async function endProcessWithSignals(pid: number, steps: [NodeJS.Signals, number][]): Promise<boolean> {
  for (const [signal, waitMs] of steps) {
    try {
      process.kill(pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true
      throw error
    }
    if (await waitForExit(pid, waitMs)) return true
  }
  return !isAlive(pid)
}
