import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { type EpochMs, forwardingTablePollKinds } from '#lib/contract/index.ts'
import {
  type LostResourceKind,
  lostResourceKinds,
  type TrafficMove,
  type N1Case,
  type ResilienceEndpointResponse,
} from '../../api/index.ts'
import { type SingleLossFilter, readSingleLosses, readSingleLossRun, type PrefixCutOffTime } from '../../store/index.ts'
import { getReaderAudience } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  type ReadableDatabase,
  getSqlExecutor,
  buildFreshnessFields,
  findSupportingPolls,
  readSources,
  formatIso,
  formatIsoOrNull,
} from '#lib/questions/index.ts'

import { type StoredSingleLossEffects, type PrefixCountsAfterCircuitLoss, doesLossAffectPrefixes } from './loss-case.ts'

const ALL = 10_000
const WORST = 10

/**
 * Returns the losses of a single resource after which the path of a prefix changes. They were computed in the
 * background.
 */
export async function getN1(
  db: ReadableDatabase,
  _parameters: object = {},
  now: EpochMs = getDatabaseNow(),
): Promise<ResilienceEndpointResponse<'n1'>> {
  const q = getSqlExecutor(db)
  const audience = getReaderAudience(q)
  const run = await readSingleLossRun(q, audience)
  const sources = await readSources(q)
  return {
    data: {
      at: formatIsoOrNull(run?.checkedAt ?? null),
      computedAt: formatIsoOrNull(run?.computedAt ?? null),
      tablesAt: formatIsoOrNull(run?.tablesAt ?? null),
      cases: run ? await casesOf(q, audience, ALL) : [],
      computed: run?.computed ?? 0,
      notComputed: run?.notComputed ?? 0,
    },
    ...buildFreshnessFields(findSupportingPolls(sources, forwardingTablePollKinds, now), now, run?.checkedAt ?? now),
  }
}

/** Returns the single losses with the worst effect; null = not computed yet. */
export async function readWorstSingleLosses(q: SqlExecutor): Promise<{ at: string; cases: N1Case[] } | null> {
  const audience = getReaderAudience(q)
  const run = await readSingleLossRun(q, audience)
  return run && { at: formatIso(run.checkedAt), cases: await casesOf(q, audience, WORST) }
}

const OF_GATEWAYS: readonly LostResourceKind[] = ['gateway', 'hub']
const OUTSIDE = lostResourceKinds.filter((kind) => !OF_GATEWAYS.includes(kind))

/**
 * Returns the worst losses of a single resource after which prefixes have no route, for the overview. There is one loss
 * of a gateway or hub, and one of another resource. Null = not computed yet.
 */
export async function readWorstStrandingLosses(q: SqlExecutor): Promise<{ at: EpochMs; cases: N1Case[] } | null> {
  const audience = getReaderAudience(q)
  const run = await readSingleLossRun(q, audience)
  if (!run) return null
  const cases = [
    ...(await casesOf(q, audience, 1, { kinds: OUTSIDE, strands: true })),
    ...(await casesOf(q, audience, 1, { kinds: OF_GATEWAYS, strands: true })),
  ]
  return { at: run.checkedAt, cases }
}

async function casesOf(q: SqlExecutor, audience: string, most: number, only: SingleLossFilter = {}): Promise<N1Case[]> {
  const stored = await readSingleLosses(q, audience, most, only)
  return stored.flatMap(({ body, since }) => {
    // a result that an earlier version of Peerwatch computed has no verdict on moving traffic
    const { failover: _, move = null, ...found } = body as StoredSingleLossEffects
    return doesLossAffectPrefixes(found) ? [{ ...found, move, strandsSince: since && boundsOf(since) }] : []
  })
}

/** Effects of the loss of each circuit by its short id, as last computed in the background. */
interface CircuitLosses {
  /** time until which all input data was known to be unchanged */
  at: EpochMs
  effects: ReadonlyMap<string, PrefixCountsAfterCircuitLoss>
  /** verdicts on whether the traffic moves to other paths */
  moves: ReadonlyMap<string, TrafficMove>
}

/** Returns the effects of the loss of each circuit; null = not computed yet. */
export async function readFailoverEffects(q: SqlExecutor): Promise<CircuitLosses | null> {
  const audience = getReaderAudience(q)
  const run = await readSingleLossRun(q, audience)
  if (!run) return null
  const stored = await readSingleLosses(q, audience, ALL, { kinds: ['circuit'] })
  const effects = new Map<string, PrefixCountsAfterCircuitLoss>()
  const moves = new Map<string, TrafficMove>()
  for (const { body } of stored) {
    const { id, failover, move } = body as StoredSingleLossEffects
    if (id !== null && failover) effects.set(id, failover)
    if (id !== null && move) moves.set(id, move)
  }
  return { at: run.checkedAt, effects, moves }
}

const boundsOf = ({ earliest, latest }: PrefixCutOffTime): N1Case['strandsSince'] => [
  formatIsoOrNull(earliest),
  formatIso(latest),
]
