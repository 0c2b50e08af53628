import type { LoggedPoll } from '#lib/poller/testing/lab.ts'
import type { Disturbance } from './disturbance.ts'
import type { ProcessName } from './plan.ts'

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
  /** Leaves no room on its disk until what it returns is called. Null = it has no disk of its own. */
  fillDisk: (() => () => void) | null
  /** Resolves once the standby of its database is the primary, and has a standby. Null = it has one server. */
  failOver: (() => Promise<void>) | null
  /** The last of what it said, for a report. */
  said(): string
}
