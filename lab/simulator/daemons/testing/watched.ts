import { listEvents, type StoredEvent } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import {
  waitUntilTrue,
  areExpectedPollsRecorded,
  startAzure,
  startWorkerProcess,
  type WorkerProcess,
} from '#lib/poller/testing/lab.ts'
import type { SessionDownInterval } from '../bird-log.ts'
import type { RunningSimulator } from '../../http/server.ts'
import { parseSimulatorScenario } from '../../scenario.ts'
import { computeScenarioTopology } from '../../topology.ts'
import type { PathName } from '../../vocabulary.ts'
import { realRouterScenario } from '../routed-scenario.ts'
import { getSessionEndsOnRouters, type RealRouterAzure, startRoutedAzure } from '../routed-azure.ts'

/** A session of the estate, either between the customer and an MSEE, or between a gateway instance and an MSEE. */
export interface MonitoredBgpSession {
  readonly path: PathName
  readonly instance: number | null
  /** subject of the session's events */
  readonly subject: string
}

export interface MonitoredRealRouterAzure {
  readonly azure: RealRouterAzure
  readonly sessions: readonly MonitoredBgpSession[]
  readonly events: () => Promise<StoredEvent[]>
  /** Returns outages of a session by the log of the end that Azure reports, or of the other end. */
  readonly losses: (session: MonitoredBgpSession, end?: 'azure' | 'other') => readonly SessionDownInterval[]
  /** Resolves when every source has been polled this often from now on. */
  readonly polled: (times: number) => Promise<void>
  readonly stop: () => Promise<void>
}

const EVERY = { POLL_SESSIONS_EVERY: '1s', POLL_ROUTES_EVERY: '1s', POLL_CIRCUITS_EVERY: '1s' }
/** Data that routers cannot report are polled once. */
const ONCE = { POLL_METRICS_EVERY: '1h', POLL_ACTIVITY_EVERY: '1h', POLL_INVENTORY_EVERY: '1h' }
/** Number of sources by kind that is polled continuously. */
const WATCHED: Readonly<Record<string, number>> = { peers: 1, learned: 1, summary: 2, tables: 2, arp: 2, stats: 1 }

/** Starts real routers behind a simulated ARM, and a worker that polls them and already knows the estate. */
export async function watchRoutedAzure(db: Database): Promise<MonitoredRealRouterAzure> {
  const azure = await startRoutedAzure(computeScenarioTopology(parseSimulatorScenario(realRouterScenario)))
  const { plan } = azure
  await waitUntilTrue('every session is up and has its routes', async () => {
    const { sessions, tables } = await azure.observe()
    const everyTable = [...tables.learned].every(([key, routes]) => {
      const source = plan.peers.find((peer) => peer.key === key)?.source ?? ''
      return routes.length === plan.topology.received.get(source)?.length
    })
    return everyTable && [...sessions.values()].every(({ up }) => up)
  })
  // the profile "quick", because results are compared with real routers to a second
  const simulator = await startAzure(realRouterScenario, { profile: 'quick', observe: azure.observe })
  // Tables show which neighbor belongs to which path, so the worker under test starts after an earlier worker has
  // stored tables.
  const first = startWorkerProcess(simulator, db.url, { ...EVERY, ...ONCE })
  await everythingPolled(db)
  await first.stop()
  const worker = startWorkerProcess(simulator, db.url, { ...EVERY, ...ONCE })
  const watched = watchedBy({ db, azure, simulator, worker })
  await watched.polled(2)
  return watched
}

async function everythingPolled(db: Database): Promise<void> {
  for (const [kind, sources] of Object.entries(WATCHED))
    await waitUntilTrue(`${kind} polled`, () => areExpectedPollsRecorded(db, kind, sources))
}

function watchedBy(parts: {
  db: Database
  azure: RealRouterAzure
  simulator: RunningSimulator
  worker: WorkerProcess
}): MonitoredRealRouterAzure {
  const { db, azure, simulator, worker } = parts
  const { plan } = azure
  const sessions = (['primary', 'secondary'] as const).flatMap((path): MonitoredBgpSession[] => {
    const { key, ce, msee } = plan.edges[path]
    const peers = plan.peers.filter(({ source }) => source === key)
    return [
      { path, instance: null, subject: `${msee}~${ce}` },
      ...peers.map(({ instance, neighbor }) => ({
        path,
        instance: plan.instances.indexOf(instance),
        subject: `${instance}~${neighbor}`,
      })),
    ]
  })
  return {
    azure,
    sessions,
    events: async () => (await listEvents(db.pool, { limit: 1_000 })).rows,
    losses: ({ path, instance }, end = 'azure') => {
      const [own, other] = getSessionEndsOnRouters(plan, path, instance)
      const asked = end === 'azure' ? own : other
      return asked ? azure.daemon(asked.router).log().session(asked.session).downs : []
    },
    polled: async (times) => {
      const before = pollCounts(worker)
      const sources = Object.values(WATCHED).reduce((sum, n) => sum + n)
      const grown = () =>
        [...pollCounts(worker)].filter(([source, count]) => count >= (before.get(source) ?? 0) + times).length >=
        sources
      await waitUntilTrue(`${times} more polls of everything`, grown).catch((error: unknown) => {
        throw new Error(`${String(error)}; ${whatWorkerDoes(worker, before)}`)
      })
    },
    stop: async () => {
      await worker.stop()
      await simulator.close()
      await azure.close()
    },
  }
}

/** Describes why a worker may have stopped, for the report of a failed test. */
function whatWorkerDoes(worker: WorkerProcess, before: ReadonlyMap<string, number>): string {
  const { exitCode, signalCode } = worker.child
  if (exitCode !== null || signalCode !== null) return `the worker ended: ${exitCode ?? signalCode}`
  const polls = [...pollCounts(worker)].map(([source, count]) => `${source}: ${count - (before.get(source) ?? 0)}`)
  const words = worker.lines.filter((line) => !line.includes('"msg":"polled"')).slice(-10)
  return `polls since: ${polls.join(', ')}; last words: ${words.join('\n')}`
}

/** Returns the number of polls of each source. */
function pollCounts(worker: WorkerProcess): Map<string, number> {
  const polls = worker.polls().filter(({ kind }) => kind in WATCHED)
  const bySource = Map.groupBy(polls, ({ scope, subresource, kind }) => `${scope} ${subresource} ${kind}`)
  return new Map([...bySource].map(([source, own]) => [source, own.length]))
}
