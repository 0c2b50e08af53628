import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks per second of the CPU times in /proc, the same on every Linux on which Node runs. */
const TICKS_PER_SECOND = 100

/**
 * Returns the CPU seconds that a Postgres server has used, including its running and ended processes.
 * @param server process ID of the postmaster
 */
export function postgresCpu(server: number): number {
  const jiffies = (pid: string, first: number, last: number) => {
    const fields = statOf(pid)?.slice(first, last) ?? []
    return fields.reduce((sum, field) => sum + Number(field), 0)
  }
  // utime, stime, cutime, cstime
  const own = jiffies(String(server), 11, 15)
  return listChildProcessIds(server).reduce((sum, pid) => sum + jiffies(String(pid), 11, 13), own) / TICKS_PER_SECOND
}

/** Returns the IDs of the running child processes of a process. */
export const listChildProcessIds = (parent: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && statOf(name)?.[1] === String(parent))
    .map(Number)

/** Returns the ID of the parent of a running process; 0 = it has ended. */
export const readParentProcessId = (pid: number): number => Number(statOf(String(pid))?.[1] ?? 0)

/** Returns the CPU seconds of a process, without its children. */
export function processCpu(pid: number): number {
  const fields = statOf(String(pid)) ?? []
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND
}

/** Returns the CPU seconds of ended child processes of this process that were waited for. */
export function endedCpu(): number {
  const fields = statOf('self') ?? []
  return (Number(fields[13] ?? 0) + Number(fields[14] ?? 0)) / TICKS_PER_SECOND
}

/**
 * Returns the CPU seconds of a process's running threads with nanosecond precision, for measurements that need more
 * than a hundredth of a second.
 */
export function threadsCpu(pid: number): number {
  const nanoseconds = readdirSync(`/proc/${pid}/task`).map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  )
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e9
}

/** Returns the fields of /proc/PID/stat after the name; null if the process has ended. */
function statOf(pid: string): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return null
  }
}
