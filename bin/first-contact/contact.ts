import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type AzureSettings, createAzureClient, type HttpExchange, readRetailPrices } from '#lib/azure/index.ts'
import type { SetupResult } from '#lib/contract/index.ts'
import type { PollIntervals } from '#lib/poller/index.ts'
import { pollEstate, readRecording, createExchangeRecorder, serveRecording } from '#lib/recording/index.ts'
import { AzureResponseWatch, fetchSetupFindings } from '#lib/setup/index.ts'
import {
  type FirstContactCheck,
  listFirstContactChecks,
  formatFirstContactMarkdown,
  type RecordingReplayStatistics,
} from '#lib/setup/contact-checks.ts'
import { FirstContactTally } from './tally.ts'

interface ContactOrder {
  /** settings of the Azure client */
  azure: AzureSettings
  intervals: PollIntervals
  /** folder for the report and the recording; it is created if it is missing */
  out: string
  forMs: number
  signal: AbortSignal
  version: string
  /** address of Azure's list prices; null = prices are not requested */
  pricesUrl: string | null
  /** runs the checks of `npm run doctor`; the callback receives each request to Azure with its response */
  setup: (onExchange: (exchange: HttpExchange) => void) => Promise<SetupResult[]>
  progress: (line: string) => void
}

/**
 * Sends every kind of request that Peerwatch can send to an Azure deployment, for the ordered duration. Writes
 * `report.md` and `report.json` (without names, addresses and IDs of the deployment), and `recording.ndjson.gz`, in
 * which the names, addresses and IDs are replaced. The recording is then replayed as a test.
 */
export async function runFirstContact(order: ContactOrder): Promise<{ checks: FirstContactCheck[]; folder: string }> {
  const { out, intervals, progress } = order
  mkdirSync(out, { recursive: true, mode: 0o700 })
  const file = path.join(out, 'recording.ndjson.gz')
  const tally = new FirstContactTally()
  const startedAt = Date.now()
  const faults: string[] = []
  const recorder = createExchangeRecorder(file, {
    kept: [],
    startedAt,
    onFault: (error) => faults.push(`it could not be written: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`),
  })
  const note = (exchange: HttpExchange): void => {
    tally.noteExchange(exchange)
    recorder.note(exchange)
  }
  progress('checks')
  const setup = await order.setup(note)
  progress(`polls for ${Math.round(order.forMs / 60_000)} min`)
  const azure = createAzureClient({ ...order.azure, onExchange: note })
  const ends = AbortSignal.any([order.signal, AbortSignal.timeout(order.forMs)])
  await pollEstate({ azure, intervals, signal: ends, onPoll: tally.notePoll }).catch((error: unknown) => {
    if (!ends.aborted) throw error
  })
  azure.close()
  recorder.close()
  progress('prices')
  const prices = await pricesOf(order.pricesUrl)
  progress('replay')
  const replay = faults[0] ?? (await replayed(file, intervals))
  const figures = tally.figures()
  const checks = listFirstContactChecks({ setup, figures, replay, prices })
  const minutes = Math.round((Date.now() - startedAt) / 60_000)
  const about = { at: new Date(startedAt).toISOString(), minutes, version: order.version }
  writeFileSync(path.join(out, 'report.md'), formatFirstContactMarkdown(checks, about))
  writeFileSync(path.join(out, 'report.json'), `${JSON.stringify({ ...about, checks, figures, replay }, null, 2)}\n`)
  return { checks, folder: out }
}

async function pricesOf(url: string | null): Promise<number | string> {
  if (url === null) return 'not asked for'
  const read = await readRetailPrices({ url, currency: 'USD', signal: AbortSignal.timeout(120_000) })
  return read.ok ? read.pages.length : 'they could not be read: is prices.azure.com open to this machine?'
}

/**
 * Serves the recording on a local address and sends the same requests to it, to test whether the recording can be
 * replayed. Returns numbers about the replay, or the reason why it failed.
 */
async function replayed(file: string, intervals: PollIntervals): Promise<RecordingReplayStatistics | string> {
  const recording = readRecording(file)
  const server = await serveRecording(recording)
  const tally = new FirstContactTally()
  let notRecorded = 0
  const azure = createAzureClient({
    resourceManagerUrl: server.url,
    metricsUrl: server.url,
    subscriptionIds: '*',
    createCredential: () => ({
      getToken: async () => ({ token: 'replay', expiresOnTimestamp: Date.now() + 3_600_000 }),
    }),
    onExchange: ({ answer }) => {
      if (answer?.body.includes('"NotRecorded"')) notRecorded += 1
    },
  })
  try {
    const { findings } = await fetchSetupFindings(
      { azure, watch: new AzureResponseWatch(), intervals, now: Date.now },
      () => {},
    )
    for (const { kind, outcome, error, seconds } of findings.polls)
      tally.notePoll({ kind, outcome, error, startedAt: 0, finishedAt: (seconds ?? 0) * 1_000 })
    return { exchanges: recording.exchanges.length, kinds: tally.figures().kinds, notRecorded }
  } finally {
    azure.close()
    await server.close()
  }
}
