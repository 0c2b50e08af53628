/**
 * `npm run record -- --for 24h`: polls the configured Azure deployment, and stores the responses in one file. Secrets
 * are removed from them, and IDs, names and addresses are replaced.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { createAzureClient, findDefaultSubscriptions } from '#lib/azure/index.ts'
import { parseDuration } from '#lib/platform/environment/duration.ts'
import { readAvailableSettings } from '#lib/platform/settings.ts'
import { KEEPABLE_DATA_KINDS, pollEstate, parseKeptDataKinds, createExchangeRecorder } from '#lib/recording/index.ts'
import { parseArguments, exitWithFailure } from './command-line/exit-with-failure.ts'

const USAGE = `usage: npm run record -- --for DURATION [--out FILE] [--keep names,addresses]

  --for   how long, such as 30m or 24h; Ctrl-C ends it earlier
  --out   the file (recording-DATE.ndjson.gz unless given); one that is there goes on
  --keep  leaves names or addresses unchanged; ids are always mapped and secrets always removed`

const fail: (...lines: string[]) => never = (...lines) => exitWithFailure('record', lines)

const { values: given } = parseArguments('record', USAGE, {
  options: { for: { type: 'string' }, out: { type: 'string' }, keep: { type: 'string' }, help: { type: 'boolean' } },
})
if (given.for === undefined) fail('--for is missing', USAGE)
const forMs = parseDuration(given.for) ?? 0
// the maximum is 24 days, because a timer of Node can last at most 24.8 days
if (!(forMs >= 1_000 && forMs <= 24 * 24 * 3_600_000)) fail(`--for ${given.for}: not a duration from 1s to 24d`)
const { kept, unknown } = parseKeptDataKinds(given.keep ?? '')
if (unknown.length > 0) fail(`--keep ${unknown.join(',')}: none of ${KEEPABLE_DATA_KINDS.join(', ')}`)

const { settings, faults } = readAvailableSettings(process.env, process.cwd())
if (faults.length > 0) fail(...faults)
const { isPublicCloud } = settings.azure
if (settings.demo && isPublicCloud) fail('AZURE_SUBSCRIPTION_IDS: empty, so there is nothing to record: set it')

const out = given.out ?? `recording-${new Date().toISOString().slice(0, 16).replace(/[:T]/g, '-')}.ndjson.gz`
const ends = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ends.abort())
const recorder = (() => {
  try {
    return createExchangeRecorder(out, {
      kept,
      startedAt: Date.now(),
      onFault: (error) => {
        process.exitCode = 1
        process.stderr.write(`record: ${out} can't be written: ${(error as Error).message}\n`)
        ends.abort()
      },
    })
  } catch (error) {
    return fail((error as Error).message)
  }
})()
const azure = createAzureClient({
  resourceManagerUrl: settings.azure.resourceManagerUrl,
  metricsUrl: settings.azure.monitorMetricsUrl,
  subscriptionIds: findDefaultSubscriptions(settings.azure),
  identities: settings.azure.identities,
  networkApiVersion: settings.azure.apiVersion,
  onExchange: recorder.note,
})
process.stderr.write(`record: ${out}, for ${given.for}; keep ${out}.key to yourself\n`)
let polls = 0
delay(forMs, undefined, { signal: ends.signal, ref: false }).then(
  () => ends.abort(),
  () => {},
)
await pollEstate({
  azure,
  intervals: settings.poll,
  signal: ends.signal,
  onPoll: ({ kind, outcome }) => {
    polls += 1
    if (outcome !== 'ok') process.stderr.write(`record: ${kind} ${outcome}\n`)
  },
}).catch((error: unknown) => {
  if (!ends.signal.aborted) throw error
})
azure.close()
recorder.close()
process.stderr.write(`record: ${polls} polls, ${recorder.count} answers in ${out}\n`)
process.exit()
