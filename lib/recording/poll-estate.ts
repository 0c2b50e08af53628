import { setTimeout as delay } from 'node:timers/promises'
import type { AzureAccess, PollParams } from '#lib/azure/index.ts'
import { pollKindDefinitions } from '#lib/azure/kinds/index.ts'
import type { PollObservation, ResourceRow } from '#lib/contract/index.ts'
import {
  listAdvertisedNeighborsOfRows,
  type PlannedPoll,
  type PollIntervals,
  planPolls,
  computePollWindow,
} from '#lib/poller/index.ts'

/**
 * Queue for tasks that allows one task at a time for each resource. Polls of sessions come before polls of route
 * tables.
 */
class ResourceTurns {
  readonly #waiting = new Map<string, { first: (() => void)[]; later: (() => void)[] }>()

  /**
   * Waits until the resource is free, and runs the task.
   * @param resource null = run the task immediately
   * @param goesFirst true = the task comes before waiting tasks without this mark
   */
  async take<T>(resource: string | null, goesFirst: boolean, work: () => Promise<T>): Promise<T> {
    if (resource === null) return work()
    const queue = this.#waiting.get(resource)
    if (queue) await new Promise<void>((resolve) => (goesFirst ? queue.first : queue.later).push(resolve))
    else this.#waiting.set(resource, { first: [], later: [] })
    try {
      return await work()
    } finally {
      this.#release(resource)
    }
  }

  #release(resource: string): void {
    const queue = this.#waiting.get(resource)
    const next = queue?.first.shift() ?? queue?.later.shift()
    if (next) next()
    else this.#waiting.delete(resource)
  }
}

interface PolledEstate {
  azure: AzureAccess
  intervals: PollIntervals
  signal: AbortSignal
  /** Called with the observation of each finished poll. */
  onPoll?: (observation: PollObservation) => void
}

/**
 * Polls all resources at the configured intervals until the signal is aborted, without a database. It sends requests
 * like a worker, with only one diagnostic operation at a time for each resource. Between polls, it keeps only the
 * inventory, the neighbors whose advertised routes are polled, and the end of each period of a log that was read.
 */
export async function pollEstate({ azure, intervals, signal, onPoll }: PolledEstate): Promise<void> {
  const turns = new ResourceTurns()
  const running = new Map<string, { stop: AbortController; done: Promise<void> }>()
  const neighbors = new Map<string, string[]>()
  const resources = new Map<string, (ResourceRow & { subscriptionId: string })[]>()

  const repeat = async (planned: PlannedPoll, ends: AbortSignal): Promise<void> => {
    const { resourceId, subresource, kind, everySeconds, resource } = planned
    const { operation } = pollKindDefinitions[kind]
    let readUpTo: number | null = null
    for (;;) {
      const begun = Date.now()
      const params: PollParams = computePollWindow(kind, readUpTo, begun) ?? {}
      const observation = await turns.take(resource, operation?.reads === 'sessions', () =>
        azure.poll({ resourceId, subresource }, kind, { signal: ends, params }),
      )
      readUpTo = observation.readUpTo ?? (observation.outcome === 'ok' ? begun : readUpTo)
      onPoll?.(observation)
      noticed(observation)
      await delay(Math.max(0, begun + everySeconds * 1_000 - Date.now()), undefined, { signal: ends })
    }
  }

  const noticed = (observation: PollObservation): void => {
    const key = observation.target.resourceId.toLowerCase()
    if (observation.kind === 'inventory' && observation.outcome === 'ok') {
      const subscriptionId = key.split('/')[2] ?? ''
      resources.set(
        key,
        observation.rows.resources.map((row) => ({ ...row, subscriptionId })),
      )
      replan()
    }
    if (observation.kind !== 'peers' || observation.outcome !== 'ok') return
    const found = listAdvertisedNeighborsOfRows(observation.rows)
    if (found.join() === (neighbors.get(key) ?? []).join()) return
    neighbors.set(key, found)
    replan()
  }

  let subscriptionIds: string[] = []
  const replan = (): void => {
    const plan = planPolls({ subscriptionIds, resources: [...resources.values()].flat(), neighbors }, intervals)
    const wanted = new Map(
      plan.map((poll) => [`${poll.resourceId} ${poll.subresource} ${poll.kind}`.toLowerCase(), poll]),
    )
    for (const [key, { stop }] of running) {
      if (wanted.has(key)) continue
      stop.abort()
      running.delete(key)
    }
    for (const [key, poll] of wanted) {
      if (running.has(key) || signal.aborted) continue
      const stop = new AbortController()
      const done = repeat(poll, AbortSignal.any([signal, stop.signal])).catch((error: unknown) => {
        if (!(error instanceof Error) || error.name !== 'AbortError') throw error
      })
      running.set(key, { stop, done })
    }
  }

  while (!signal.aborted) {
    const { outcome, subscriptions } = await azure.listSubscriptions({ signal })
    if (outcome === 'ok' || subscriptions.length > 0) {
      subscriptionIds = subscriptions.map(({ subscriptionId }) => subscriptionId)
      replan()
    }
    // request the list of subscriptions more often while there are no subscriptions to poll
    const wait = subscriptionIds.length > 0 ? intervals.inventoryMs : Math.min(10_000, intervals.inventoryMs)
    await delay(wait, undefined, { signal }).catch(() => {})
  }
  await Promise.all([...running.values()].map(({ done }) => done))
}
