import type { EpochMs, PollMark } from '#lib/contract/index.ts'
import { listSources } from '#lib/history/index.ts'
import { detectReported } from './detect.ts'
import { notingIncidents } from './incidents-changed.ts'
import { type DetectionStore, postgresStore } from './store.ts'
import { FIRST_KINDS } from '../plan/phase.ts'
import type { PollContext } from '../poll/poll-context.ts'
import type { TopologyCache } from './topology-cache.ts'

type Context = Pick<PollContext, 'db' | 'clock' | 'log' | 'estate' | 'incidentsChanged'>

/**
 * Folds what routers report as soon as it is recorded, one after the other. What fails is folded with the next poll
 * (`requestFold`), so that nothing is tried twice.
 */
export class ReportedFolds {
  readonly #context: Context
  readonly #waiting = new Set<string>()
  #running: Promise<void> | null = null

  constructor(context: Context) {
    this.#context = context
  }

  /** @param scope of a circuit or gateway whose sessions a router reported */
  note(scope: string): void {
    this.#waiting.add(scope)
    this.#running ??= this.#run()
  }

  /** Resolves when what was noted is folded. */
  async ended(): Promise<void> {
    this.#waiting.clear()
    await this.#running
  }

  async #run(): Promise<void> {
    for (const scope of this.#waiting) {
      this.#waiting.delete(scope)
      try {
        await foldReported(this.#context, scope)
      } catch (error) {
        this.#context.log.warn({ err: error, scope }, 'what a router reported is folded with the next poll')
      }
    }
    this.#running = null
  }
}

/** Folds one circuit or gateway, in a transaction of its own. */
export async function foldReported(
  { db, clock, estate, incidentsChanged }: Omit<Context, 'log' | 'clock'> & { clock: Pick<Context['clock'], 'now'> },
  scope: string,
): Promise<void> {
  const source = (await listSources(db.pool, { scope })).find(({ poll }) => FIRST_KINDS.includes(poll.kind))
  if (!source) return
  const { poll, sourceId, subresource } = source
  await db.transaction(async (client) => {
    const at = clock.now()
    const written = new Set<string>()
    const store = notingIncidents(postgresStore(client), written)
    const everyMs = poll.intervalSeconds * 1_000
    await foldReportedInto(store, estate, at, { scope, sourceId, subresource, everyMs })
    if (written.size > 0) await incidentsChanged?.(client, [...written], at)
  })
}

/** Whatever holds detection's state. @param source that reads the sessions, and how often it is meant to be polled */
export async function foldReportedInto(
  store: DetectionStore,
  estate: TopologyCache,
  at: EpochMs,
  { everyMs, ...source }: Pick<PollMark, 'scope' | 'sourceId' | 'subresource'> & { everyMs: number },
): Promise<void> {
  // of a poll that was not made
  const mark: PollMark = {
    ...source,
    kind: 'summary',
    startedAt: at,
    finishedAt: at,
    outcome: 'not_polled',
    previousOkAt: null,
    previousAttemptAt: null,
    silentInstances: [],
  }
  await detectReported(store, estate, { mark, everyMs })
}
