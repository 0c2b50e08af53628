import type { CostVariance, CostProjection } from '../api/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import {
  computeFailoverBytes,
  type VarianceInput,
  computeLaterMeasuredBytes,
  type UsageHour,
  explainVariance,
  Decimal,
  type MonthCostFactors,
  ZERO_AMOUNT,
} from '../rules/index.ts'
import { listEvents, type StoredEvent } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import type { CostCircuit } from './circuits/circuit-inputs.ts'
import type { FormerReview } from './former-reviews.ts'
import { listLinkedGateways } from './circuits/circuit-links.ts'
import { readUsageInput } from './circuits/circuit-usage.ts'

/**
 * Length of the usage history that is read, in milliseconds. It contains the reviewed week and the four weeks before
 * it, from which the usual load of each hour is computed, and one more day.
 */
const USUAL_LOAD_MS = 36 * MS_PER_DAY
/** Maximum number of failover events that one review reads. Real numbers are much smaller. */
const MAX_FAILOVERS = 200

/**
 * A failover, during which traffic leaves its usual path. `from` is the time when the traffic left the path. `to` is
 * the time when it returned, or the end of the reviewed time if it did not return.
 */
interface TrafficFailover {
  incidentId: string
  /** Short ids of the resources for which the failover was reported, usually gateways. */
  gateways: ReadonlySet<string>
  from: EpochMs
  to: EpochMs
}

/**
 * Explains how the likely cost of each circuit changed since an earlier published review. Circuits that are not in both
 * reviews are left out.
 * @param now time for which the current costs are computed
 */
export async function explainVarianceSince(
  q: SqlExecutor,
  before: FormerReview,
  { circuits, projections }: { circuits: readonly CostCircuit[]; projections: readonly CostProjection[] },
  now: EpochMs,
): Promise<CostVariance[]> {
  const since = Date.parse(before.to)
  const failovers = await failoversBetween(q, since, now)
  const formerById = new Map(before.projections.circuits.map((one) => [one.circuitId, one]))
  const moves: CostVariance[] = []
  for (const projection of projections) {
    const former = formerById.get(projection.circuitId)
    const standing = circuits.find(({ resource }) => resource.id === projection.circuitId)
    const figures = { before: former && figureOf(former), now: figureOf(projection) }
    if (!former || !standing || !figures.before || !figures.now) continue
    const affecting = failovers.filter((one) => affects(one, standing))
    const move = explainVariance({
      circuitId: projection.circuitId,
      before: figures.before,
      now: figures.now,
      gb: projection.gb.bytes,
      ...(await unusualBytes(q, { standing, former, projection, affecting, since, now })),
    })
    if (move) moves.push(move)
  }
  return moves
}

interface VarianceQuery {
  standing: CostCircuit
  former: FormerReview['projections']['circuits'][number]
  projection: CostProjection
  affecting: readonly TrafficFailover[]
  since: EpochMs
  now: EpochMs
}

async function unusualBytes(
  q: SqlExecutor,
  { standing, former, projection, affecting, since, now }: VarianceQuery,
): Promise<Pick<VarianceInput, 'failovers' | 'repairedBytes'>> {
  // unmeasured times (gaps) of the previous month do not affect the cost of this month
  const gaps = former.month.from === projection.month.from ? former.gaps : []
  if (affecting.length === 0 && gaps.length === 0) return { failovers: [], repairedBytes: 0n }
  const month = { name: '', from: Date.parse(projection.month.from), to: Date.parse(projection.month.to) }
  const { hours } = await readUsageInput(q, standing, { month, now }, now - USUAL_LOAD_MS)
  return {
    failovers: affecting.flatMap((one) => failoverPart(one, hours, month.from)),
    repairedBytes: computeLaterMeasuredBytes(
      hours,
      gaps.map(({ from, to, seconds, atMostBytes }) => ({
        from: Date.parse(from),
        to: Date.parse(to),
        seconds,
        atMost: atMostBytes === null ? null : BigInt(atMostBytes),
      })),
      since,
    ),
  }
}

function failoverPart({ incidentId, from, to }: TrafficFailover, hours: readonly UsageHour[], monthFrom: EpochMs) {
  const bytes = computeFailoverBytes(hours, { from: Math.max(from, monthFrom), to })
  const words = bytes > 0n ? 'traffic that a failover brought here' : 'traffic that a failover took from here'
  return bytes === 0n ? [] : [{ incidentId, bytes, words }]
}

/**
 * Returns the failovers between two times. Events of the same incident are counted once, even if several gateways
 * report it or several prefixes are affected.
 */
async function failoversBetween(q: SqlExecutor, from: EpochMs, to: EpochMs): Promise<TrafficFailover[]> {
  const { rows } = await listEvents(q, { kinds: ['failover'], from, to, limit: MAX_FAILOVERS })
  const byIncident = Map.groupBy(rows, ({ incidentId }) => incidentId)
  return [...byIncident.values()].flatMap((events) => failoversOf(events, { from, to }))
}

function failoversOf(events: readonly StoredEvent[], span: { from: EpochMs; to: EpochMs }): TrafficFailover[] {
  const [first] = events
  if (!first?.incidentId) return []
  const begin = Math.min(...events.map(({ started }) => started.earliest))
  const end = Math.max(...events.map(({ ended }) => ended?.latest ?? span.to))
  const [from, to] = [Math.max(begin, span.from), Math.min(end, span.to)]
  return from < to
    ? [{ incidentId: first.incidentId, gateways: new Set(events.map(({ scope }) => scope)), from, to }]
    : []
}

/**
 * Reports whether a failover may affect the cost of a circuit. It may if the failover was reported for the circuit
 * itself, or for a gateway to which the circuit is connected.
 */
const affects = ({ gateways }: TrafficFailover, circuit: CostCircuit): boolean =>
  [circuit.resource, ...listLinkedGateways(circuit)].some((one) => one !== null && gateways.has(one.id))

/**
 * Returns the factors from which a circuit's likely cost is computed, such as the price of the port, the price per GB
 * and the bytes; null if the cost is unknown.
 */
function figureOf({
  lines,
  forecast,
  month,
}: Pick<CostProjection, 'lines' | 'forecast' | 'month'>): MonthCostFactors | null {
  const ports = lines.filter(({ kind }) => kind === 'circuit')
  const [first] = ports
  if (!first || !forecast) return null
  const share = Decimal.sum(0, ...ports.map(({ quantity }) => quantity.p50))
  const cost = ports.reduce(
    (sum, line) => sum.plus(new Decimal(line.unitPrice.amount).times(line.quantity.p50)),
    ZERO_AMOUNT,
  )
  return {
    // mean price of the port, because the configuration may have changed within the month
    port: share.isZero() ? ZERO_AMOUNT : cost.dividedBy(share),
    perGb: new Decimal(lines.findLast(({ kind }) => kind === 'data')?.unitPrice.amount ?? 0),
    share,
    bytes: BigInt(forecast.p50),
    hours: (Date.parse(month.to) - Date.parse(month.from)) / MS_PER_HOUR,
    currency: first.unitPrice.currency,
  }
}
