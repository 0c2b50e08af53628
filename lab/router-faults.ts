/**
 * Injects random faults between a customer's routers (FRR and GoBGP) and Azure's end (BIRD behind a simulated ARM) in
 * network namespaces: `npm run bench router-faults [--faults=24] [--seed=1] [--only=cut,clear]`. A station records the
 * routers' reports while a worker polls Azure. Needs root, FRR, GoBGP, BIRD and rsyslog. Compares the recorded and
 * detected outages with the daemons' own logs, and exits with 1 if they differ.
 */
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { listEvents } from '#lib/history/index.ts'
import { CIRCUIT_PATH_NAMES } from './simulator/daemons/network.ts'
import type { PathName } from './simulator/vocabulary.ts'
import { printBenchLine } from './history/figures.ts'
import { runWithBenchPostgresServer } from './history/server.ts'
import { BothEnds, getRouterSoftware } from './router-faults/both-ends.ts'
import { type SessionLogComparison, compareSessionChangesWithLog } from './router-faults/compare.ts'
import {
  type ChosenRouterFault,
  createRouterFaultChooser,
  type RouterFault,
  type FaultName,
  routerFaults,
} from './router-faults/faults.ts'
import { type SessionEventComparison, compareEvents, outagesOfBoth } from './router-faults/outages.ts'
import { computeSampleQuantile } from './screens/figures.ts'

const { values } = parseArgs({
  options: {
    faults: { type: 'string', default: '24' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: Object.keys(routerFaults).join() },
  },
})
/**
 * Maximum width of bounds in milliseconds. Routers report times in whole seconds, and the time until a report arrives
 * is added.
 */
const MAX_WIDTH_MS = 1_100
const MAX_DELAY_MS = 150
/** Reason recorded if the connection ended before the router had reported a cause, so that the owner is unknown. */
const UNSAID = 'remoteWithoutNotification'
const OF_SESSION = new Set(['session_down', 'session_flap'])

const text = (value: number | null | undefined) => value?.toFixed(1) ?? 'none'
const wrong = (line: string) => {
  printBenchLine(`WRONG: ${line}`)
  process.exitCode = 1
}

function printRecorded(on: PathName, result: SessionLogComparison): void {
  const { changes, recorded, delays, widths } = result
  const [p50, p95, most] = [0.5, 0.95, 1].map((share) => computeSampleQuantile(delays, share))
  const widest = computeSampleQuantile(widths, 1) ?? 0
  printBenchLine(`${getRouterSoftware(on)}: ${changes} changes in its log, ${recorded} recorded`)
  printBenchLine(`  arrival after the log: p50 ${text(p50)} ms, p95 ${text(p95)} ms, most ${text(most)} ms`)
  printBenchLine(`  bounds of falls: p50 ${text(computeSampleQuantile(widths, 0.5))} ms, widest ${text(widest)} ms`)
  for (const line of result.wrong) wrong(`${getRouterSoftware(on)}: ${line}`)
  if (p95 && p95 > MAX_DELAY_MS) wrong(`${getRouterSoftware(on)}: arrival ${text(p95)} ms after the log at p95`)
  if (widest > MAX_WIDTH_MS) wrong(`${getRouterSoftware(on)}: a fall has bounds ${widest} ms wide`)
}

function printDetected(
  on: PathName,
  { outages, events, widths, messageWidths, named, ...result }: SessionEventComparison,
): void {
  printBenchLine(`${getRouterSoftware(on)}, detection: ${outages} outages by the logs of both ends, ${events} events`)
  printBenchLine(
    `  bounds of begins: p50 ${text(computeSampleQuantile(widths, 0.5))} ms, p95 ${text(computeSampleQuantile(widths, 0.95))} ms`,
  )
  const widest = computeSampleQuantile(messageWidths, 1) ?? 0
  printBenchLine(
    `  of those that a message closed: p50 ${text(computeSampleQuantile(messageWidths, 0.5))} ms, widest ${text(widest)} ms`,
  )
  if (widest > MAX_WIDTH_MS)
    wrong(`${getRouterSoftware(on)}: an event that a message began has bounds ${widest} ms wide`)
  for (const [name, count] of [...named].toSorted()) printBenchLine(`  ${name}: ${count}`)
  for (const line of result.wrong) wrong(`${getRouterSoftware(on)}: ${line}`)
}

await runWithBenchPostgresServer(async (open) => {
  const db = await open()
  const ends = await BothEnds.start(db)
  try {
    const choose = createRouterFaultChooser(Number(values.seed), values.only.split(',') as FaultName[])
    const done: (ChosenRouterFault & { from: number; to: number })[] = []
    const begun = Date.now()
    for (let count = 0; count < Number(values.faults); count++) {
      const chosen = choose()
      const from = Date.now()
      try {
        await routerFaults[chosen.name].make(ends, chosen.on, chosen.forMs)
        for (const on of CIRCUIT_PATH_NAMES)
          await ends.until('up again', async () => ends.isUp(on) && ends.recordedUp(on))
        await ends.polled(2)
      } catch (error) {
        wrong(
          `${chosen.name} of ${getRouterSoftware(chosen.on)}, after ${done.length} faults: ${(error as Error).message}`,
        )
        break
      } finally {
        done.push({ ...chosen, from, to: Date.now() })
      }
    }
    await ends.polled(3).catch(() => undefined)
    printBenchLine(
      `router-faults, ${new Date().toISOString()}, ${cpus().length} cores, load ${(loadavg()[0] ?? 0).toFixed(1)}`,
    )
    const names = [...Map.groupBy(done, ({ name }) => name)].map(([name, all]) => `${all.length} ${name}`)
    printBenchLine(`${done.length} faults in ${Math.round((Date.now() - begun) / 60_000)} min: ${names.join(', ')}`)
    const events = await allEvents()
    for (const on of CIRCUIT_PATH_NAMES) {
      const recorded = await ends.recorded(on)
      const own = done
        .filter((one) => one.on === on)
        .map(({ name, from, to }) => {
          const { owners, isByMessage = false, ...fault }: RouterFault = routerFaults[name]
          const isUnsaid = recorded.some(
            (span) => span.reason?.by === UNSAID && span.from.latest >= from && span.from.latest <= to,
          )
          return { ...fault, name, from, to, owners: isUnsaid ? [] : owners, isByMessage: isByMessage && !isUnsaid }
        })
      const log = ends.router(on).log()
      printRecorded(on, compareSessionChangesWithLog(log, recorded, ends.unwatched[on], own, ends.frr(on) !== null))
      const outages = outagesOfBoth(ends.azureDowns(on), log)
      const about = events.filter(({ kind, subject }) => OF_SESSION.has(kind) && subject === ends.subject(on))
      printDetected(on, compareEvents(outages, about, own))
    }
    const others = events.filter(
      ({ kind, subject }) => !(OF_SESSION.has(kind) && CIRCUIT_PATH_NAMES.some((on) => subject === ends.subject(on))),
    )
    const kinds = [...Map.groupBy(others, ({ kind }) => kind)].map(([kind, all]) => `${all.length} ${kind}`)
    printBenchLine(`other events: ${kinds.join(', ')}`)
  } finally {
    await ends.stop()
  }

  async function allEvents() {
    const found = []
    let cursor: string | undefined
    do {
      const page = await listEvents(db.pool, { limit: 500, cursor })
      found.push(...page.rows)
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    return found
  }
})
