import { databaseNow } from '#lib/platform/database-clock.ts'
import { decodeConfig } from '#lib/azure/config/index.ts'
import { armTypes, type EpochMs, type PollKind } from '#lib/contract/index.ts'
import type { ResponseOf } from '../api/index.ts'
import { configSpans, firstTimes } from '../store/index.ts'
import { serviceKeyRequests } from '#lib/circuits/store/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { type CircuitPast, commissioning, decommissioning } from '../rules/index.ts'
import { getCircuit } from '#lib/circuits/answers/index.ts'
import { type Db, queryable, readSources, isoBoundsOrNull } from '#lib/questions/index.ts'

/** As many as are searched for those of one circuit. */
const MOST_REQUESTS = 1_000

/** What a circuit went through until it carried traffic, and what still exists of it. @throws NotFoundError */
export async function getLifecycle(db: Db, id: string, now: EpochMs = databaseNow()): Promise<ResponseOf<'lifecycle'>> {
  const q = queryable(db)
  const { data: circuit, asOf, freshness } = await getCircuit(db, id, now)
  const past = await pastOf(
    q,
    circuit.id,
    circuit.connections.map((connection) => connection.id),
  )
  return {
    data: {
      commissioning: commissioning(past).map(({ between, ...step }) => ({
        ...step,
        between: isoBoundsOrNull(between),
      })),
      decommissioning: decommissioning(circuit),
    },
    asOf,
    freshness,
  }
}

async function pastOf(q: Queryable, circuit: string, connections: readonly string[]): Promise<CircuitPast> {
  const sources = await readSources(q, circuit)
  const isPolled = (kind: PollKind) => sources.some(({ scheduled, poll }) => scheduled && poll.kind === kind)
  const spans = await configSpans(q, circuit)
  const requests = await serviceKeyRequests(q, { limit: MOST_REQUESTS, before: null })
  const asked = requests.filter(({ circuitId }) => circuitId === circuit).map(({ at }) => at)
  return {
    keyRequestedAt: asked.length > 0 ? Math.min(...asked) : null,
    configured: spans.flatMap(({ since, config }) => {
      const read = decodeConfig(armTypes.circuit, config)
      if (read?.resource !== 'circuit') return []
      const enabled = read.peerings.filter(({ state }) => state?.toLowerCase() === 'enabled')
      return [{ since, providerState: read.provisioning.provider, peerings: enabled.map(({ name }) => name) }]
    }),
    first: await firstTimes(q, { circuit, connections }),
    polled: { arp: isPolled('arp'), summary: isPolled('summary'), stats: isPolled('stats') },
  }
}
