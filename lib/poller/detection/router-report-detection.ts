import type { EpochMs, PollRecord } from '#lib/contract/index.ts'
import { listSources } from '#lib/history/index.ts'
import { detectAfterRouterReport } from './run-detection.ts'
import { withIncidentTracking } from './track-changed-incidents.ts'
import { type DetectionStore, createPostgresStore } from './detection-store.ts'
import { SESSION_POLL_KINDS } from '../plan/schedule-positions.ts'
import type { PollContext } from '../poll/poll-context.ts'
import type { TopologyCache } from './topology-cache.ts'

type Context = Pick<PollContext, 'db' | 'clock' | 'log' | 'estate' | 'incidentsChanged'>

/**
 * Runs detection as soon as reports of customers' routers are recorded, one scope at a time. If it fails, it is not
 * repeated here, because `requestDetectionOfResources` ensures that the next poll of the scope evaluates the report.
 */
export class RouterReportDetection {
  readonly #context: Context
  readonly #waiting = new Set<string>()
  #running: Promise<void> | null = null

  constructor(context: Context) {
    this.#context = context
  }

  /**
   * Adds a scope to the queue.
   * @param scope short id of the circuit or gateway whose session a router reported
   */
  note(scope: string): void {
    this.#waiting.add(scope)
    this.#running ??= this.#run()
  }

  /** Empties the queue and waits until the running detection has ended. */
  async ended(): Promise<void> {
    this.#waiting.clear()
    await this.#running
  }

  async #run(): Promise<void> {
    for (const scope of this.#waiting) {
      this.#waiting.delete(scope)
      try {
        await detectRouterReport(this.#context, scope)
      } catch (error) {
        this.#context.log.warn({ err: error, scope }, 'what a router reported is folded with the next poll')
      }
    }
    this.#running = null
  }
}

/** Runs detection for one circuit or gateway in a transaction of its own, after a router's report. */
export async function detectRouterReport(
  { db, clock, estate, incidentsChanged }: Omit<Context, 'log' | 'clock'> & { clock: Pick<Context['clock'], 'now'> },
  scope: string,
): Promise<void> {
  const source = (await listSources(db.pool, { scope })).find(({ poll }) => SESSION_POLL_KINDS.includes(poll.kind))
  if (!source) return
  const { poll, sourceId, subresource } = source
  await db.transaction(async (client) => {
    const at = clock.now()
    const written = new Set<string>()
    const store = withIncidentTracking(createPostgresStore(client), written)
    const everyMs = poll.intervalSeconds * 1_000
    await detectEventsOfRouterReport(store, estate, at, { scope, sourceId, subresource, everyMs })
    if (written.size > 0) await incidentsChanged?.(client, [...written], at)
  })
}

/**
 * Runs detection for a scope after a router's report, with a given store.
 * @param source the source whose polls read Azure's end of the sessions of this scope, with its polling interval
 */
export async function detectEventsOfRouterReport(
  store: DetectionStore,
  estate: TopologyCache,
  at: EpochMs,
  { everyMs, ...source }: Pick<PollRecord, 'scope' | 'sourceId' | 'subresource'> & { everyMs: number },
): Promise<void> {
  // detection needs the record of a poll as input, so create the record of a poll that did not take place
  const mark: PollRecord = {
    ...source,
    kind: 'summary',
    startedAt: at,
    finishedAt: at,
    outcome: 'not_polled',
    previousOkAt: null,
    previousAttemptAt: null,
    silentInstances: [],
  }
  await detectAfterRouterReport(store, estate, { mark, everyMs })
}
