/**
 * Tests whether notifications survive frozen processes: `npm run bench freezes [--minutes=10] [--longest=40] [--seed=1]
 * [--every=12] [--short-incidents]`.
 * Runs the whole product on the simulated estate. In addition to the estate's own events, a circuit loses a session or
 * a path about every `--every` seconds. Worker and web are stopped (SIGSTOP) at random for up to `--longest` seconds,
 * separately or together. A webhook receiver on this machine collects the notifications. With `--short-incidents` an
 * incident closes after 15 s of health and is never reopened, so that nearly every loss causes two notifications;
 * without it, an hour of losses results in a few long incidents. At the end everything runs until it has settled, and
 * the received notifications are compared with the recorded incidents. Exits with 1 if a notification was lost or sent
 * twice. `--minutes=1440` tests a whole day.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { readAlertingLeaseAge } from '#lib/platform/leases/index.ts'
import { setChannel, shortenIncidents } from './freezes/alerting.ts'
import { compareNoticesWithIncidents } from './freezes/compare.ts'
import { type ProcessFreezeCounts, freezeAtRandom, createSeededNumberGenerator } from './freezes/freezer.ts'
import { startReceiver } from './freezes/receiver.ts'
import { countEventsOfKindSince, isSent, readNotificationOutboxSince, recordedIncidents } from './freezes/recorded.ts'
import { type StartedProduct, startProductOnSimulator } from './product/start-product.ts'
import { printFigureLine, printMachine, printTimes } from './screens/figures.ts'
import { fetchList } from './product/list.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    longest: { type: 'string', default: '40' },
    every: { type: 'string', default: '12' },
    seed: { type: 'string', default: '1' },
    'short-incidents': { type: 'boolean', default: false },
  },
})
const minutes = Number(values.minutes)
const random = createSeededNumberGenerator(Number(values.seed))
/** Maximum time to settle. Digests take two minutes, and simulated losses end within about one minute. */
const SETTLE_AT_MAX_MS = 8 * 60_000

const receiver = await startReceiver()
const product = await startProductOnSimulator({ OUTBOUND_ALLOW: new URL(receiver.url).host })
const db = createDatabase(product.databaseUrl, { max: 2, applicationName: 'peerwatch-bench' })
try {
  await run()
} finally {
  await db.close()
  await product.stop()
  receiver.close()
}

async function run(): Promise<void> {
  printMachine()
  await setChannel(product.url, receiver.url, 'freezes')
  if (values['short-incidents']) await shortenIncidents(product.url, 'bench freezes')
  const begun = Date.now()
  const until = begun + minutes * 60_000
  const watching = watchLease(db)
  const losing = loseAtRandom(product, until)
  const freezes = await freezeAtRandom(product, { until, longest: Number(values.longest), random })
  const losses = await losing
  printFigureLine(`froze for ${minutes} min; waiting until everything has settled`)
  const calm = Date.now()
  await delay(90_000)
  while (!(await isSent(db)) && Date.now() - calm < SETTLE_AT_MAX_MS) await delay(5_000)
  const ages = await watching.end()
  await report({ begun, calm, freezes, losses, ages })
}

async function report(of: {
  begun: number
  calm: number
  freezes: ProcessFreezeCounts
  losses: number
  ages: LeaseAge[]
}) {
  const { begun, calm, freezes, losses, ages } = of
  const incidents = await recordedIncidents(db, begun)
  const outbox = await readNotificationOutboxSince(db, begun)
  const { lost, doubled } = compareNoticesWithIncidents(incidents, receiver.notices, Date.now() - 60_000)
  const missing = outbox.delivered.filter(({ id }) => !receiver.firstAt.has(id))
  const { count, seconds, both, longest } = freezes
  const rounded = (n: number) => Math.round(n)
  printFigureLine(
    `freezes:    worker ${count.worker} (${rounded(seconds.worker)} s), web ${count.web} (${rounded(seconds.web)} s), both at once ${rounded(overlap(both, begun, calm) / 1_000)} s, longest ${rounded(longest)} s, in ${rounded((calm - begun) / 1_000)} s`,
  )
  printFigureLine(
    `losses:     ${losses} injected; ${await countEventsOfKindSince(db, 'session_down', begun)} session_down recorded`,
  )
  printFigureLine(
    `incidents:  ${incidents.length} opened, ${incidents.filter(({ settledAt }) => settledAt !== null).length} to notify`,
  )
  printFigureLine(
    `messages:   ${outbox.delivered.length} delivered (${JSON.stringify(outbox.others)} not), ${receiver.messages} received, ${receiver.messages - receiver.firstAt.size} again under the same id`,
  )
  printFigureLine(`lost:       ${lost.length + missing.length}`)
  for (const line of [...lost, ...missing.map(({ id }) => `${id}: delivered, and never received`)])
    printFigureLine(`  ${line}`)
  printFigureLine(`doubled:    ${doubled.length}`)
  for (const line of doubled) printFigureLine(`  ${line}`)
  const delays = outbox.delivered.map(({ id, createdAt }) => (receiver.firstAt.get(id) ?? Date.now()) - createdAt)
  printTimes('decision to arrival', delays)
  const unexplained = ages.map(({ at, ms }) => ms - overlap(both, at - ms, at))
  printFigureLine(
    `longest time without an evaluator: ${longestSeconds(ages.map(({ ms }) => ms))} s, without the time in which both stood still ${longestSeconds(unexplained)} s`,
  )
  printFigureLine(
    `collector_error recorded: ${await countEventsOfKindSince(db, 'collector_error', begun)}, nothing_polled: ${await countEventsOfKindSince(db, 'nothing_polled', begun)}`,
  )
  if (lost.length + missing.length + doubled.length > 0) process.exitCode = 1
}

/**
 * Injects random losses until a time.
 * @returns the number of injected losses
 */
async function loseAtRandom({ url, simulatorUrl }: StartedProduct, until: number): Promise<number> {
  const circuits = await fetchList<{ name: string }>(url, 'circuits')
  let count = 0
  while (Date.now() < until) {
    const loss = {
      op: random() < 0.5 ? 'session-loss' : 'cut-path',
      circuit: circuits[Math.floor(random() * circuits.length)]?.name,
      path: random() < 0.5 ? 'primary' : 'secondary',
      seconds: Math.round(15 + random() * 60),
    }
    const response = await fetch(`${simulatorUrl}/_control/happenings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(loss),
    })
    if (response.ok) count += 1
    else printFigureLine(`the simulator refused ${JSON.stringify(loss)}: ${await response.text()}`)
    await delay(Number(values.every) * 1_000 * (0.5 + random()))
  }
  return count
}

/** Age of the last renewal of the lease at a time. */
interface LeaseAge {
  at: number
  ms: number
}

/** Samples the age of the alerting lease twice a second. */
function watchLease(of: Database): { end(): Promise<LeaseAge[]> } {
  const ages: LeaseAge[] = []
  const stopping = new AbortController()
  const running = (async () => {
    while (!stopping.signal.aborted) {
      ages.push({ ms: ((await readAlertingLeaseAge(of)) ?? 0) * 1_000, at: Date.now() })
      await delay(500)
    }
  })()
  return {
    async end() {
      stopping.abort()
      await running
      return ages
    },
  }
}

/** Returns the milliseconds of the intervals that fall within [from, to]. */
function overlap(intervals: readonly { from: number; to: number }[], from: number, to: number): number {
  return intervals.reduce((sum, one) => sum + Math.max(0, Math.min(to, one.to) - Math.max(from, one.from)), 0)
}

function longestSeconds(times: readonly number[]): string {
  return (times.reduce((most, ms) => Math.max(most, ms), 0) / 1_000).toFixed(1)
}
