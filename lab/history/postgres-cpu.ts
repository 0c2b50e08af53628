import { readdirSync, readFileSync } from 'node:fs'

/** of /proc, on every Linux that Node runs on */
const TICKS_PER_SECOND = 100

/**
 * Seconds of CPU that a Postgres has used: the server, its processes, and those that have ended.
 * @param server process id of the postmaster
 */
export function postgresCpu(server: number): number {
  const jiffies = (pid: string, first: number, last: number) => {
    const fields = statOf(pid)?.slice(first, last) ?? []
    return fields.reduce((sum, field) => sum + Number(field), 0)
  }
  // utime, stime, cutime, cstime
  const own = jiffies(String(server), 11, 15)
  return childrenOf(server).reduce((sum, pid) => sum + jiffies(String(pid), 11, 13), own) / TICKS_PER_SECOND
}

/** Process ids of what a process started and that runs. */
export const childrenOf = (parent: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && statOf(name)?.[1] === String(parent))
    .map(Number)

/** The same of one process, without its children. */
export function processCpu(pid: number): number {
  const fields = statOf(String(pid)) ?? []
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND
}

/** The same of what this process started and has ended, and was waited for. */
export function endedCpu(): number {
  const fields = statOf('self') ?? []
  return (Number(fields[13] ?? 0) + Number(fields[14] ?? 0)) / TICKS_PER_SECOND
}

/** Seconds of CPU of a process's threads that run, to the nanosecond, where a hundredth of a second is too coarse. */
export function threadsCpu(pid: number): number {
  const nanoseconds = readdirSync(`/proc/${pid}/task`).map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  )
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e9
}

/** Fields of /proc/PID/stat after the name; null = it has ended. */
function statOf(pid: string): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return null
  }
}
