import path from 'node:path'
import { estimateDaysUntilFull, readDatabaseSpace } from '#lib/alerting/index.ts'
import type { AzureAccess } from '#lib/azure/index.ts'
import { readPollPlanState, readResourcePage, listSources, type PollHealth } from '#lib/history/index.ts'
import { saveSetupReport, type SetupReport, readNetworkApiVersion } from './store/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import type { PostCountingSetting } from '#lib/poller/index.ts'
import type { AzureResponseWatch } from './azure-response-watch.ts'
import { runAzureSetupChecks } from './azure-checks.ts'
import { checkDatabase } from './database-checks.ts'
import { checkDiskSpace, checkEnvironmentVariables, checkNodeVersion } from './local-checks.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { computeCallSeconds } from '#lib/questions/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import type { AzureSetupResults, SetupPollResult } from './azure-findings.ts'
import type { TimedPoll } from './interval-check.ts'

const MIGRATIONS = path.resolve(import.meta.dirname, '../../prisma/migrations')

interface SetupContext {
  db: Database
  azure: AzureAccess
  watch: AzureResponseWatch
  clock: Clock
  dataDir: string
  /** value of SECRETS_KEY; null = the process creates its own key in `dataDir` */
  secretsKey: string | null
  /** value of ARM_COUNTS_POSTS (whether Azure counts diagnostic POST requests) */
  countsPosts: PostCountingSetting
  warnings: readonly string[]
}

/** Runs all setup checks that a worker can run, and saves the report for the page Setup. */
export async function runSetupChecks(context: SetupContext, signal: AbortSignal): Promise<SetupReport> {
  const { db, azure, watch, clock, dataDir, secretsKey, warnings } = context
  const now = () => clock.now()
  const plan = await readPollPlanState(db.pool)
  const { findings, planned } = await recordedPolls(
    { db: db.pool, azure, watch, now, isPlanned: plan !== null },
    signal,
  )
  // If the planner has found that Azure counts POST requests, the check uses this too.
  const isLearned = context.countsPosts === 'learn' && plan?.countsPosts
  const countsPosts = isLearned ? 'yes' : context.countsPosts
  const report = {
    at: now(),
    results: [
      checkNodeVersion(process.version, now()),
      // The list of faults is empty, because a worker with faults refuses to start.
      checkEnvironmentVariables([], warnings),
      checkDiskSpace(dataDir, {
        isWritten: secretsKey === null,
        daysLeft: estimateDaysUntilFull(await readDatabaseSpace(db.pool, dataDir)),
      }),
      ...(await checkDatabase(db.url, MIGRATIONS)),
      ...runAzureSetupChecks(findings, planned, countsPosts),
    ],
  }
  await saveSetupReport(db.pool, report)
  return report
}

/** Returns the last result of a poll, and refusals of other identities for the same poll. */
function findingsOf(
  resourceId: string,
  { kind, lastOutcome, error, budget }: Pick<PollHealth, 'kind' | 'lastOutcome' | 'error' | 'budget'>,
): SetupPollResult[] {
  const { identity, refused = [] } = budget ?? {}
  const last = { resourceId, kind, outcome: lastOutcome, error, seconds: null, ...(identity && { identity }) }
  const others = refused.filter((refusal) => refusal.identity !== identity)
  return [
    last,
    ...others.map(({ identity: other, outcome, code, missingAction }) => ({
      resourceId,
      kind,
      outcome,
      error: { code, detail: '', missingAction },
      seconds: null,
      identity: other,
    })),
  ]
}

const intervalInForce = ({ plan: { plannedSeconds, reason }, floorSeconds }: PollHealth) => ({
  seconds: plannedSeconds,
  limitedBy: reason?.limitedBy ?? null,
  budget: reason?.budget ?? null,
  floorSeconds,
})

/** Returns the results of requests to Azure as recorded by polls. Only the list of subscriptions is requested again. */
async function recordedPolls(
  {
    db,
    azure,
    watch,
    now,
    isPlanned,
  }: { db: SqlExecutor; azure: AzureAccess; watch: AzureResponseWatch; now: () => EpochMs; isPlanned: boolean },
  signal: AbortSignal,
): Promise<{ findings: AzureSetupResults; planned: TimedPoll[] }> {
  const { outcome, error, subscriptions, identities } = await azure.listSubscriptions({ signal })
  const [sources, resources, apiVersion] = await Promise.all([
    listSources(db),
    readResourcePage(db, {}),
    readNetworkApiVersion(db),
  ])
  const found = new Map<string, number>()
  for (const { type, config, removed } of resources) {
    if (config !== null && removed === null) found.set(type, (found.get(type) ?? 0) + 1)
  }
  const regions = new Map(resources.map(({ id, location }) => [id, location]))
  const scheduled = sources.filter((source) => source.scheduled)
  const isInventoried = sources.some(({ poll }) => poll.kind === 'inventory' && poll.lastFinishedAt !== null)
  const { clock, principalIds } = watch
  return {
    findings: {
      listing: { outcome, error, subscriptions, identities },
      clock,
      apiVersion,
      principalIds,
      found: isInventoried ? found : null,
      polls: scheduled
        .filter(({ poll }) => poll.lastFinishedAt !== null)
        .flatMap(({ resourceId, poll }) => findingsOf(resourceId, poll)),
      at: now(),
    },
    planned: scheduled.map(({ scope, resourceId, poll }) => ({
      resourceId,
      region: regions.get(scope) ?? null,
      kind: poll.kind,
      everySeconds: poll.plan.configuredSeconds,
      seconds: computeCallSeconds(poll),
      ...(isPlanned && { inForce: intervalInForce(poll) }),
    })),
  }
}
