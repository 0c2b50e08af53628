import { type EpochMs, forwardingTablePollKinds } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { SourceStatus } from '#lib/history/index.ts'
import { openProcessCache } from '#lib/platform/cache.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { readCircuits } from '#lib/circuits/answers/index.ts'
import {
  buildFreshnessFields,
  type EstateTopology,
  findNotPolledSince,
  listCircuitGateways,
  type ReadableDatabase,
  findSupportingPolls,
  getSqlExecutor,
  readSources,
  readTopology,
} from '#lib/questions/index.ts'
import { formatFailoverRisk } from '../api/failover-text.ts'
import type { ResilienceEndpointResponse } from '../api/index.ts'
import { type FailoverVerdictInput, determineCircuitFailoverVerdict } from '../rules/index.ts'
import { getAzureFailoverTests } from './azure-failover-tests.ts'
import { getOutlook } from './outlook/answers.ts'
import { CHECK_POLL_KINDS, readChecks } from './resilience.ts'
import { readFailoverEffects } from './single-losses/answers.ts'

type Evidence = Pick<FailoverVerdictInput, 'checks' | 'azureTests'> & {
  /** Latest drill of each circuit by its short id. */
  drills: ReadonlyMap<string, FailoverVerdictInput['lastDrill']>
}

/**
 * Cache of the checks and failover tests of circuits, separate for each caller and for at most one minute. The checks
 * need facts about all resources, and reading them for every request would delay pages with a list of circuits.
 */
const evidence = openProcessCache<Promise<Evidence>>('failover_evidence', { maxAgeMs: MS_PER_MINUTE })

/** Returns the verdict on the failover of each circuit that the caller may see, sorted by name (ADR 0348). */
export async function getFailovers(
  db: ReadableDatabase,
  _parameters: { customer?: string | undefined } = {},
  now: EpochMs = getDatabaseNow(),
): Promise<ResilienceEndpointResponse<'failovers'>> {
  const q = getSqlExecutor(db)
  const topology = await readTopology(q)
  const [{ checks, azureTests, drills }, losses, { data: ahead }, { circuits }] = await Promise.all([
    evidence.share(q, '', () => readEvidence(db, now), { now }),
    readFailoverEffects(q),
    getOutlook(db, {}, now),
    readCircuits(q, topology, undefined, now),
  ])
  const sources = await readSources(q)
  const findTablesLateSince = createLateTableSearch(topology, sources, now)
  return {
    data: circuits
      .map((circuit) =>
        determineCircuitFailoverVerdict({
          circuit,
          lastDrill: drills.get(circuit.id) ?? null,
          effect: losses?.effects.get(circuit.id) ?? null,
          move: losses?.moves.get(circuit.id) ?? null,
          at: losses?.at ?? null,
          lastKnownAt: findTablesLateSince(circuit.id),
          checks,
          azureTests,
          ahead,
          now,
        }),
      )
      .toSorted((a, b) => (a.circuitName < b.circuitName ? -1 : 1)),
    ...buildFreshnessFields(findSupportingPolls(sources, [...CHECK_POLL_KINDS, ...forwardingTablePollKinds], now), now),
  }
}

/**
 * Returns a function that finds the time of the oldest route table of a circuit's gateways whose polls are late, by the
 * short ID of the circuit; null = no table is late, or the circuit is unknown.
 * @param sources all polls of the estate
 */
function createLateTableSearch(
  topology: EstateTopology,
  sources: readonly SourceStatus[],
  now: EpochMs,
): (circuitId: string) => EpochMs | null {
  const tables = Map.groupBy(
    sources.filter(({ poll }) => forwardingTablePollKinds.some((kind) => kind === poll.kind)),
    ({ scope }) => scope,
  )
  const resourceIds = new Map(topology.circuits.map(({ resource }) => [resource.id, resource.resourceId]))
  return (circuitId) => {
    const resourceId = resourceIds.get(circuitId)
    if (resourceId === undefined) return null
    const gateways = new Set(listCircuitGateways(topology, resourceId).flatMap((gateway) => gateway?.id ?? []))
    return findNotPolledSince(
      [...gateways].flatMap((id) => tables.get(id) ?? []),
      now,
    )
  }
}

async function readEvidence(db: ReadableDatabase, now: EpochMs): Promise<Evidence> {
  const { facts, checks } = await readChecks(getSqlExecutor(db), now)
  const { data: azureTests } = await getAzureFailoverTests(db, {}, now)
  return {
    checks: checks.map(({ scope, state }) => ({ scope, state })),
    azureTests,
    drills: new Map(facts.circuits.map(({ id, lastDrill }) => [id, lastDrill])),
  }
}

/**
 * Returns a short text about the effect that the loss of each circuit would have, for example `9 prefixes at risk`, by
 * short id of the circuit. A circuit is left out if its loss was not computed yet, or if {@link formatFailoverRisk}
 * returns null.
 * @param sources all polls of the estate
 */
export async function readFailoverRisks(
  q: SqlExecutor,
  sources: readonly SourceStatus[],
  now: EpochMs,
): Promise<ReadonlyMap<string, string>> {
  const losses = await readFailoverEffects(q)
  const topology = await readTopology(q)
  const findTablesLateSince = createLateTableSearch(topology, sources, now)
  return new Map(
    [...(losses?.effects ?? [])].flatMap(([id, effect]) => {
      const risk = formatFailoverRisk({ effect, lastKnownAt: findTablesLateSince(id) })
      return risk === null ? [] : [[id, risk] as const]
    }),
  )
}
