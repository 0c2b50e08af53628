import { listSeparatelyCountedPeerings, type EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { WhatIfLimit, WhatIfLoad, WhatIfRow } from '../../api/index.ts'
import { readUsage } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  type PathDirection,
  formatPathDirectionKey,
  findLoadedPathDirections,
  computeLoadsAfterShifts,
  type PathBitRatesByInterval,
  findLoadShifts,
} from '../../rules/index.ts'
import { selectCircuitPeering } from '#lib/questions/index.ts'
import type { WhatIfFacts } from './what-if-facts.ts'
import { findPathsOfSharedGateways } from './shared-gateway-paths.ts'
import type { WhatIfData } from './read-tables.ts'
import type { ResolvedWhatIf } from './resolve-terms.ts'

const FIVE_MINUTES_MS = 300_000
const LOAD_DAYS = 30
/**
 * Maximum number of paths whose load is computed. If more paths are involved, no load is computed, because the load of
 * a single path would not be informative.
 */
export const MAX_LOAD_PATHS = 24

/**
 * Computes the load of each path that takes over traffic, from the 30 days before a moment.
 * @returns null if more than MAX_LOAD_PATHS paths are involved
 */
export async function computeWhatIfLoad(
  q: SqlExecutor,
  rows: readonly WhatIfRow[],
  world: WhatIfData,
  { bandwidths }: ResolvedWhatIf,
  moment: EpochMs,
): Promise<WhatIfLoad[] | null> {
  const { facts } = world
  const shifts = findLoadShifts(rows)
  const besideOf = findPathsOfSharedGateways(world)
  const paths = new Map(findLoadedPathDirections(shifts, besideOf).map((one) => [`${one.circuit}/${one.path}`, one]))
  if (paths.size > MAX_LOAD_PATHS) return null
  const rates = new Map<string, PathBitRatesByInterval>()
  // The paths are read one after the other, because each path requires reading a month of samples.
  for (const one of paths.values())
    for (const [key, own] of await readPathRates(q, facts, one, moment)) rates.set(key, own)
  const ratesOf = (carrier: PathDirection): PathBitRatesByInterval =>
    rates.get(formatPathDirectionKey(carrier)) ?? new Map()
  return computeLoadsAfterShifts(
    shifts,
    ratesOf,
    (circuit) => bandwidths.get(circuit) ?? getPathBandwidthMbps(facts, circuit),
    { besideOf },
  )
}

/**
 * Returns the rates of a path in the 30 days before a moment, for both directions. The key consists of the path and the
 * direction.
 */
export async function readPathRates(
  q: SqlExecutor,
  facts: WhatIfFacts,
  { circuit, path }: Pick<PathDirection, 'circuit' | 'path'>,
  moment: EpochMs,
): Promise<Map<string, PathBitRatesByInterval>> {
  const asked = { scope: circuit, peering: countedName(facts, circuit), path, step: '5m' as const }
  const { points } = await readUsage(q, { ...asked, from: moment - LOAD_DAYS * MS_PER_DAY, to: moment })
  return new Map(
    (['in', 'out'] as const).map((direction) => {
      const known = points.flatMap((point) => {
        const { bytes, coveredMs } = point[direction]
        return coveredMs < FIVE_MINUTES_MS
          ? []
          : [[point.start, Math.round((Number(bytes) * 8_000) / coveredMs)] as const]
      })
      return [formatPathDirectionKey({ circuit, path, direction }), new Map(known)]
    }),
  )
}

const circuitOf = ({ topology }: WhatIfFacts, id: string) =>
  topology.circuits.find(({ resource }) => resource.id === id)
/** Returns the bandwidth of one path of a circuit in Mbit/s; null = unknown. */
export const getPathBandwidthMbps = (facts: WhatIfFacts, id: string) =>
  circuitOf(facts, id)?.config.bandwidthMbps ?? null

/**
 * Returns the ARM name of a circuit's private peering if its traffic is counted separately from other peerings;
 * otherwise undefined.
 */
function countedName(facts: WhatIfFacts, id: string): string | undefined {
  const circuit = circuitOf(facts, id)
  const name = circuit && selectCircuitPeering(circuit, 'private')?.peering?.name
  return circuit && listSeparatelyCountedPeerings(circuit.config).some((one) => one.name === name) ? name : undefined
}

const BANDWIDTH =
  'https://learn.microsoft.com/azure/expressroute/expressroute-faqs#if-i-pay-for-an-expressroute-circuit-of-a-given-bandwidth-do-i-have-the-ability-to-use-more-than-my-procured-bandwidth'

/** Converts the predicted load of paths to the format in which the response contains limits. */
export function convertLoadToLimits(load: readonly WhatIfLoad[], nameOf: (id: string) => string): WhatIfLimit[] {
  return load.flatMap(({ circuitId, path, direction, p95BitsPerSecond, bandwidthMbps, share }): WhatIfLimit[] =>
    p95BitsPerSecond === null || bandwidthMbps === null || share === null
      ? []
      : [
          {
            scope: circuitId,
            scopeName: `${nameOf(circuitId)} ${path}, ${direction === 'in' ? 'to Azure' : 'from Azure'}`,
            name: 'path_bandwidth',
            limit: bandwidthMbps * 1e6,
            ...p95BitsPerSecond,
            share,
            source: BANDWIDTH,
          },
        ],
  )
}
