import path from 'node:path'
import { createAzure } from '#lib/azure/index.ts'
import type { SetupResult } from '#lib/contract/index.ts'
import { systemClock } from '#lib/platform/clock.ts'
import type { Settings } from '#lib/platform/environment.mjs'
import { AnswerWatch, askAzure, azureResults, azureSkipped, databaseResults } from '#lib/setup/index.ts'
import { roleText } from '../docs/permissions-role.ts'

const MIGRATIONS = path.resolve(import.meta.dirname, '../../prisma/migrations')

/** The custom role, assignable in the configured subscriptions. */
export async function role({ azure }: Settings): Promise<string> {
  return roleText(azure.subscriptions === 'all' ? [] : azure.subscriptions)
}

/** The checks that need installed packages. */
export async function installed(
  settings: Settings,
  { asksAzure, progress }: { asksAzure: boolean; progress: (line: string) => void },
): Promise<SetupResult[]> {
  progress('database')
  const database = await databaseResults(settings.databaseUrl, MIGRATIONS)
  return [...database, ...(asksAzure ? await ofAzure(settings, progress) : azureSkipped('Azure was not asked.'))]
}

async function ofAzure({ azure: configured, demo, poll }: Settings, progress: (line: string) => void) {
  const { subscriptions, isPublicCloud, resourceManagerUrl, apiVersion } = configured
  if (demo && isPublicCloud) {
    return azureSkipped('No subscription is configured (AZURE_SUBSCRIPTION_IDS): npm start shows the demo.')
  }
  const watch = new AnswerWatch()
  let learned: string | null = null
  const azure = createAzure({
    resourceManagerUrl,
    metricsUrl: configured.monitorMetricsUrl,
    subscriptionIds: subscriptions === 'all' || subscriptions.length === 0 ? '*' : subscriptions,
    networkApiVersion: apiVersion,
    // asked once, by somebody who waits for it
    discoveryReadsPerSecond: 20,
    onApiVersion: (version) => {
      learned = version
    },
    onExchange: watch.note,
  })
  try {
    const asked = await askAzure({ azure, watch, intervals: poll, now: () => systemClock.now() }, progress)
    const version = learned ?? apiVersion
    const chosenBy = learned === null ? ('configuration' as const) : ('azure' as const)
    const findings = { ...asked.findings, apiVersion: version === null ? null : { version, chosenBy } }
    const results = azureResults(findings, asked.planned)
    if (asked.left === 0) return results
    const note = `${asked.left} more subscriptions were not asked`
    return results.map((result) => (result.id === 'rights' ? { ...result, lines: [...result.lines, note] } : result))
  } finally {
    azure.close()
  }
}
