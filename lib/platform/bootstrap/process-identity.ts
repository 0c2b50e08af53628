import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Whether a process with this id exists (a zombie does not count: it can neither serve nor hold anything). */
export function isAlive(pid: number) {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  try {
    // its state, after its name in brackets, which may hold anything: proc_pid_stat(5)
    return !/\) Z [^)]*$/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return true // no /proc on this platform: the signal's result counts
  }
}

/** The command line of a process, its arguments joined by spaces; empty when there is no such process or it can't be read. */
export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim()
  } catch {
    const listed = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
    return listed.status === 0 ? listed.stdout.trim() : ''
  }
}

/**
 * Ids are reused, so a pid from a file counts only if that process's command line carries our mark.
 * @param mark text that the command line must contain
 */
export function isOurs(pid: number, mark: string) {
  return Number.isInteger(pid) && pid > 1 && isAlive(pid) && commandLine(pid).includes(mark)
}

/**
 * Waits until a process that is not our child is gone.
 * @returns false when it is still there
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
 * Sends each signal in turn until the process is gone.
 * @param steps signal, and how long to wait for its effect (ms)
 * @returns whether it is gone
 */
export async function endProcess(pid: number, steps: [NodeJS.Signals, number][]): Promise<boolean> {
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
