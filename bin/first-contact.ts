/**
 * `npm run first-contact`: sends every kind of request that Peerwatch can send to an Azure deployment. It writes a
 * report and a recording, which can be given to the developers.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { findDefaultSubscriptions, PUBLIC_RETAIL_PRICES } from '#lib/azure/index.ts'
import { createSetupResult } from '#lib/contract/words/setup-checks.ts'
import { parseDuration } from '#lib/platform/environment/duration.ts'
import { readAvailableSettings } from '#lib/platform/settings.ts'
import { checkDiskSpace, checkEnvironmentVariables, checkNodeVersion } from '#lib/setup/local-checks.ts'
import { parseArguments, exitWithFailure } from './command-line/exit-with-failure.ts'
import { checkInstallation } from './doctor/installation.ts'
import { runFirstContact } from './first-contact/contact.ts'

const USAGE = `usage: npm run first-contact -- [--for DURATION] [--out FOLDER]

  --for  how long it polls, from 1s to 24h (30m); Ctrl-C ends it earlier
  --out  the folder for report and recording (first-contact-DATE)`

const fail = (...lines: string[]): never => exitWithFailure('first-contact', lines)

const { values: given } = parseArguments('first-contact', USAGE, {
  options: { for: { type: 'string', default: '30m' }, out: { type: 'string' }, help: { type: 'boolean' } },
})
const forMs = parseDuration(given.for) ?? 0
if (!(forMs >= 1_000 && forMs <= 24 * 3_600_000)) fail(`--for ${given.for}: not a duration from 1s to 24h`)
const { settings, faults } = readAvailableSettings(process.env, process.cwd())
if (faults.length > 0) fail(...faults)
const { azure, demo } = settings
if (demo && azure.isPublicCloud) fail('AZURE_SUBSCRIPTION_IDS: empty, so there is nothing to ask: set it')
// The log of libraries is turned off, because failures are already part of the results.
process.env.LOG_LEVEL = 'silent'
const ends = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ends.abort())
const progress = (line: string) => process.stderr.write(`first-contact: ${line}\n`)

const { checks, folder } = await runFirstContact({
  azure: {
    resourceManagerUrl: azure.resourceManagerUrl,
    metricsUrl: azure.monitorMetricsUrl,
    subscriptionIds: findDefaultSubscriptions(azure),
    identities: azure.identities,
    networkApiVersion: azure.apiVersion,
  },
  intervals: settings.poll,
  out: path.resolve(given.out ?? `first-contact-${new Date().toISOString().slice(0, 16).replace(/[:T]/g, '-')}`),
  forMs,
  signal: ends.signal,
  version: JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../package.json'), 'utf8')).version,
  pricesUrl: azure.retailPricesUrl ?? (azure.isPublicCloud ? PUBLIC_RETAIL_PRICES : null),
  setup: async (onExchange) => [
    checkNodeVersion(process.version, Date.now()),
    checkEnvironmentVariables(faults, settings.warnings),
    checkDiskSpace(settings.dataDir, { isWritten: true }),
    createSetupResult('packages', 'pass', 'They are installed.'),
    ...(await checkInstallation(settings, { asksAzure: true, progress, onExchange })),
  ],
  progress,
}).catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)))
for (const { title, state, detail } of checks) process.stdout.write(`${state.padEnd(5)} ${title}: ${detail}\n`)
progress(`report.md, report.json and recording.ndjson.gz are in ${folder}; keep recording.ndjson.gz.key to yourself`)
process.exit(checks.some(({ state }) => state === 'fail') ? 1 : 0)
