import type { EpochMs } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { handleRouterChange } from '#lib/routers/record/handle-router-change.ts'
import { BmpToReportConverter, SyslogToReportConverter } from '#lib/routers/bmp/index.ts'
import type { SimulatedWorld } from '../simulator/index.ts'
import {
  listRouterChangeTimes,
  createSyslogLinesForChanges,
  createBmpMessagesForChanges,
  DEMO_ROUTER,
  type RouterState,
  computeRouterSessionStatesAt,
} from './customer-end.ts'
import {
  closeRouterConnection,
  extendRouterConnections,
  addBmpConnection,
  openRouterLog,
  recordRouterLog,
  recordRouterReports,
  type RouterConnectionKey,
} from '#lib/routers/store/index.ts'

/** Time from a change to the arrival of its message at the station. */
const ARRIVES_AFTER_MS = 40

/** Past reports of the demo's router, recorded step by step together with the polls. */
export interface RouterReportRecorder {
  /** Records the reports that had arrived by a time. */
  upTo(at: EpochMs): Promise<void>
  /** Closes the router's connections. */
  close(): Promise<void>
}

export async function beginRouterPast(
  db: Database,
  world: SimulatedWorld,
  from: EpochMs,
): Promise<RouterReportRecorder> {
  const { address, name, software } = DEMO_ROUTER
  const reporter = new BmpToReportConverter()
  const syslog = new SyslogToReportConverter()
  const bmp = await addBmpConnection(db.pool, { address, name, software, at: from })
  let log: { key: RouterConnectionKey; since: EpochMs } | null = null
  let state: RouterState = new Map()
  let done = from

  async function take(at: EpochMs): Promise<void> {
    const next = computeRouterSessionStatesAt(world, at)
    const messages = createBmpMessagesForChanges(state, next, at)
    const lines = createSyslogLinesForChanges(state, next, at)
    state = next
    const arrived = at + ARRIVES_AFTER_MS
    const reports = messages.flatMap((message) => reporter.reportsOf({ at: arrived, message }))
    if (reports.length === 0) return
    const { sessions } = await recordRouterReports(db, bmp, from, reports)
    const said = lines.flatMap((text) => {
      const read = syslog.read(text, arrived)
      return read.is === 'session' ? [read.line] : []
    })
    if (said.length > 0) {
      const neighbors = [...state.keys()]
      log ??= { key: await openRouterLog(db.pool, { address, name, at: arrived, neighbors }), since: arrived }
      await recordRouterLog(db, log.key, log.since, said)
    }
    if (sessions.length > 0) await handleRouterChange(db.pool, bmp.routerId, arrived, [])
  }
  const open = () => [bmp, ...(log ? [log.key] : [])].map(({ connectionId }) => connectionId)
  await take(from)
  return {
    async upTo(at) {
      if (at <= done) return
      for (const change of listRouterChangeTimes(world, done, at - ARRIVES_AFTER_MS)) await take(change)
      done = Math.max(done, at - ARRIVES_AFTER_MS)
      await extendRouterConnections(db.pool, open(), at)
    },
    async close() {
      for (const id of open()) await closeRouterConnection(db.pool, id, { until: done, ended: 'closed', detail: '' })
    },
  }
}
