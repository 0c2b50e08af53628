import type { AzureAccess } from '#lib/azure/index.ts'
import {
  type AzureReportAnswer,
  type AzureReportName,
  type AzureReports,
  type EpochMs,
  findOpenWindow,
} from '#lib/contract/index.ts'
import { DAY, MINUTE, SECOND } from '#lib/contract/time/time.ts'
import { readDeclarations, computeShortId } from '#lib/history/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { runHoldingResource } from '#lib/platform/leases/index.ts'
import { announceChange, resolveResource } from '#lib/questions/index.ts'
import {
  requestReportsAfterTests,
  readDueAzureReports,
  saveAzureReports,
  postponeAzureReports,
  type StoredReport,
} from '../store/index.ts'

/**
 * PASSING: outcomes that are usually temporary, so that the request is repeated. MAX_ATTEMPTS: maximum number of
 * attempts.
 */
const PASSING: ReadonlySet<string> = new Set(['throttled', 'locked', 'timeout', 'unavailable'])
const MAX_ATTEMPTS = 5
/**
 * Time before now in which failover tests that ended are searched, milliseconds. It is much longer than the delay of
 * the Activity Log (20 minutes), because the worker may have been stopped.
 */
const LOG_BACK_MS = 2 * DAY
const AGAIN_MS = MINUTE
/** Number of attempts, one each second, to get the gateway while polls are using it. */
const HOLD_TRIES = 60
/**
 * Maximum number of failover tests of a gateway whose details are read. Only the latest test of each location matters.
 */
const MAX_TESTS = 16

interface Context {
  db: Database
  azure: Pick<AzureAccess, 'report'>
  clock: Clock
  /** Waits between two attempts. */
  pause?: (ms: number) => Promise<void>
}

/**
 * Reads Azure's reports about gateways. They are read only if a user requested them or if a failover test ended, never
 * regularly. Azure's operations run one at a time, and not while polls use the gateway. The reports about a paused
 * resource are read after the pause (ADR 0154).
 */
export async function readAzureReports(
  context: Context,
  signal: AbortSignal,
): Promise<{ read: number; putOff: number }> {
  const { db, clock } = context
  const figures = { read: 0, putOff: 0 }
  await requestReportsAfterTests(db.pool, clock.now() - LOG_BACK_MS, clock.now())
  for (const wanted of await readDueAzureReports(db.pool, clock.now())) {
    if (signal.aborted) break
    const again = await readOne(context, wanted, signal)
    figures[again === null ? 'read' : 'putOff']++
    if (again !== null) await postponeAzureReports(db.pool, wanted, again)
    await announceChange(db.pool, ['gateways'], clock.now())
  }
  return figures
}

/**
 * Reads the reports about one gateway and stores the result. A refusal by Azure is a result, too.
 * @returns null if a result was stored, otherwise the time of the next attempt
 */
async function readOne(context: Context, wanted: StoredReport, signal: AbortSignal): Promise<EpochMs | null> {
  const { db, clock } = context
  const { resourceId, id, subscriptionId } = await resolveResource(db.pool, wanted.scope)
  const declared = await readDeclarations(db.pool)
  const now = clock.now()
  const isPaused =
    findOpenWindow(declared.pauses, [id, computeShortId(`/subscriptions/${subscriptionId}`)], now) !== null
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
/** Reports whether Azure rejected the request as invalid (400 or 405), so that repeating it would not help. */
const isRefusal = ({ error }: AzureReportAnswer) => error?.httpStatus === 400 || error?.httpStatus === 405

/** Runs an operation on a gateway while no poll uses it. Returns null if polls used it all the time. */
async function held<T>(
  { db, pause = sleep }: Context,
  resourceId: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | null> {
  for (let tries = 0; tries < HOLD_TRIES && !signal.aborted; tries++) {
    const answer = await runHoldingResource(db, resourceId, (lost) => work(AbortSignal.any([signal, lost])))
    if (answer !== null) return answer
    await pause(SECOND)
  }
  return null
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
