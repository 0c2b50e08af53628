import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks per second in /proc, on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100

export interface NocSystemResourceUsage {
  /** CPU seconds of the system's processes since their start, including ended children */
  cpu: number
  /** memory in MB; pages that processes share are counted once */
  memory: number
}

const read = (pid: string, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return ''
  }
}

/** The processes of a system: by ID, or by a folder in their command line, together with their child processes. */
export interface NocSystemProcesses {
  pids: number[]
  folder?: string
}

/** Returns the current resource usage of systems by name. */
export function measureResourceUsageOfSystems(
  systems: ReadonlyMap<string, NocSystemProcesses>,
): Map<string, NocSystemResourceUsage> {
  const processes = readdirSync('/proc').flatMap((pid) => {
    const stat = /^\d+$/.test(pid) ? read(pid, 'stat') : ''
    if (stat === '') return []
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const command = read(pid, 'cmdline')
    const system = [...systems].find(
      ([, { pids, folder }]) => pids.includes(Number(pid)) || (folder !== undefined && command.includes(folder)),
    )?.[0]
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
    return [{ pid, parent: fields[1] ?? '', system, cpu: ticks / TICKS_PER_SECOND }]
  })
  const byPid = new Map(processes.map((one) => [one.pid, one]))
  const systemOf = (one: (typeof processes)[number] | undefined): string | undefined =>
    one && (one.system ?? systemOf(byPid.get(one.parent)))
  const uses = new Map<string, NocSystemResourceUsage>()
  for (const one of processes) {
    const system = systemOf(one)
    if (system === undefined) continue
    const use = uses.get(system) ?? { cpu: 0, memory: 0 }
    uses.set(system, use)
    use.cpu += one.cpu
    use.memory += Number(/^Pss:\s+(\d+)/m.exec(read(one.pid, 'smaps_rollup'))?.[1] ?? 0) / 1_024
  }
  return uses
}
