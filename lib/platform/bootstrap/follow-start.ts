import { readdirSync } from 'node:fs'
import type { ChildProcess } from 'node:child_process'
import { statFields } from './process-stat.ts'
import { StepError } from './progress.ts'

/** Without any use of CPU for so long, a part waits for something that does not come. A slow disk or machine never is that quiet. */
const IDLE_MS = 60_000

/** However busy it is: nobody waits longer for a page. */
const BUSY_MS = 15 * 60_000

/** In all, where the CPU that a process uses can't be read. */
const UNREAD_MS = 3 * 60_000

const READ_EVERY_MS = 500

/** What is known of a part that starts. */
export interface FollowedStart {
  /** monotonic ms */
  beganAt: number
  /** that it has used so far, in any unit that grows; null = can't be read */
  cpu: number | null
  /** when it was last seen to have used CPU, monotonic ms */
  busyAt: number
  /**
   * starting = wait on; else it is given up: it hangs, it is busy for too
   * long, or it took too long where nobody can see which
   */
  state: 'starting' | 'idle' | 'slow' | 'unread'
}

/**
 * Whether a part that has not come up yet is worth waiting for. A slow machine is no fault: what counts is that the part does something.
 * @param before null = this is the first reading
 * @param reading at: monotonic ms; cpu: see {@link FollowedStart}
 */
export function followStart(
  before: FollowedStart | null,
  { at, cpu }: { at: number; cpu: number | null },
): FollowedStart {
  if (before === null) return { beganAt: at, cpu, busyAt: at, state: 'starting' }
  // a process of the group that ended takes its share along, so that a smaller sum is a change as well
  const busyAt = cpu === before.cpu ? before.busyAt : at
  const { beganAt } = before
  return { beganAt, cpu, busyAt, state: stateOf(cpu, { took: at - beganAt, idle: at - busyAt }) }
}

/** @param since ms */
function stateOf(cpu: number | null, { took, idle }: { took: number; idle: number }) {
  if (cpu === null) return took >= UNREAD_MS ? 'unread' : 'starting'
  if (idle >= IDLE_MS) return 'idle'
  return took >= BUSY_MS ? 'slow' : 'starting'
}

const MORE_MACHINE = 'give this machine more CPU or memory, or end what else keeps it busy, then start again'

/** Why a part was given up, and what to do. */
export function describeGivenUp(state: 'idle' | 'slow' | 'unread'): { reason: string; advice: string } {
  const ask =
    'start again with LOG_LEVEL=debug: its last lines say what it waits for (a database, a disk or an address that does not answer)'
  if (state === 'idle') return { reason: `it used no CPU for ${IDLE_MS / 1_000} s`, advice: ask }
  if (state === 'slow') return { reason: `it was still busy after ${BUSY_MS / 60_000} minutes`, advice: MORE_MACHINE }
  return { reason: `it was not up after ${UNREAD_MS / 60_000} minutes`, advice: `${MORE_MACHINE}; or ${ask}` }
}

/** How a part ended that had not come up yet, and what to do. */
function describeExit(code: number | null, signal: string | null): { reason: string; advice: string } {
  if (signal === 'SIGKILL') {
    return {
      reason: 'it exited (SIGKILL)',
      advice: `the kernel does that where no memory is left, which its log says (dmesg): ${MORE_MACHINE}`,
    }
  }
  return {
    reason: `it exited (${signal ?? `code ${code}`})`,
    advice:
      'correct what its last lines say, then start again; if they do not say enough, start again with LOG_LEVEL=debug',
  }
}

/**
 * Waits for `work`, which ends when a child has come up, for as long as the child does something.
 * @param child leader of its process group
 * @param work its signal is aborted when the child is given up
 * @param clock for tests
 * @throws StepError if the child ended or was given up, with what to do; whatever `work` throws
 */
export async function whileItStarts<T>(
  child: ChildProcess,
  work: (signal: AbortSignal) => Promise<T>,
  clock: { now?: () => number; readCpu?: (pid: number) => number | null; everyMs?: number } = {},
): Promise<T> {
  const { now = () => performance.now(), readCpu = cpuOfGroup, everyMs = READ_EVERY_MS } = clock
  const waiting = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let exited: (code: number | null, signal: string | null) => void = () => {}
  let failed: (error: Error) => void = () => {}
  const givenUp = new Promise((_, reject) => {
    exited = (code, signal) => {
      const { reason, advice } = describeExit(code, signal)
      reject(new StepError(reason, { advice }))
    }
    failed = ({ message }) => reject(new StepError(`it could not be run: ${message}`))
    if ((child.exitCode ?? child.signalCode ?? null) !== null) return exited(child.exitCode, child.signalCode)
    child.once('exit', exited)
    child.once('error', failed)
    let followed: FollowedStart | null = null
    const read = () => {
      followed = followStart(followed, { at: now(), cpu: child.pid === undefined ? null : readCpu(child.pid) })
      if (followed.state === 'starting') return
      const { reason, advice } = describeGivenUp(followed.state)
      reject(new StepError(reason, { advice }))
    }
    read()
    timer = setInterval(read, everyMs)
  })
  try {
    return await Promise.race([work(waiting.signal), givenUp as Promise<never>])
  } finally {
    clearInterval(timer)
    child.off('exit', exited)
    child.off('error', failed)
    waiting.abort()
  }
}

/**
 * CPU time that a process has used, with its group, all that it started, and those of them that ended, in ticks of the kernel.
 * @param pid leader of its group
 * @returns null = not Linux, or the process is gone
 */
export function cpuOfGroup(pid: number): number | null {
  const all = readProcesses()
  if (!all.has(pid)) return null
  let ticks = 0
  for (const [one, { group, used }] of all) if (group === pid || descends(one, pid, all)) ticks += used
  return ticks
}

/** used: in ticks */
export type ProcessCpu = { parent: number; group: number; used: number }

/** @returns empty = not Linux */
function readProcesses(): Map<number, ProcessCpu> {
  const found: Map<number, ProcessCpu> = new Map()
  for (const name of listed()) {
    const pid = Number(name)
    const stat = Number.isInteger(pid) ? statOf(pid) : null
    if (stat) found.set(pid, stat)
  }
  return found
}

function listed() {
  try {
    return readdirSync('/proc')
  } catch {
    return [] // no /proc on this platform
  }
}

/** @returns null = it ended between */
function statOf(pid: number): ProcessCpu | null {
  const field = statFields(pid)
  if (!field) return null
  const at = (position: number) => Number(field(position))
  // ppid, pgrp; utime, stime, cutime, cstime
  return { parent: at(4), group: at(5), used: at(14) + at(15) + at(16) + at(17) }
}

function descends(pid: number, ancestor: number, all: ReadonlyMap<number, ProcessCpu>) {
  // read one after the other, so that a number that was given again could make a circle
  let steps = 0
  for (let at = pid; at > 1 && steps < 64; at = all.get(at)?.parent ?? 0, steps += 1) if (at === ancestor) return true
  return false
}
