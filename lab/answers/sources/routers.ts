/**
 * Real BGP daemons: faults between a customer's routers and an Azure edge, which run in network namespaces and are
 * polled by a worker. The truth is parsed from the logs of the daemons.
 */
import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import type { Database } from '#lib/platform/database.ts'
import { printBenchLine } from '../../history/figures.ts'
import { BothEnds, getRouterSoftware } from '../../router-faults/both-ends.ts'
import { createRouterFaultChooser, type FaultName, routerFaults } from '../../router-faults/faults.ts'
import { CIRCUIT_PATH_NAMES } from '../../simulator/daemons/network.ts'
import { findPollGaps, type TimeRangeTuple, sessionTablePath, type EstateGroundTruth } from '../truth.ts'

/** Maximum delay between an event and its line in a log, in milliseconds. */
const LOGS_MS = 50
/** Interval of session polls. A gap is 5 s at least. */
const EVERY_MS = 2 * MS_PER_SECOND
const SESSIONS_MS = 12 * MS_PER_SECOND
/** Faults during which Azure does not answer, because an edge router that hangs cannot be read. */
const SILENT = new Set<FaultName>(['hangOfAzure'])

const widened = (at: EpochMs): readonly [EpochMs, EpochMs] => [at - LOGS_MS, at + LOGS_MS]

/** Causes faults for the given number of minutes. Needs root, BIRD, FRR, GoBGP and rsyslog. */
export async function truthOfRouters(db: Database, minutes: number, seed: number): Promise<EstateGroundTruth> {
  const ends = await BothEnds.start(db)
  try {
    const choose = createRouterFaultChooser(seed, Object.keys(routerFaults) as FaultName[])
    const from = Date.now()
    const done: { name: FaultName; span: TimeRangeTuple }[] = []
    while (Date.now() < from + minutes * 60 * MS_PER_SECOND) {
      const { name, on, forMs } = choose()
      const begun = Date.now()
      await routerFaults[name].make(ends, on, forMs)
      for (const path of CIRCUIT_PATH_NAMES)
        await ends.until('up again', async () => ends.isUp(path) && ends.recordedUp(path))
      done.push({ name, span: [begun, Date.now()] })
      printBenchLine(`${done.length}: ${name} of ${getRouterSoftware(on)}`)
      await ends.polled(2)
    }
    const to = Date.now()
    await ends.polled(5)
    const silent = done.filter(({ name }) => SILENT.has(name)).map(({ span }) => span)
    return {
      from,
      to,
      sessions: ends.azureSessions().map((session) => ({
        ...session,
        unpolled: findPollGaps(ends.asked, sessionTablePath(session.path), EVERY_MS, from, to),
        downs: session.downs.map((down) => ({ from: widened(down.from), until: widened(down.until) })),
      })),
      routeEdges: done.flatMap(({ span: [begin, end] }) =>
        Array.from({ length: Math.ceil((end - begin) / SESSIONS_MS) + 1 }, (_, n) => begin + n * SESSIONS_MS),
      ),
      circuit: '',
      gateway: '',
      passed: null,
      addresses: [],
      table: () => [],
      sessionsMs: SESSIONS_MS,
      tablesMs: 0,
      unanswered: { sessions: silent, bytes: [], routes: silent },
    }
  } finally {
    await ends.stop()
  }
}
