import type { EpochMs } from '#lib/contract/index.ts'
import type { Probed, Signal } from '#lib/detection/index.ts'
import type { TopologyCache } from './topology-cache.ts'
import type { DetectionStore } from './store.ts'

/**
 * Which circuits and gateways carry the addresses that tests try to reach: by the longest learned prefix, and by what
 * its peers are mapped to. An address that nothing but a default route covers is nobody's.
 */
export async function probedScopes(
  store: DetectionStore,
  book: TopologyCache,
  signals: readonly Signal[],
  now: EpochMs,
): Promise<Probed> {
  const probed: Record<string, readonly string[]> = {}
  for (const signal of signals) {
    if (signal.type !== 'probe' || probed[signal.destination]) continue
    const scopes = new Set<string>()
    for (const { gateway, peer } of await store.carriersOf(signal.destination)) {
      scopes.add(gateway)
      const { topology } = await book.groupOf(store, gateway, now)
      const mapped = topology.mappings.find((known) => known.gateway === gateway && known.neighbor === peer)
      if (mapped) scopes.add(mapped.circuit)
    }
    probed[signal.destination] = [...scopes]
  }
  return probed
}
