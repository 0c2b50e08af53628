import path from 'node:path'
import {
  type AzureAccess,
  type AzureSettings,
  createAzureClient,
  type HttpExchange,
  findDefaultSubscriptions,
  signInToDatabase,
} from '#lib/azure/index.ts'
import type { SetupResult } from '#lib/contract/index.ts'
import { machineClock } from '#lib/platform/clock.ts'
import { DEFAULT_IDENTITY, type EnvironmentSettings } from '#lib/platform/environment.ts'
import {
  AzureResponseWatch,
  fetchSetupFindings,
  runAzureSetupChecks,
  skipAzureSetupChecks,
  checkDatabase,
} from '#lib/setup/index.ts'
import { formatAzureRole } from '../docs/permissions-role.ts'
import { checkProxy } from './proxy.ts'

const MIGRATIONS = path.resolve(import.meta.dirname, '../../prisma/migrations')

/**
 * Returns the custom Azure role that Peerwatch needs, as JSON. Its assignable scopes are the configured subscriptions.
 * If the configuration names no subscriptions, these are all subscriptions that the identities can see.
 */
export async function describeAzureRole(settings: EnvironmentSettings): Promise<string> {
  const { azure } = settings
  const all = [azure.subscriptions, ...azure.identities.map(({ subscriptions }) => subscriptions)]
  const named = all.flatMap((ids) => (ids === 'all' ? [] : ids))
  const seen = all.includes('all') ? await seenSubscriptions(settings) : []
  return formatAzureRole([...new Set([...named, ...seen].map((id) => id.toLowerCase()))])
}

async function seenSubscriptions({ azure: configured }: EnvironmentSettings): Promise<string[]> {
  const { resourceManagerUrl, identities } = configured
  const azure = createAzureClient({
    subscriptionIds: findDefaultSubscriptions(configured),
    identities,
    resourceManagerUrl,
  })
  try {
    const { subscriptions } = await azure.listSubscriptions()
    return subscriptions.map(({ subscriptionId }) => subscriptionId)
  } finally {
    azure.close()
  }
}

interface Asking {
  progress: (line: string) => void
  /** called with each request to Azure and its response */
  onExchange?: (exchange: HttpExchange) => void
}

/**
 * Runs the checks of `npm run doctor` that need installed packages: the database, the proxy and, if `asksAzure` is
 * true, Azure.
 */
export async function checkInstallation(
  settings: EnvironmentSettings,
  { asksAzure, ...asking }: Asking & { asksAzure: boolean },
): Promise<SetupResult[]> {
  const { progress } = asking
  progress('database')
  signInToDatabase(settings)
  const database = [...(await checkDatabase(settings.databaseUrl, MIGRATIONS)), await checkProxy(settings)]
  return [...database, ...(asksAzure ? await ofAzure(settings, asking) : skipAzureSetupChecks('Azure was not asked.'))]
}

async function ofAzure({ azure: configured, demo, poll }: EnvironmentSettings, { progress, onExchange }: Asking) {
  const { isPublicCloud, resourceManagerUrl, apiVersion } = configured
  if (demo && isPublicCloud) {
    return skipAzureSetupChecks('No subscription is configured (AZURE_SUBSCRIPTION_IDS): npm start shows the demo.')
  }
  const watch = new AzureResponseWatch()
  let learned: string | null = null
  const own = findDefaultSubscriptions(configured)
  const { identities } = configured
  const clients: AzureAccess[] = []
  const clientOf = (asking: Pick<AzureSettings, 'subscriptionIds' | 'identities'>) => {
    const client = createAzureClient({
      ...asking,
      resourceManagerUrl,
      metricsUrl: configured.monitorMetricsUrl,
      networkApiVersion: apiVersion,
      // A higher rate than in normal operation is used, because the check runs only once and a user waits for it.
      discoveryReadsPerSecond: 20,
      onApiVersion: (version) => {
        learned = version
      },
      onExchange: (exchange) => {
        watch.note(exchange)
        onExchange?.(exchange)
      },
    })
    clients.push(client)
    return client
  }
  const ask = (azure: AzureAccess, say: typeof progress) =>
    fetchSetupFindings({ azure, watch, intervals: poll, now: () => machineClock.now() }, say)
  try {
    const asked = await ask(clientOf({ subscriptionIds: own, identities }), progress)
    if (identities.length > 0) {
      // The checks run separately for each identity, because an identity may lack a permission that another identity
      // has.
      const each: [string, AzureAccess][] = [
        ...(own.length > 0 ? [[DEFAULT_IDENTITY, clientOf({ subscriptionIds: own })] as [string, AzureAccess]] : []),
        ...identities.map((one): [string, AzureAccess] => [
          one.name,
          clientOf({ subscriptionIds: [], identities: [one] }),
        ]),
      ]
      const polls = []
      for (const [identity, azure] of each) {
        const { findings } = await ask(azure, (line) => progress(`${identity}: ${line}`))
        polls.push(...findings.polls.map((finding) => ({ ...finding, identity })))
      }
      asked.findings = { ...asked.findings, polls }
    }
    const version = learned ?? apiVersion
    const chosenBy = learned === null ? ('configuration' as const) : ('azure' as const)
    const findings = { ...asked.findings, apiVersion: version === null ? null : { version, chosenBy } }
    return runAzureSetupChecks(findings, asked.planned, configured.countsPosts)
  } finally {
    for (const client of clients) client.close()
  }
}
