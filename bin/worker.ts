import path from 'node:path'
import { createScopedReaders, type JobContext } from '#lib/questions/index.ts'
import { readWholeEstateMetrics } from '#lib/setup/answers/index.ts'
import { createAzureClient, findDefaultSubscriptions, signInToDatabase } from '#lib/azure/index.ts'
import { saveSloCounts } from '#lib/history/index.ts'
import { recordApiVersion } from '#lib/setup/store/index.ts'
import { CLOCK_TOLERANCE_MS } from '#lib/contract/index.ts'
import { createPeerwatchFaultCheck } from '#lib/alerting/index.ts'
import { machineClock } from '#lib/platform/clock.ts'
import { readDatabaseClockRegularly, databaseClock } from '#lib/platform/database-clock.ts'
import { createDatabase, MAX_SILENT_TRANSACTION_MS } from '#lib/platform/database.ts'
import { claimDeployment, DeploymentError } from '#lib/platform/deployment.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { MigrationError, requireMigrated } from '#lib/platform/migrations/index.ts'
import { publishMetrics } from '#lib/platform/telemetry/process-metrics.ts'
import { type ProcessSettings, SettingsError, getSettings } from '#lib/platform/settings.ts'
import { startTelemetry } from '#lib/platform/telemetry/index.ts'
import { startSingleExporter } from '#lib/platform/telemetry/single-exporter.ts'
import { incidentMessageReaders } from '#lib/incidents/answers/index.ts'
import { readHindranceOfRoot } from '#lib/resilience/answers/index.ts'
import {
  countNotificationsTowardsSlo,
  requestIncidentEvaluation,
  createConfiguredSecretBox,
  createConfiguredNotificationSender,
  startNotifier,
} from '#lib/notify/index.ts'
import {
  runBackTestsOnRequest,
  followChanges,
  metricBatchesRefused,
  startClockRecovery,
  startWorker,
  createHistoryJobs,
} from '#lib/poller/index.ts'
import { type JobScheduler, startJobs } from '#lib/platform/jobs.ts'
import { startWatchdog } from '#lib/poller/watchdog/index.ts'
import { type HttpExchangeRecorder, RecordingError, createExchangeRecorder } from '#lib/recording/index.ts'
import { readRouterSideSessions } from '#lib/routers/join/router-side-sessions.ts'
import { closeFutureDatedReports } from '#lib/routers/store/index.ts'
import { AzureResponseWatch } from '#lib/setup/index.ts'
import { mergedCapabilityOfAllFeatures } from '#lib/table.ts'
import type { ScheduledJob } from '#lib/platform/job.ts'

import '#lib/platform/small-heap.ts'

/**
 * Maximum number of database connections. A few are enough for many polls at the same time, because transactions are
 * short.
 */
const CONNECTIONS = 12

/**
 * Number of connections that workers use to reserve due polls for themselves, and to send heartbeats. Each use is one
 * SQL statement that never waits for a lock.
 */
const TIMETABLE_CONNECTIONS = 2
const TIMETABLE_STATEMENT_MS = 10_000

/**
 * Limits of the separate connections for notifications and the watchdog. Both keep working even if polls and jobs use
 * all other connections.
 */
const ALERTING = { max: 4, statementLimitMs: 15_000, idleInTransactionMs: 15_000 }

/**
 * Delay in milliseconds of the second setup report (the results of the setup checks). The first report is made at the
 * start of the worker, before any poll has ended.
 */
const SETUP_AGAIN_MS = 45_000

/**
 * `npm run worker`: runs the polls whose time has come according to the timetable in the database. Several workers
 * share the polls.
 */
async function main(): Promise<void> {
  const checked = getSettings()
  const { databaseUrl, databaseListenUrl, demo } = checked
  const subscriptionIds = subscriptionsOf(checked)
  signInToDatabase(checked)
  await requireMigrated(databaseUrl, path.resolve(import.meta.dirname, '../prisma/migrations'))
  await claimDeployment(databaseUrl, demo ? 'simulator' : 'azure')

  const log = createComponentLogger('worker')
  for (const warning of checked.warnings) log.warn(warning)
  const db = createDatabase(databaseUrl, {
    max: CONNECTIONS,
    applicationName: 'peerwatch-worker',
    idleInTransactionMs: MAX_SILENT_TRANSACTION_MS,
  })
  const timetable = createDatabase(databaseUrl, {
    max: TIMETABLE_CONNECTIONS,
    statementLimitMs: TIMETABLE_STATEMENT_MS,
    applicationName: 'peerwatch-timetable',
  })
  const alerting = createDatabase(databaseUrl, { ...ALERTING, applicationName: 'peerwatch-alerting' })
  const endClock = await readDatabaseClockRegularly(alerting.pool, CLOCK_TOLERANCE_MS)
  // a worker that cannot connect to the database ends here, so that it is restarted
  await Promise.all([db, timetable].map(({ pool }) => pool.query('SELECT')))
  const estate = checked.telemetry?.metrics
    ? startSingleExporter(alerting, () => readWholeEstateMetrics(alerting))
    : undefined
  const telemetry = await startTelemetry('worker', checked, estate)
  const watch = new AzureResponseWatch()
  const recorder = recorderOf(process.argv)
  const azure = createAzureClient({
    onExchange: (exchange) => {
      watch.note(exchange)
      recorder?.note(exchange)
    },
    resourceManagerUrl: checked.azure.resourceManagerUrl,
    metricsUrl: checked.azure.monitorMetricsUrl,
    subscriptionIds,
    identities: checked.azure.identities,
    networkApiVersion: checked.azure.apiVersion,
    onApiVersion: (version) => {
      log.warn({ version }, 'this Azure lacks the SDK’s version of Microsoft.Network; the newest that it names is used')
      void noteVersion({ version, chosenBy: 'azure' })
    },
    onChangesRefused: (refusal) => {
      log.warn(refusal, 'Resource Graph does not answer; who changed what is read in the Activity Log alone')
    },
    onMetricsRefused: ({ identity, subscriptionId, region, outcome, error, until }) => {
      metricBatchesRefused.inc({ outcome })
      const grant = `az role assignment create --assignee <principal id> --role "Monitoring Reader" --scope /subscriptions/${subscriptionId}`
      log.warn(
        {
          identity,
          subscriptionId,
          region,
          outcome,
          error,
          until: new Date(until),
          ...(outcome === 'forbidden' && { grant }),
        },
        'metrics can not be read together; they are read one by one from Azure Resource Manager, whose budget that draws from',
      )
    },
  })
  const { apiVersion } = checked.azure
  // The API version is only shown on the page Sources. Polls continue if it cannot be stored.
  const noteVersion = (version: Parameters<typeof recordApiVersion>[1]) =>
    recordApiVersion(db.pool, version).catch((error: unknown) =>
      log.warn({ err: error }, 'the API version could not be noted'),
    )
  await noteVersion(apiVersion === null ? null : { version: apiVersion, chosenBy: 'configuration' })
  const changes = followChanges(databaseListenUrl ?? databaseUrl)
  const { countsPosts } = checked.azure
  const listed = await workerJobs({ settings: checked, azure, watch, wake: (name) => jobs.wake(name) })
  const endRecovery = startClockRecovery({
    db,
    timetable: alerting,
    azureTime: watch.azureTime,
    closeReports: closeFutureDatedReports,
  })
  const worker = startWorker({
    db,
    timetable,
    azure,
    intervals: checked.poll,
    countsPosts,
    incidentsChanged: requestIncidentEvaluation,
    changes,
    readRouterEnds: readRouterSideSessions,
  })
  const notifier = startNotifier({
    db: alerting,
    send: createConfiguredNotificationSender(checked),
    secrets: createConfiguredSecretBox(checked),
    scoped: createScopedReaders(alerting),
    incidents: { ...incidentMessageReaders, hindrance: readHindranceOfRoot },
  })
  const jobs: JobScheduler = startJobs(db, listed)
  runBackTestsOnRequest(changes, jobs)
  changes.on(['resilience'], () => {
    jobs.wake('double-losses')
    jobs.wake('azure-reports')
  })
  // after this delay, the first inventory and polls have ended
  setTimeout(() => jobs.wake('setup'), SETUP_AGAIN_MS).unref()
  const watchdog = startWatchdog({
    db: alerting,
    datesSamples: true,
    incidentsChanged: requestIncidentEvaluation,
    ownFaults: createPeerwatchFaultCheck(alerting, checked),
  })
  const endPublishing = publishMetrics(db, 'worker')
  const endCounting = saveSloCounts(alerting, [countNotificationsTowardsSlo])
  log.info({ azure: checked.azure.resourceManagerUrl, every: checked.poll }, 'polling')

  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    await Promise.all([
      worker.stop(),
      changes.close(),
      jobs.stop(),
      notifier.stop(),
      watchdog.stop(),
      endPublishing(),
      endCounting(),
      endClock(),
      endRecovery(),
    ])
    azure.close()
    recorder?.close()
    await Promise.all([telemetry.stop(), estate?.stop()])
    await Promise.all([db.close(), timetable.close(), alerting.close()])
    log.info('stopped')
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop())
  // The worker must stop when its parent process ends, if it was forked or started with --with-parent.
  process.once('disconnect', () => void stop())
  if (process.argv.includes('--with-parent') && !process.channel) {
    process.stdin.once('end', () => void stop())
    process.stdin.once('close', () => void stop())
    process.stdin.resume()
  }
}

/**
 * Returns a recorder that stores the requests of this worker to Azure and the responses in the file of `--record FILE`.
 * Secrets are removed from them. Null without the option.
 */
function recorderOf(argv: readonly string[]): HttpExchangeRecorder | null {
  const at = argv.indexOf('--record')
  if (at < 0) return null
  const file = argv[at + 1]
  if (!file) throw new SettingsError(['--record: name the file of the recording'])
  const onFault = (error: unknown) =>
    createComponentLogger('worker').error({ err: error }, 'the recording can’t be written; polling goes on without it')
  return createExchangeRecorder(file, { kept: [], startedAt: machineClock.now(), onFault })
}

/**
 * Returns the subscriptions to poll. The demo polls all subscriptions of the simulator. A real Azure deployment is
 * polled only if subscriptions or identities are configured.
 * @throws SettingsError if there is nothing to poll
 */
function subscriptionsOf({ azure, demo }: ProcessSettings): readonly string[] | '*' {
  const isConfigured = azure.subscriptions.length > 0 || azure.identities.length > 0
  if (!isConfigured && (!demo || azure.isPublicCloud)) {
    throw new SettingsError([
      'AZURE_SUBSCRIPTION_IDS: empty, so there is nothing to poll: set it, or run npm start for the demo',
    ])
  }
  return findDefaultSubscriptions(azure)
}

try {
  await main()
} catch (error) {
  const isOurs = [SettingsError, MigrationError, DeploymentError, RecordingError].some((type) => error instanceof type)
  if (error instanceof Error && isOurs) {
    process.stderr.write(`${error.message}\n`)
  } else {
    const { code, message } = error as { code?: string; message: string }
    process.stderr.write(`the worker can't start: ${message || code}\n`)
  }
  // open connections would keep this process alive, so that it would not be restarted
  process.exit(1)
}

/**
 * Returns the background jobs of a worker: jobs that maintain the stored history, and the jobs of all feature modules.
 */
async function workerJobs(context: Omit<JobContext, 'clock'>): Promise<ScheduledJob[]> {
  const { azure, settings, wake, watch } = context
  const history = createHistoryJobs({
    azure,
    clock: databaseClock,
    retention: settings.retain,
    azureTime: watch.azureTime,
    // After older metrics were read from Azure (back-fill), the cost of traffic is computed again, because the overview
    // shows the last computed cost.
    onPastRead: () => wake('cost-traffic'),
  })
  const ofRooms = await mergedCapabilityOfAllFeatures.jobs()
  return [...history, ...ofRooms({ ...context, clock: databaseClock })]
}
