import type { LoggedPoll } from '#lib/poller/testing/lab.ts'
import type { Disturbance } from './disturbance.ts'
import type { Disk } from './disk.ts'
import type { datedProcesses, Direction, Partition, ProcessName } from './plan.ts'

/** A poll as a worker's log has it, and when its line was read here, epoch milliseconds: its own times are those of a clock that may be wrong. */
export interface ArrivedPoll extends LoggedPoll {
  arrivedAt: number
}

/** What is tortured: the whole product, or a worker on a server that others use too. */
export interface Target {
  disturbance: Disturbance
  /** of a role that may read everything and set the server */
  adminUrl: string
  /** of the web; null = there is none */
  url: string | null
  /** Sends a signal to all of a process. False = it does not run at this moment. */
  signal(name: ProcessName, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): boolean
  /** Whether every process of it runs and answers. */
  isUp(): Promise<boolean>
  polls: ArrivedPoll[]
  /** Where its data are; null = on a disk that others use too. */
  disk: Partial<Disk> | null
  /** Resolves once the standby of its database is the primary, and has a standby. Null = it has one server. */
  failOver: (() => Promise<void>) | null
  /** Drops packets between two of its machines until what it returns is called. Absent = they are one machine. */
  cut?(between: Partition, direction: Direction): Promise<() => Promise<void>>
  /** Leaves a process hardly more memory than it has, until what it returns is called. Absent = that can't be done. */
  limitMemory?(name: (typeof datedProcesses)[number]): Promise<() => Promise<unknown>>
  /** The last of what it said, for a report. */
  said(): string
}
