import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type AzureAccess, type AzureSettings, createAzureClient } from '#lib/azure/index.ts'
import type { PollOutcome } from '#lib/contract/index.ts'
import { findRunnableFile } from '#lib/platform/bootstrap/programs.mjs'
import type { Database } from '#lib/platform/database.ts'
import { nodeEnvironment } from '#lib/platform/testing/node-environment.ts'
import {
  parseSimulatorScenario,
  createProfileWithChoices,
  createSimulatedCredential,
  type ScenarioInput,
  type RunningSimulator,
  type SimulatorOptions,
  startSimulator,
} from '#lab/simulator/index.ts'
import { startWorker, type PollWorker } from '../worker.ts'
import { HOURLY_POLL_INTERVALS } from './hourly.ts'

const ROOT = path.resolve(import.meta.dirname, '../../..')
const IDENTITY_HEADER = 'test-identity-header'

/**
 * Profile of the real Azure, a hundred times faster: operations of 50 to 600 ms, one at a time per resource, and
 * budgets.
 */
const SCALED_AZURE = createProfileWithChoices('azure', { timeScale: 0.01 })

/**
 * Starts a simulated Azure from a scenario; its clock is the machine's clock.
 * @param options.profile behavior; a test that uses `quick` explains the reason
 */
export async function startAzure(
  scenario: ScenarioInput,
  { profile = SCALED_AZURE, observe }: Pick<SimulatorOptions, 'profile' | 'observe'> = {},
): Promise<RunningSimulator> {
  return startSimulator({
    scenario: parseSimulatorScenario(scenario),
    profile,
    identityHeader: IDENTITY_HEADER,
    ...(observe && { observe }),
  })
}

/**
 * Creates the production client for a simulator, for a worker inside the test's process. The client does not ask the
 * simulator's token endpoint, because Azure's SDK keeps the first endpoint of a process, and the simulator of another
 * test file may have been closed.
 * @param more further settings of the client
 */
export function createAzureClientForSimulator(
  { url }: Pick<RunningSimulator, 'url'>,
  more: Pick<AzureSettings, 'discoveryReadsPerSecond' | 'metricsUrl'> = {},
): AzureAccess {
  return createAzureClient({
    ...more,
    resourceManagerUrl: url,
    subscriptionIds: '*',
    createCredential: createSimulatedCredential,
  })
}

/** A poll as logged by a worker. */
export interface LoggedPoll {
  scope: string
  subresource: string
  kind: string
  outcome: string
  status: string
  startedAt: number
  finishedAt: number
  /** time of the log line, at which the poll's results are committed (ISO 8601) */
  time: string
}

export interface WorkerProcess {
  child: ChildProcess
  /** all log lines of the worker process */
  lines: string[]
  /** all polls that it has logged; each line is parsed once, because tests read the list many times a second */
  polls(): readonly LoggedPoll[]
  /** resolves with the exit code of the worker process */
  exited: Promise<number | null>
  /** kills the worker process without a warning */
  kill(): Promise<void>
  /** asks the worker process to stop; resolves with its exit code */
  stop(): Promise<number | null>
}

/** Starts `bin/worker.ts` as in production. @param root of a clone of the repository; default this one */
export function startWorkerProcess(
  simulator: Pick<RunningSimulator, 'url'>,
  databaseUrl: string,
  intervals: Record<string, string>,
  root = ROOT,
): WorkerProcess {
  const lines: string[] = []
  const polls: LoggedPoll[] = []
  const child = spawn(process.execPath, [findRunnableFile(root, 'bin/worker.ts')], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...nodeEnvironment(),
      NODE_ENV: 'test',
      DATABASE_URL: databaseUrl,
      AZURE_SUBSCRIPTION_IDS: '*',
      AZURE_RESOURCE_MANAGER_URL: simulator.url,
      AZURE_MONITOR_METRICS_URL: simulator.url,
      IDENTITY_ENDPOINT: `${simulator.url}/msi/token`,
      IDENTITY_HEADER,
      LOG_LEVEL: 'debug',
      LOG_FORMAT: 'json',
      ...intervals,
    },
  })
  for (const stream of [child.stdout, child.stderr]) {
    let rest = ''
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\n')
      rest = parts.pop() ?? ''
      lines.push(...parts)
      polls.push(...parts.flatMap(loggedPoll))
    })
  }
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return {
    child,
    lines,
    exited,
    polls: () => polls,
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
    stop() {
      child.kill('SIGTERM')
      return exited
    },
  }
}

function loggedPoll(line: string): LoggedPoll[] {
  if (!line.includes('"msg":"polled"')) return []
  return [JSON.parse(line) as LoggedPoll]
}

/** Time in milliseconds between two readings of {@link waitUntilTrue}. */
const READ_EVERY_MS = 25
/** Multiple of a reading's duration after which the next reading starts, so that waiting takes little CPU time. */
const PAUSE_PER_READING = 4
/** Maximum time in milliseconds between two readings, even if a reading is slow because the machine is busy. */
const MAX_PAUSE_MS = 250

/**
 * Waits until a condition is true. Fails with `what` after a timeout, which is long because the machine may be busy.
 * Slow readings, such as queries, are made less often, so that they take at most a fifth of the time.
 */
export async function waitUntilTrue<T>(
  what: string,
  read: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  withinMs = 100_000,
): Promise<T> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const began = performance.now()
    const seen = await read()
    if (seen !== null && seen !== undefined && seen !== false) return seen
    const now = performance.now()
    if (now > deadline) throw new Error(`not seen within ${withinMs} ms: ${what}`)
    await delay(Math.min(MAX_PAUSE_MS, Math.max(READ_EVERY_MS, PAUSE_PER_READING * (now - began))))
  }
}

/** Returns the pairs of polls of the same kind and source that ran at the same time, in any worker. */
export function findPollsOverlappingInTime(polls: readonly LoggedPoll[]): [LoggedPoll, LoggedPoll][] {
  const bySource = Map.groupBy(polls, ({ scope, subresource, kind }) => `${scope}/${subresource}/${kind}`)
  return [...bySource.values()].flatMap((ofSource) => {
    const inOrder = ofSource.toSorted((a, b) => a.startedAt - b.startedAt)
    return inOrder.flatMap((poll, i): [LoggedPoll, LoggedPoll][] => {
      const before = inOrder[i - 1]
      return before && poll.startedAt < before.finishedAt ? [[before, poll]] : []
    })
  })
}

export async function areExpectedPollsRecorded(
  db: Database,
  kind: string,
  sources = 1,
  outcome: PollOutcome = 'ok',
): Promise<boolean> {
  const { rows } = await db.pool.query(
    'SELECT count(*)::int AS n FROM poll_state WHERE kind = $1 AND last_outcome = $2',
    [kind, outcome],
  )
  return rows[0].n >= sources
}

/**
 * Starts a worker with intervals of an hour, so that only declarations have an effect.
 * @returns the worker, and a function that notifies it of a declaration
 */
export function startDeclaredWorker(db: Database, azure: AzureAccess): { worker: PollWorker; declared: () => void } {
  let declared = () => {}
  const worker = startWorker({
    db,
    azure,
    intervals: HOURLY_POLL_INTERVALS,
    changes: {
      on: (topics, act) => void (topics.length === 1 && topics[0] === 'declarations' && (declared = () => act(null))),
    },
  })
  return { worker, declared: () => declared() }
}
