import type { ResourcesByProbedAddress } from '../group/facts/apply-probes.ts'
import type { PollSignal } from '../model/signal.ts'
import {
  type DetectionReadResults,
  type RequestDetectionRead,
  runReadPlanRound,
  type DetectionReadPlan,
} from './read.ts'

/**
 * Returns the read plan that finds the circuits and gateways through which probed addresses are reached. A read plan is
 * the list of reads that are still required or, if all were answered, the result. The longest learned prefix that
 * contains the address decides, with the mappings of its peers to circuits. An address that only a default route covers
 * has no result. The result decides to which groups a poll of probes belongs.
 */
export function planProbedResourceReads(
  signals: readonly PollSignal[],
  answers: DetectionReadResults,
): DetectionReadPlan<ResourcesByProbedAddress> {
  return runReadPlanRound(answers, (ask) => {
    const tested = signals.flatMap((signal) => (signal.type === 'probe' ? [signal.destination] : []))
    const found = [...new Set(tested)].map((address) => ({ address, scopes: scopesTo(address, ask) }))
    const known = found.flatMap(({ address, scopes }) => (scopes ? [[address, scopes] as const] : []))
    return known.length < found.length ? undefined : Object.fromEntries(known)
  })
}

function scopesTo(address: string, ask: RequestDetectionRead): string[] | undefined {
  const carriers = ask({ kind: 'carriersOf', address })
  const found = carriers?.map(({ gateway, peer }) => ({
    gateway,
    peer,
    mappings: ask({ kind: 'mappingsOf', gateway }),
  }))
  if (!found || found.some(({ mappings }) => mappings === undefined)) return undefined
  return [
    ...new Set(
      found.flatMap(({ gateway, peer, mappings = [] }) => {
        const mapped = mappings.find((known) => known.gateway === gateway && known.neighbor === peer)
        return mapped ? [gateway, mapped.circuit] : [gateway]
      }),
    ),
  ]
}
