import type { AzureAccess } from '#lib/azure/index.ts'
import {
  type AzureReportResult,
  type AzureReportName,
  type AzureGatewayReports,
  type EpochMs,
  type AzureReportRequest,
  type AzureSiteTest,
  type FailoverTestExplainingLosses,
  findOpenDeclaredWindow,
  judgeAzureTest,
} from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { readCurrentDeclarations, readFailoverTests, saveFailoverTests, computeShortId } from '#lib/history/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { runHoldingResource } from '#lib/platform/leases/index.ts'
import { announceStreamChange, NotFoundError, resolveResource } from '#lib/questions/index.ts'
import { isSameTestStart } from '../rules/index.ts'
import {
  requestReportsAfterTests,
  readDueAzureReports,
  readStartedFailoverTests,
  saveAzureReports,
  postponeAzureReports,
  type StoredAzureReport,
} from '../store/index.ts'

/**
 * PASSING: outcomes that are usually temporary, so that Azure's reports are requested again. MAX_ATTEMPTS: maximum
 * number of requests.
 */
const PASSING: ReadonlySet<string> = new Set(['throttled', 'locked', 'timeout', 'unavailable'])
const MAX_ATTEMPTS = 5
/**
 * Length of the time before now, in milliseconds, in which ended failover tests are searched. It is much longer than
 * the delay of the Activity Log (20 minutes), because the worker may have been stopped.
 */
const LOG_BACK_MS = 2 * MS_PER_DAY
const AGAIN_MS = MS_PER_MINUTE
/** Maximum number of attempts, one each second, to reserve the gateway while polls are using it. */
const HOLD_TRIES = 60
/**
 * Maximum number of failover tests of a gateway whose details are read. Only the latest test of each location matters.
 */
const MAX_TESTS = 16

interface Context {
  db: Database
  azure: Pick<AzureAccess, 'report'>
  clock: Clock
  /** function that waits between two attempts */
  pause?: (ms: number) => Promise<void>
}

/**
 * Reads Azure's reports about gateways. They are read only after a user requested them, or after a failover test ended.
 * Operations of Azure on a gateway run one after the other, so the reports are not read while polls use the gateway. If
 * polling of a resource is paused, its reports are read after the pause (ADR 0154).
 */
export async function readAzureReports(
  context: Context,
  signal: AbortSignal,
): Promise<{ read: number; putOff: number }> {
  const { db, clock } = context
  const figures = { read: 0, putOff: 0 }
  await requestReportsAfterTests(db.pool, clock.now() - LOG_BACK_MS, clock.now())
  await watchRunningTests(context, signal)
  for (const wanted of await readDueAzureReports(db.pool, clock.now())) {
    if (signal.aborted) break
    const again = await readOne(context, wanted, signal)
    figures[again === null ? 'read' : 'putOff']++
    if (again !== null) await postponeAzureReports(db.pool, wanted, again)
    await announceStreamChange(db.pool, ['gateways'], clock.now())
  }
  return figures
}

/**
 * Reads the state of the failover tests that were running at the last report, or that started in the last hour
 * according to the Activity Log. Azure's other reports are not read again, because they change only once an hour.
 */
async function watchRunningTests(context: Context, signal: AbortSignal): Promise<void> {
  const { db, clock } = context
  const known = await readFailoverTests(db.pool)
  const running = known.filter(
    (test) => (test.verdict === 'running' || isResultMissing(test)) && clock.now() - test.from < LOG_BACK_MS,
  )
  const started = (await readStartedFailoverTests(db.pool, clock.now() - MS_PER_HOUR)).filter(
    ({ scope, at }) => !known.some((test) => test.scope === scope && isSameTestStart(at, test.from)),
  )
  for (const scope of new Set([...running, ...started].map((test) => test.scope))) {
    if (signal.aborted) return
    const found = await findWanted(context, scope)
    if (found === null) continue
    const answer = await held(context, found.resourceId, signal, (own) =>
      context.azure.report({ resourceId: found.resourceId, report: 'tests' }, { signal: own }),
    )
    if (!answer?.data) continue
    const open = new Set(running.filter((test) => test.scope === scope).map(({ id }) => id))
    const isKnown = (test: AzureSiteTest) => known.some((one) => one.scope === scope && one.id === test.id)
    const needsDetails = (test: AzureSiteTest) =>
      test.startedAt !== null && judgeAzureTest(test) !== 'running' && (open.has(test.id) || !isKnown(test))
    const tests = await readDetails(answer.data, needsDetails, (test) =>
      held(context, found.resourceId, signal, (own) =>
        context.azure.report({ resourceId: found.resourceId, report: 'tests', test }, { signal: own }),
      ),
    )
    await saveTests(context, scope, tests)
    await announceStreamChange(db.pool, ['gateways', 'resilience', 'events'], clock.now())
  }
}

/**
 * Reports whether a test was completed but its details, which contain the result, could not be read. The details are
 * then requested again, as for a running test.
 */
const isResultMissing = ({ status, verdict, report }: FailoverTestExplainingLosses): boolean =>
  status?.toLowerCase() === 'completed' && verdict === 'unknown' && report?.nonRedundant === null

/** Adds Azure's details to the first {@link MAX_TESTS} tests that need them. The other tests are returned unchanged. */
async function readDetails(
  tests: readonly AzureSiteTest[],
  needsDetails: (test: AzureSiteTest) => boolean,
  ask: (test: AzureSiteTest) => Promise<AzureReportResult<'tests'> | null>,
): Promise<AzureSiteTest[]> {
  const wanted = new Set(tests.filter(needsDetails).slice(0, MAX_TESTS))
  const detailed: AzureSiteTest[] = []
  for (const test of tests) {
    const details = wanted.has(test) ? ((await ask(test))?.data?.[0]?.details ?? null) : null
    detailed.push(details === null ? test : { ...test, details })
  }
  return detailed
}

/** Returns a resource by its short id; null if polling of it is paused, or if it no longer exists. */
async function findWanted({ db, clock }: Context, scope: string) {
  const found = await resolveResource(db.pool, scope).catch((error: unknown) => {
    if (error instanceof NotFoundError) return null
    throw error
  })
  if (found === null) return null
  const declared = await readCurrentDeclarations(db.pool)
  const scopes = [found.id, computeShortId(`/subscriptions/${found.subscriptionId}`)]
  return findOpenDeclaredWindow(declared.pauses, scopes, clock.now()) === null ? found : null
}

/** Maximum number of prefixes without another path that are stored for each test. */
const MAX_PREFIXES = 50

const countUncovered = (prefixes: readonly string[]) => ({
  count: prefixes.length,
  prefixes: prefixes.slice(0, MAX_PREFIXES),
})

/**
 * Stores the failover tests of a gateway or circuit, for detection. The list of tests in Azure contains no details. If
 * the status of an ended test is unchanged, its stored verdict and details are therefore kept.
 */
async function saveTests({ db, clock }: Context, scope: string, tests: readonly AzureSiteTest[]): Promise<void> {
  const known = (await readFailoverTests(db.pool)).filter((test) => test.scope === scope && test.verdict !== 'running')
  const stored = tests.flatMap((test): FailoverTestExplainingLosses[] => {
    const { id, location, status, startedAt, endedAt, circuits = [], connections = [], link, issues, details } = test
    if (startedAt === null || id === '') return []
    const before = known.find((one) => one.id === id && one.status === status)
    const uncovered = details?.nonRedundant ?? null
    return [
      {
        id,
        scope,
        location,
        status,
        verdict: details === null && before ? before.verdict : judgeAzureTest(test),
        from: startedAt,
        to: endedAt,
        circuits: circuits.map((circuit) => computeShortId(circuit)),
        connections: connections.map(({ resourceId, ...own }) => ({ ...own, scope: computeShortId(resourceId) })),
        path: link?.path ?? null,
        report: {
          link: link ? { category: link.category, bgp: link.bgp } : null,
          issues,
          nonRedundant: uncovered === null ? (before?.report?.nonRedundant ?? null) : countUncovered(uncovered),
        },
      },
    ]
  })
  await saveFailoverTests(db.pool, scope, stored, clock.now())
}

/**
 * Reads the reports about one gateway and stores the result. If Azure refuses a report, this is stored as a result as
 * well.
 * @returns null if a result was stored, otherwise the time of the next attempt
 */
async function readOne(context: Context, wanted: StoredAzureReport, signal: AbortSignal): Promise<EpochMs | null> {
  const { db, clock } = context
  const found = await findWanted(context, wanted.scope)
  if (found === null) return clock.now() + AGAIN_MS
  const { resourceId } = found
  const ask = <Name extends AzureReportName>(report: Name, test?: AzureReportRequest['test']) =>
    held(context, resourceId, signal, (own) =>
      context.azure.report({ resourceId, report, ...(test && { test }) }, { signal: own }),
    )
  const resiliency = await ask('resiliency')
  const routes = isOver(resiliency) ? await ask('routes') : null
  const tests = routes && isOver(routes) ? await ask('tests') : null
  const answers = [resiliency, routes, tests]
  const passing = answers.find((one) => one === null || !isOver(one))
  if (passing !== undefined && wanted.attempts + 1 < MAX_ATTEMPTS)
    return clock.now() + Math.max(AGAIN_MS, (passing?.error?.retryAfterSeconds ?? 0) * MS_PER_SECOND)
  const detailed = await readDetails(
    (tests?.data ?? []).slice(0, MAX_TESTS),
    () => true,
    (test) => ask('tests', test),
  )
  await saveTests(context, wanted.scope, detailed)
  const part = <Name extends AzureReportName>(answer: AzureReportResult<Name> | null) => ({
    outcome: answer?.outcome ?? ('locked' as const),
    httpStatus: answer?.error?.httpStatus ?? null,
    detail: answer?.error?.detail ?? null,
    missingAction: answer?.error?.missingAction ?? null,
    data: answer?.data ?? null,
  })
  const body: AzureGatewayReports = {
    resiliency: part(resiliency),
    routes: part(routes),
    tests: { ...part(tests), data: tests?.data ? detailed : null },
  }
  await saveAzureReports(db.pool, wanted, body, clock.now())
  return null
}

const isOver = (answer: AzureReportResult | null) =>
  answer !== null && (!PASSING.has(answer.outcome) || isRefusal(answer))
/** Reports whether Azure rejected the request as invalid (400 or 405), so that repeating it would not help. */
const isRefusal = ({ error }: AzureReportResult) => error?.httpStatus === 400 || error?.httpStatus === 405

/** Runs an operation on a gateway when no poll is using it. Returns null if polls were using it during all attempts. */
async function held<T>(
  { db, pause = sleep }: Context,
  resourceId: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | null> {
  for (let tries = 0; tries < HOLD_TRIES && !signal.aborted; tries++) {
    const answer = await runHoldingResource(db, resourceId, (lost) => work(AbortSignal.any([signal, lost])))
    if (answer !== null) return answer
    await pause(MS_PER_SECOND)
  }
  return null
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
