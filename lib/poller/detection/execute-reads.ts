import type { EpochMs } from '#lib/contract/index.ts'
import {
  formatReadKey,
  MAX_READ_PLAN_ROUNDS,
  type DetectionReadResults,
  parseResourceState,
  type DetectionReadKind,
  type DetectionReadKinds,
  type DetectionReadOfKind,
  type DetectionReadPlan,
} from '#lib/detection/index.ts'
import type { DetectionStore } from './detection-store.ts'
import type { TopologyCache } from './topology-cache.ts'

/** Functions that read the data that detection requests, one for each kind of request. */
export type DetectionReadFunctions = {
  [Kind in DetectionReadKind]: (read: DetectionReadKinds[Kind]['of']) => Promise<DetectionReadKinds[Kind]['answer']>
}

/**
 * Executes the reads that a plan requests, and passes the answers to the plan. The plan then either returns a result,
 * or requests more reads in a further round.
 * @throws Error if there are more than {@link MAX_READ_PLAN_ROUNDS} rounds, which means that the plan has a defect
 */
export async function executeReadPlan<Result>(
  readers: DetectionReadFunctions,
  planFor: (answers: DetectionReadResults) => DetectionReadPlan<Result>,
): Promise<Result> {
  const answers: Record<string, unknown> = {}
  for (let round = 0; ; round++) {
    const plan = planFor(answers)
    if (plan.isDone) return plan.result
    if (round === MAX_READ_PLAN_ROUNDS)
      throw new Error(`detection asks for more reads after ${MAX_READ_PLAN_ROUNDS} rounds`)
    // sequential, because all reads use the connection of the transaction
    for (const read of plan.reads) answers[formatReadKey(read)] = await executeOne(readers, read)
  }
}

const executeOne = <Kind extends DetectionReadKind>(
  readers: DetectionReadFunctions,
  read: DetectionReadOfKind<Kind>,
): Promise<DetectionReadKinds[Kind]['answer']> => readers[read.kind](read)

/**
 * Returns the functions that read data for the evaluation of a poll.
 * @param now end of the poll
 */
export function createDetectionReaders(
  store: DetectionStore,
  book: TopologyCache,
  now: EpochMs,
): DetectionReadFunctions {
  return {
    trafficPast: (asked) => book.trafficPast(store, asked),
    carriersOf: ({ address }) => store.carriersOf(address),
    lastGoodPolls: ({ scopes }) => store.lastGoodPolls(scopes),
    routesTo: ({ gateways, prefixes }) => store.routesTo(gateways, prefixes),
    routesWithin: ({ gateways, ranges }) => store.routesWithin(gateways, ranges),
    connectionRoutes: (query) => store.connectionRoutes(query),
    routePast: (query) => store.routePast(query),
    reportedRoutes: (query) => store.reportedRoutes(query),
    pathTables: ({ a, b, within }) => store.comparePathTables(a, b, within),
    prefixMaxima: (query) => store.prefixMaxima(query),
    routerEnds: (query) => store.routerEnds(query, (db) => book.routerEnds(db, { reads: store, query, now })),
    unitsOf: (query) => store.unitsOf(query),
    lightOf: ({ port }) => store.lightOf(port),
    async mappingsOf({ gateway }) {
      const { topology } = await book.groupOf(store, gateway, now)
      return topology.mappings.filter((mapping) => mapping.gateway === gateway)
    },
    async otherGroups({ scopes }) {
      const others = await book.others(store, scopes, now)
      const circuits = others.flatMap(({ topology }) => topology.circuits)
      const gateways = others.flatMap(({ topology }) => topology.gateways)
      // the states of other groups are needed only if one of the other groups contains a circuit
      const stored = circuits.length > 0 ? await store.peekScopes(others.flatMap((other) => other.scopes)) : []
      const states = Object.fromEntries([...stored].map(([scope, state]) => [scope, parseResourceState(state)]))
      return { topology: { circuits, gateways }, scopes: states }
    },
  }
}
