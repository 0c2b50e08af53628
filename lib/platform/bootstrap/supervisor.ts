import { mkdirSync, statfsSync } from 'node:fs'
import path from 'node:path'
import type { ChildProcess } from 'node:child_process'
import { MAX_START_MS } from './wait-for-start.ts'
import { recordPid, getRunFolder, writeAtomically } from './pid-files.ts'
import { StepError } from './progress.ts'
import type { ServerVersion } from './postgres-version.ts'

export interface ChildStatus {
  name: string
  state: 'starting' | 'running' | 'backing_off' | 'stopped'
  pid: number | null
  /** time of the current or last start in epoch milliseconds; null = not started yet */
  startedAt: number | null
  /** number of restarts of this process since `npm start` */
  restarts: number
  /** last unexpected exit, with its time `at` in epoch milliseconds; null = none since `npm start` */
  lastExit: { at: number; code: number | null; signal: string | null } | null
  /** time of the next restart in epoch milliseconds; null = no restart is planned */
  nextStartAt: number | null
  /** version of the embedded PostgreSQL; null for other processes */
  version: ServerVersion | null
}

interface ProcessSpec {
  name: string
  /** version of the external program that the process runs, for example PostgreSQL; absent = a program of this clone */
  version?: ServerVersion
  /** folder to which the process writes; default: DATA_DIR */
  folder?: string
  spawn: () => ChildProcess
  /** resolves when the process is ready; rejects if it fails to start */
  ready?: (child: ChildProcess, withinMs: number) => Promise<void>
  /** stops the process within the given milliseconds; default: SIGTERM, then SIGKILL */
  stop?: (child: ChildProcess, withinMs: number) => Promise<void>
}

const BACK_OFF = { firstMs: 500, maxMs: 30_000, fullDiskMaxMs: 4_000, resetAfterMs: 60_000 }
/** Number of free bytes below which a disk counts as full: four files of PostgreSQL's write-ahead log. */
const MIN_FREE_BYTES = 64 * 2 ** 20
const RECORD_AGAIN_MS = 1_000
/**
 * Maximum wait in milliseconds for an error of `ready` after a process exited during its first start. The error of
 * `ready` is preferred to the exit code, because it contains more information.
 */
const SAYS_WHY_WITHIN_MS = 1_000

/**
 * Creates a supervisor, which starts processes and restarts a process that exits unexpectedly. Before each restart it
 * waits. The wait doubles up to 30 s (4 s while the disk is full), and is short again after the process has run for a
 * minute. The states of the processes are recorded in `DATA_DIR/run`.
 */
export function createSupervisor({
  dataDir,
  say,
  startWithinMs = MAX_START_MS,
  backOff = BACK_OFF,
}: {
  dataDir: string
  say: (text: string) => void
  /** maximum time for the start of a process, in milliseconds */
  startWithinMs?: number
  backOff?: typeof BACK_OFF
}) {
  const all: Map<string, Supervised> = new Map()
  let stopping = false

  let again: NodeJS.Timeout | null = null

  /**
   * Writes the states of the processes to `DATA_DIR/run`. If this fails, for example because the disk is full, the
   * write is repeated until it succeeds; the supervisor continues meanwhile.
   */
  const publish = () => {
    const wasRefused = again !== null
    if (again) clearTimeout(again)
    again = null
    try {
      write()
    } catch (error) {
      if (!wasRefused) say(`which processes run can not be written to ${getRunFolder(dataDir)}: ${messageOf(error)}`)
      again = setTimeout(publish, RECORD_AGAIN_MS)
      again.unref()
    }
  }

  const write = () => {
    const statuses = [...all.values()].map((entry) => entry.status)
    for (const { name, pid } of statuses) recordPid(dataDir, name, pid)
    mkdirSync(getRunFolder(dataDir), { recursive: true })
    writeAtomically(path.join(getRunFolder(dataDir), 'processes.json'), `${JSON.stringify(statuses, null, 2)}\n`)
  }

  const launch = (entry: Supervised) => {
    const { spec, status } = entry
    const child = spec.spawn()
    entry.child = child
    entry.startedAt = performance.now()
    entry.ended = new Promise((resolve) => {
      let isReported = false
      const once = (code: number | null, signal: string | null) => {
        if (isReported) return
        isReported = true
        onEnd(entry, code, signal)
        resolve(`${spec.name} exited (${signal ?? `code ${code}`}) before it was ready`)
      }
      child.once('exit', once)
      child.once('error', ({ message }) => {
        resolve(`${spec.name} could not be run: ${message}`)
        once(null, null)
      })
    })
    Object.assign(status, { state: 'starting', pid: child.pid ?? null, startedAt: Date.now(), nextStartAt: null })
    publish()
    const ready = spec.ready ? spec.ready(child, startWithinMs) : Promise.resolve()
    return ready.then(() => {
      if (entry.child !== child || status.state !== 'starting') return
      status.state = 'running'
      publish()
    })
  }

  const onEnd = (entry: Supervised, code: number | null, signal: string | null) => {
    const { spec, status } = entry
    entry.child = null
    status.pid = null
    if (stopping || entry.abandoned) {
      status.state = 'stopped'
      return publish()
    }
    if (performance.now() - entry.startedAt >= backOff.resetAfterMs) entry.waitMs = backOff.firstMs
    // while the disk is full, PostgreSQL ends again after each restart. The wait stays short, so that PostgreSQL runs
    // soon after space is free
    const isFull = isDiskFull(spec.folder ?? dataDir)
    const maxMs = isFull ? backOff.fullDiskMaxMs : backOff.maxMs
    entry.waitMs = Math.min(entry.waitMs, maxMs)
    status.lastExit = { at: Date.now(), code, signal }
    status.state = 'backing_off'
    status.nextStartAt = Date.now() + entry.waitMs
    publish()
    const why = isFull ? `, and the disk of ${spec.folder ?? dataDir} is full` : ''
    say(`${spec.name} exited (${signal ?? `code ${code}`})${why}; restart in ${entry.waitMs / 1000} s`)
    entry.timer = setTimeout(() => {
      status.restarts += 1
      launch(entry).then(
        () => say(`${spec.name} restarted`),
        (error) => {
          say(`${spec.name} failed to restart: ${error.message.split('\n')[0]}`)
          entry.child?.kill('SIGKILL')
        },
      )
    }, entry.waitMs)
    entry.waitMs = Math.min(entry.waitMs * 2, maxMs)
  }

  return {
    /**
     * Starts a process for the first time and waits until it is ready. A process that exits before it is ready is not
     * restarted.
     * @throws the error of `ready`, if the process exits or fails before it is ready; StepError if `ready` does not
     *   report the exit soon
     */
    async start(spec: ProcessSpec) {
      const entry: Supervised = {
        spec,
        child: null,
        ended: Promise.resolve(''),
        startedAt: 0,
        waitMs: backOff.firstMs,
        timer: undefined,
        abandoned: true,
        status: {
          name: spec.name,
          state: 'starting',
          pid: null,
          startedAt: null,
          restarts: 0,
          lastExit: null,
          nextStartAt: null,
          version: spec.version ?? null,
        },
      }
      all.set(spec.name, entry)
      const launched = launch(entry)
      await Promise.race([
        launched,
        entry.ended.then(async (how) => {
          // `ready` also notices the exit and has the last lines of output, so its error is preferred if it comes soon
          await Promise.race([launched, new Promise((resolve) => setTimeout(resolve, SAYS_WHY_WITHIN_MS))])
          throw new StepError(how)
        }),
      ])
      entry.abandoned = false
    },

    statuses: (): ChildStatus[] => [...all.values()].map((entry) => ({ ...entry.status })),

    /**
     * Stops all processes, one after another, beginning with the process that was started last.
     * @param withinMs by process name, the time in milliseconds from now by which the process must have ended
     */
    async stop(withinMs: Record<string, number>) {
      stopping = true
      const began = performance.now()
      for (const entry of [...all.values()].reverse()) {
        clearTimeout(entry.timer)
        const { child } = entry
        if (child) {
          const left = Math.max(50, (withinMs[entry.spec.name] ?? 1_000) - (performance.now() - began))
          await (entry.spec.stop ?? endGently)(child, left)
          await entry.ended
        }
        entry.status.state = 'stopped'
        entry.status.nextStartAt = null
        publish()
      }
      if (again) clearTimeout(again)
    },
  }
}

interface Supervised {
  spec: ProcessSpec
  child: ChildProcess | null
  /**
   * promise that resolves when the running child (or the last one) has ended. Its value is an error message, which is
   * used only during the first start
   */
  ended: Promise<string>
  /** time of the last start in monotonic milliseconds */
  startedAt: number
  /** wait before the next start, in milliseconds */
  waitMs: number
  timer: NodeJS.Timeout | undefined
  /** true until the first start is complete; an exit then does not cause a restart */
  abandoned: boolean
  status: ChildStatus
}

function isDiskFull(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize < MIN_FREE_BYTES
  } catch {
    return false // a folder that cannot be read, for example because it was deleted, does not count as full
  }
}

const messageOf = (error: unknown) => (error as Error).message

/**
 * Sends SIGTERM to a process. If it has not ended in time, sends SIGKILL to its whole process group.
 * @param child leader of its process group
 */
async function endGently(child: ChildProcess, withinMs: number) {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const { pid } = child
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const force = setTimeout(() => {
    try {
      process.kill(-pid, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }, withinMs)
  await ended
  clearTimeout(force)
}
