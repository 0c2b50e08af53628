import { readdirSync } from 'node:fs'
import { readPid } from '#lib/platform/bootstrap/pid-files.ts'
import { childrenOf, postgresCpu, processCpu } from '../history/postgres-cpu.ts'
import { memoryOf } from '../history/process-memory.ts'

/** Processes of the product by the names of their pid files, and the simulated Azure. */
export const processNames = ['worker', 'web', 'postgres', 'start', 'simulator'] as const
export type ProcessName = (typeof processNames)[number]

export interface ProcessSample {
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
export function sampleProcesses(dataDir: string, postmaster: number): Partial<Record<ProcessName, ProcessSample>> {
  const samples = processNames.flatMap((name): [ProcessName, ProcessSample][] => {
    const pid = name === 'postgres' ? postmaster : readPid(dataDir, name)
    if (pid === null) return []
    const pids = name === 'postgres' ? [pid, ...childrenOf(pid)] : [pid]
    const memory = name === 'postgres' ? sum(pids, (one) => memoryOf(one).RssAnon) : memoryOf(pid).VmRSS
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
