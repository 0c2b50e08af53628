import path from 'node:path'
import type { Azure } from '#lib/azure/index.ts'
import { readPlanState } from '#lib/history/index.ts'
import { saveSetupReport, type SetupReport } from './store/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import type { CountsPosts } from '#lib/poller/index.ts'
import type { AnswerWatch } from './answer-watch.ts'
import { azureResults } from './azure.ts'
import { databaseResults } from './database.ts'
import { diskResult, environmentResult, nodeResult } from './local.ts'
import { recordedPolls } from './recorded-polls.ts'

const MIGRATIONS = path.resolve(import.meta.dirname, '../../prisma/migrations')

interface SetupContext {
  db: Database
  azure: Azure
  watch: AnswerWatch
  clock: Clock
  dataDir: string
  /** null = the process keeps a key in `dataDir` itself */
  secretsKey: string | null
  /** of the settings */
  countsPosts: CountsPosts
  warnings: readonly string[]
}

/** Makes every check that a worker can, and keeps the report for the page Setup. */
export async function reportSetup(context: SetupContext, signal: AbortSignal): Promise<SetupReport> {
  const { db, azure, watch, clock, dataDir, secretsKey, warnings } = context
  const now = () => clock.now()
  const { findings, planned } = await recordedPolls({ db: db.pool, azure, watch, now }, signal)
  // what plans learned of Azure is known here too
  const isLearned = context.countsPosts === 'learn' && (await readPlanState(db.pool))?.countsPosts
  const countsPosts = isLearned ? 'yes' : context.countsPosts
  const report = {
    at: now(),
    results: [
      nodeResult(process.version),
      // a worker refuses to start otherwise
      environmentResult([], warnings),
      diskResult(dataDir, { isWritten: secretsKey === null }),
      ...(await databaseResults(db.url, MIGRATIONS)),
      ...azureResults(findings, planned, countsPosts),
    ],
  }
  await saveSetupReport(db.pool, report)
  return report
}
