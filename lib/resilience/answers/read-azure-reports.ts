import type { Azure } from '#lib/azure/index.ts'
import {
  type AzureReportAnswer,
  type AzureReportName,
  type AzureReports,
  type EpochMs,
  findOpenWindow,
} from '#lib/contract/index.ts'
import { DAY, MINUTE, SECOND } from '#lib/contract/time/time.ts'
import { readDeclarations, shortIdOf } from '#lib/history/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { holdResource } from '#lib/platform/leases/index.ts'
import { announceChange, resolveResource } from '#lib/questions/index.ts'
import {
  requestReportsAfterTests,
  dueAzureReports,
  saveAzureReports,
  putOffAzureReports,
  type StoredReport,
} from '../store/index.ts'

/** PASSING: temporary outcomes after which another attempt may succeed. MAX_ATTEMPTS: maximum number of attempts. */
const PASSING: ReadonlySet<string> = new Set(['throttled', 'locked', 'timeout', 'unavailable'])
const MAX_ATTEMPTS = 5
/**
 * Time in ms before now in which stopped failover tests are searched. The Activity Log is at most 20 minutes late, but
 * the worker may have been down for longer.
 */
const LOG_BACK_MS = 2 * DAY
const AGAIN_MS = MINUTE
/** Number of attempts, one per second, to reserve the gateway while polls use it. */
const HOLD_TRIES = 60
/** Maximum number of tests of one gateway whose details are read. Each location has one latest test. */
const MAX_TESTS = 16

interface Context {
  db: Database
  azure: Pick<Azure, 'report'>
  clock: Clock
  /** waits between two attempts to reserve the gateway */
  pause?: (ms: number) => Promise<void>
}

/**
 * Reads Azure's own reports after a request by a user or after a stopped failover test by Azure, and never on a
 * schedule. Operations run one at a time, only while polls do not use the gateway. Paused sources are skipped
 * (ADR 0154).
 */
export async function readAzureReports(
  context: Context,
  signal: AbortSignal,
): Promise<{ read: number; putOff: number }> {
  const { db, clock } = context
  const figures = { read: 0, putOff: 0 }
  await requestReportsAfterTests(db.pool, clock.now() - LOG_BACK_MS, clock.now())
  for (const wanted of await dueAzureReports(db.pool, clock.now())) {
    if (signal.aborted) break
    const again = await readOne(context, wanted, signal)
    figures[again === null ? 'read' : 'putOff']++
    if (again !== null) await putOffAzureReports(db.pool, wanted, again)
    await announceChange(db.pool, ['gateways'], clock.now())
  }
  return figures
}

/**
 * Reads the reports on one gateway.
 * @returns time of the next attempt; null = the result was stored, which includes refusals
 */
async function readOne(context: Context, wanted: StoredReport, signal: AbortSignal): Promise<EpochMs | null> {
  const { db, clock } = context
  const { resourceId, id, subscriptionId } = await resolveResource(db.pool, wanted.scope)
  const declared = await readDeclarations(db.pool)
  const now = clock.now()
  const isPaused = findOpenWindow(declared.pauses, [id, shortIdOf(`/subscriptions/${subscriptionId}`)], now) !== null
  if (isPaused) return now + AGAIN_MS
  const ask = <Name extends AzureReportName>(report: Name, test?: { id: string; location: string }) =>
    held(context, resourceId, signal, (own) =>
      context.azure.report({ resourceId, report, ...(test && { test }) }, { signal: own }),
    )
  const resiliency = await ask('resiliency')
  const routes = isOver(resiliency) ? await ask('routes') : null
  const tests = routes && isOver(routes) ? await ask('tests') : null
  const answers = [resiliency, routes, tests]
  const passing = answers.find((one) => one === null || !isOver(one))
  if (passing !== undefined && wanted.attempts + 1 < MAX_ATTEMPTS)
    return clock.now() + Math.max(AGAIN_MS, (passing?.error?.retryAfterSeconds ?? 0) * SECOND)
  const detailed = []
  for (const test of (tests?.data ?? []).slice(0, MAX_TESTS)) {
    const details = await ask('tests', test)
    detailed.push({ ...test, details: details?.data?.[0]?.details ?? null })
  }
  const part = <Name extends AzureReportName>(answer: AzureReportAnswer<Name> | null) => ({
    outcome: answer?.outcome ?? ('locked' as const),
    httpStatus: answer?.error?.httpStatus ?? null,
    detail: answer?.error?.detail ?? null,
    missingAction: answer?.error?.missingAction ?? null,
    data: answer?.data ?? null,
  })
  const body: AzureReports = {
    resiliency: part(resiliency),
    routes: part(routes),
    tests: { ...part(tests), data: tests?.data ? detailed : null },
  }
  await saveAzureReports(db.pool, wanted, body, clock.now())
  return null
}

const isOver = (answer: AzureReportAnswer | null) =>
  answer !== null && (!PASSING.has(answer.outcome) || isRefusal(answer))
/** Reports whether Azure rejected the request itself, so that a retry would not help. */
const isRefusal = ({ error }: AzureReportAnswer) => error?.httpStatus === 400 || error?.httpStatus === 405

/** Runs an operation while no poll uses the gateway; null if it was always in use. */
async function held<T>(
  { db, pause = sleep }: Context,
  resourceId: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | null> {
  for (let tries = 0; tries < HOLD_TRIES && !signal.aborted; tries++) {
    const answer = await holdResource(db, resourceId, (lost) => work(AbortSignal.any([signal, lost])))
    if (answer !== null) return answer
    await pause(SECOND)
  }
  return null
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
