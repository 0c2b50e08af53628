import type { PollMark } from '#lib/contract/index.ts'
import { type OtherGroups, type GroupState, readScope, type Signal, WHOLE_ESTATE } from '#lib/detection/index.ts'
import type { TopologyCache } from './topology-cache.ts'
import type { DetectionStore } from './store.ts'
import type { TopologyGroup } from './types.ts'

/** What is about the whole estate is had alone by a poll that brings news of what a circuit carries. */
export const scopesOfAll = (signals: readonly Signal[]): string[] =>
  signals.some((signal) => signal.type === 'traffic' && signal.isNews) ? [WHOLE_ESTATE] : []

/**
 * The circuits and gateways of all other groups, where one of this group carries far less than it should, or did so together with all
 * others; nothing where there is no other circuit.
 */
export async function elsewhereFor(
  store: DetectionStore,
  book: TopologyCache,
  group: TopologyGroup,
  { mark, signals, known }: { mark: PollMark; signals: readonly Signal[]; known: GroupState },
): Promise<{ otherGroups?: OtherGroups }> {
  if (!isAsked(group, mark, signals, known)) return {}
  const others = await book.others(store, group, mark.finishedAt)
  const circuits = others.flatMap(({ topology }) => topology.circuits)
  if (circuits.length === 0) return {}
  const gateways = others.flatMap(({ topology }) => topology.gateways)
  const stored = await store.peekScopes(others.flatMap(({ scopes }) => scopes))
  const scopes = Object.fromEntries([...stored].map(([scope, state]) => [scope, readScope(state)]))
  return { otherGroups: { topology: { circuits, gateways }, scopes } }
}

function isAsked({ topology }: TopologyGroup, mark: PollMark, signals: readonly Signal[], known: GroupState): boolean {
  const reported = signals.find((signal) => signal.type === 'traffic')?.fact ?? null
  const isOpen = Object.values(known[WHOLE_ESTATE]?.live ?? {}).some(({ event }) => event.ended === null)
  return (
    isOpen ||
    topology.circuits.some(({ scope }) => {
      const fact = (mark.scope === scope && reported) || known[scope]?.traffic?.fact
      const sum = fact?.meters.sum
      return sum !== undefined && (sum.in.low !== null || sum.out.low !== null)
    })
  )
}
