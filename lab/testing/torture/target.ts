import type { LoggedPoll } from '#lib/poller/testing/lab.ts'
import type { ProcessClockAndDnsFaults } from './disturbance.ts'
import type { DiskFaultInjector } from './disk.ts'
import type { datedProcesses, DroppedPacketDirection, PartitionedMachinePair, TortureTestProcessName } from './plan.ts'

/**
 * A poll from a worker's log, with the time in epoch milliseconds at which the line was read here, because the times in
 * the log may come from a wrong clock.
 */
export interface ReceivedPollLogEntry extends LoggedPoll {
  arrivedAt: number
}

/** System under test: the whole product, or a worker on a server that others use, too. */
export interface TortureTestTarget {
  disturbance: ProcessClockAndDnsFaults
  /** URL with a role that may read everything and change server settings */
  adminUrl: string
  /** URL of the web; null = no web */
  url: string | null
  /** Sends a signal to a process; SIGSTOP includes its children. Returns false if the process is not running. */
  signal(name: TortureTestProcessName, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): boolean
  /** Reports whether all processes of the target run and answer. */
  isUp(): Promise<boolean>
  polls: ReceivedPollLogEntry[]
  /** disk with the data; null = a disk that others use, too */
  disk: Partial<DiskFaultInjector> | null
  /**
   * Resolves after the standby of the database has become the primary and has a standby itself. Null = single server.
   */
  failOver: (() => Promise<void>) | null
  /** Drops packets between two machines until the returned function is called. Absent = all run on one machine. */
  cut?(between: PartitionedMachinePair, direction: DroppedPacketDirection): Promise<() => Promise<void>>
  /**
   * Limits a process to little more memory than it has, until the returned function is called. Absent = not supported.
   */
  limitMemory?(name: (typeof datedProcesses)[number]): Promise<() => Promise<unknown>>
  /** Returns the last log messages, for a report. */
  said(): string
}
