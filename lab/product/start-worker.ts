import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'

const ROOT = path.resolve(import.meta.dirname, '../..')

/**
 * Starts a worker that polls all subscriptions of the Azure at `url`.
 * @param intervals settings such as `POLL_SESSIONS_EVERY`
 */
export function startProductWorker(
  databaseUrl: string,
  url: string,
  identityHeader: string,
  intervals: Readonly<Record<string, string>>,
): ChildProcess {
  return spawn(process.execPath, [path.join(ROOT, 'bin/worker.ts')], {
    cwd: ROOT,
    stdio: 'ignore',
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      AZURE_SUBSCRIPTION_IDS: '*',
      AZURE_RESOURCE_MANAGER_URL: url,
      AZURE_MONITOR_METRICS_URL: url,
      IDENTITY_ENDPOINT: `${url}/msi/token`,
      IDENTITY_HEADER: identityHeader,
      PEERWATCH_ENVIRONMENT: 'complete',
      ...intervals,
    },
  })
}
