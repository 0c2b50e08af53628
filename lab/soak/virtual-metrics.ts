import { type AzureAccess, createAzureClient } from '#lib/azure/index.ts'
import { bitRateMetrics, type EpochMs } from '#lib/contract/index.ts'
import { getOrCreateSourceIds } from '#lib/history/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { recordPollAndRunDetection, TopologyCache } from '#lib/poller/index.ts'
import { createAzureHttpResponse, createSimulatedCredential, type SimulatedWorld } from '../simulator/index.ts'

/** An arbitrary loopback address, because no request is ever sent. */
const BASE = 'http://127.0.0.1'
const METRICS = Object.values(bitRateMetrics)

export interface VirtualAzureMonitor {
  /** client whose answers show the state at the time of `clock` */
  azure: AzureAccess
  clock: Clock
  /** Sets the clock. */
  goTo(at: EpochMs): void
}

/** Creates Azure Monitor at virtual time: the product's client with the simulator's pure answer function. */
export function createVirtualAzureMonitor(world: SimulatedWorld): VirtualAzureMonitor {
  let now = 0
  const clock = { now: () => now, monotonic: () => now }
  const azure = createAzureClient({
    resourceManagerUrl: BASE,
    subscriptionIds: '*',
    clock,
    resourceGraph: false,
    createCredential: createSimulatedCredential,
    transport: ({ method, url, headers, body }) => {
      const request = { method, target: url.slice(BASE.length), headers, ...(body === null ? {} : { body }) }
      const given = createAzureHttpResponse(world, now, { ...request, base: BASE, wall: now }, { lro: 'inline' })
      return { status: given.status, headers: { ...given.headers }, body: given.body }
    },
  })
  return {
    azure,
    clock,
    goTo: (at) => {
      now = at
    },
  }
}

/** Polls of the circuits' bit rates. */
export class BitRatePolls {
  readonly #db: Database
  readonly #monitor: VirtualAzureMonitor
  readonly #estate = new TopologyCache()
  /** end of the period read successfully, by ARM ID */
  readonly #readUpTo = new Map<string, EpochMs>()

  constructor(db: Database, monitor: VirtualAzureMonitor) {
    this.#db = db
    this.#monitor = monitor
  }

  /**
   * Records the bit rates between two times with one poll of each circuit. After a refused poll, the next poll includes
   * its period.
   * @param circuits ARM IDs
   */
  async record(circuits: readonly string[], { from, to }: { from: EpochMs; to: EpochMs }): Promise<void> {
    const { azure, goTo } = this.#monitor
    goTo(to)
    const targets = circuits.map((resourceId) => ({ resourceId, subresource: '' }))
    await this.#db.transaction(async (client) => {
      const ids = await getOrCreateSourceIds(client, targets)
      for (const [n, target] of targets.entries()) {
        const since = this.#readUpTo.get(target.resourceId) ?? from
        const params = { from: since, to, interval: 'PT5M', metrics: METRICS } as const
        const observation = await azure.poll(target, 'metrics', { params })
        if (observation.outcome === 'ok') this.#readUpTo.set(target.resourceId, to)
        const options = { intervalSeconds: (to - from) / 1_000, localAddresses: null, estate: this.#estate }
        await recordPollAndRunDetection(client, ids[n] ?? 0, observation, options)
      }
    })
  }
}
