import { readdirSync } from 'node:fs'
import { readPid } from '#lib/platform/bootstrap/pid-files.ts'
import { listChildProcessIds, postgresCpu, processCpu } from '../history/postgres-cpu.ts'
import { readProcessMemoryMb } from '../history/process-memory.ts'

/** Processes of the product by the names of their pid files, and the simulated Azure. */
export const productProcessNames = ['worker', 'web', 'postgres', 'start', 'simulator'] as const
export type ProductProcessName = (typeof productProcessNames)[number]

export interface ProcessResourceSample {
  pid: number
  /** MB of resident memory; for PostgreSQL, the sum of memory that its processes do not share */
  memory: number
  /** open files and sockets; for PostgreSQL, of all its processes */
  descriptors: number
  /** CPU seconds since the start of the process */
  cpu: number
}

/**
 * Samples each process; absent = not running.
 * @param postmaster process ID of the server
 */
export function sampleProductProcesses(
  dataDir: string,
  postmaster: number,
): Partial<Record<ProductProcessName, ProcessResourceSample>> {
  const samples = productProcessNames.flatMap((name): [ProductProcessName, ProcessResourceSample][] => {
    const pid = name === 'postgres' ? postmaster : readPid(dataDir, name)
    if (pid === null) return []
    const pids = name === 'postgres' ? [pid, ...listChildProcessIds(pid)] : [pid]
    const memory =
      name === 'postgres' ? sum(pids, (one) => readProcessMemoryMb(one).RssAnon) : readProcessMemoryMb(pid).VmRSS
    const cpu = name === 'postgres' ? postgresCpu(pid) : processCpu(pid)
    return [[name, { pid, memory, descriptors: sum(pids, descriptorsOf), cpu }]]
  })
  return Object.fromEntries(samples)
}

const sum = <Item>(items: readonly Item[], of: (item: Item) => number) =>
  items.reduce((total, item) => total + orZero(() => of(item)), 0)

const descriptorsOf = (pid: number) => readdirSync(`/proc/${pid}/fd`).length

/** Returns 0 if a process or file disappeared before it was read. */
function orZero(read: () => number): number {
  try {
    return read()
  } catch {
    return 0
  }
}
