import { formatWithCurrency } from '#lib/contract/index.ts'
import type { CostOpenQuestion, CostProjection, UnusedFinding } from '../api/index.ts'
import { Decimal, formatMoneyAmount, formatNumberForSentence } from './money.ts'
import { formatOffer } from './prices/quote-offer.ts'
import { formatSheetBandwidth } from './prices/price-sheet.ts'
import { computePathPeak } from './projection/path-peak.ts'

/**
 * Maximum share of the bandwidth that the 95th percentile of a circuit's hourly rates may have for the circuit to count
 * as too large.
 */
const LOW_SHARE = 0.2

export interface CircuitUse {
  resourceId: string
  name: string
  projection: CostProjection
  /** State that the provider reported for the circuit: `Provisioned`, `NotProvisioned` ...; null = unknown. */
  providerState: string | null
  /** Number of the circuit's connections to gateways; null = unknown. */
  connections: number | null
  p95Mbps: number | null
}

export interface GatewayUse {
  resourceId: string
  name: string
  connections: number | null
  /** List price of the gateway for a month; null = unknown. */
  perMonth: { amount: string; currency: string } | null
}

/**
 * Returns the resources that cost money but are not used. If one of the necessary facts about a resource is unknown,
 * the resource counts as used.
 */
export function findUnusedResources(circuits: readonly CircuitUse[], gateways: readonly GatewayUse[]): UnusedFinding[] {
  return [...circuits.flatMap(ofCircuit), ...gateways.flatMap(ofGateway)]
}

function ofCircuit(use: CircuitUse): UnusedFinding[] {
  const { resourceId, name, projection, providerState, connections } = use
  const current = projection.options.find((option) => option.current)
  const subject = { resourceId, name, perMonth: current?.p50 ?? null }
  if (providerState !== null && providerState !== 'Provisioned') {
    return [
      {
        kind: 'not_provisioned',
        ...subject,
        saving: releasedSaving(projection),
        reason: `Its provider says ${providerState}. Azure has charged for it since the service key was issued.`,
        remedy: `Have it provisioned, or ${formatRelease(projection)}.`,
      },
    ]
  }
  if (connections === 0) {
    return [
      {
        kind: 'no_connection',
        ...subject,
        saving: releasedSaving(projection),
        reason: 'It is linked to no gateway.',
        remedy: `Link it, or ${formatRelease(projection)}; until its provider and you released it, it is charged.`,
      },
    ]
  }
  return [...premium(use), ...bandwidth(use)]
}

/**
 * Returns the monthly saving if a circuit is deleted. Returns null if traffic would move to this circuit after a
 * failure elsewhere, or if this is not known.
 */
const releasedSaving = ({ takesOver, options }: CostProjection): UnusedFinding['saving'] =>
  takesOver && takesOver.losses.length === 0 && !takesOver.isUnsure
    ? (options.find((option) => option.current)?.p50 ?? null)
    : null

/**
 * Returns the advice whether to delete an unused circuit. The circuit must be kept if traffic would move to it after a
 * failure elsewhere. If this is not known yet, the advice is to wait.
 */
function formatRelease({ takesOver }: CostProjection): string {
  if (takesOver === null) return 'delete it once it is known that nothing falls back on it'
  const [loss] = takesOver.losses
  if (loss) return `keep it: losing ${loss.name ?? 'something else'} moves prefixes to it`
  return takesOver.isUnsure
    ? 'delete it once it is known where all prefixes go after a loss'
    : 'delete it: no single loss moves a prefix to it'
}

function premium({ resourceId, name, projection }: CircuitUse): UnusedFinding[] {
  const current = projection.options.find((option) => option.current)
  if (current?.tier !== 'Premium') return []
  const standard = projection.options.find(
    (option) =>
      option.tier === 'Standard' && option.plan === current.plan && option.bandwidthMbps === current.bandwidthMbps,
  )
  if (!standard || standard.change !== 'in_place' || standard.blockedBy.length > 0) return []
  const saving = new Decimal(current.p50.amount).minus(standard.p50.amount)
  return [
    {
      kind: 'premium_not_needed',
      resourceId,
      name,
      perMonth: current.p50,
      saving: formatMoneyAmount(saving, current.p50.currency),
      reason: 'It uses nothing that needs more than Standard.',
      remedy: 'Change it to Standard, in place.',
    },
  ]
}

/**
 * Reports whether a circuit needs its bandwidth, either for its usual traffic or because the highest traffic does not
 * fit on one path of the next smaller bandwidth. Returns null if this is unknown. The traffic after failures elsewhere
 * must be known for the answer false, because this traffic may be a multiple of the usual traffic.
 */
export function isBandwidthNeeded({ projection, p95Mbps }: Pick<CircuitUse, 'projection' | 'p95Mbps'>): boolean | null {
  const current = projection.options.find((option) => option.current)
  if (!current || p95Mbps === null) return null
  if (p95Mbps >= LOW_SHARE * current.bandwidthMbps) return true
  const peak = computePathPeak(projection)
  const smaller = projection.options.flatMap((one) =>
    one.bandwidthMbps < current.bandwidthMbps ? one.bandwidthMbps : [],
  )
  const largestFitting = smaller.length > 0 ? Math.max(...smaller) : current.bandwidthMbps
  if (peak && peak.mbps > largestFitting) return true
  return peak === null || peak.isAtLeast ? null : false
}

function bandwidth({ resourceId, name, projection, p95Mbps }: CircuitUse): UnusedFinding[] {
  const current = projection.options.find((option) => option.current)
  if (!current || p95Mbps === null || isBandwidthNeeded({ projection, p95Mbps }) !== false) return []
  // The advice follows the recommendation of the cost review, so that this finding does not contradict the circuit's
  // row in the review.
  const { action, to, saving, reason, asks } = projection.recommendation
  const isSmaller = ({ bandwidthMbps }: { bandwidthMbps: number }) => bandwidthMbps < current.bandwidthMbps
  const smaller = action === 'switch' && to !== null && isSmaller(to) ? to : null
  // a circuit has one recommendation, so that open questions are only named if no change is recommended
  const [ask] = action === 'switch' ? [] : asks.filter((one) => isSmaller(one.to)).map(formatAsk)
  return [
    {
      kind: 'bandwidth_not_needed',
      resourceId,
      name,
      perMonth: current.p50,
      saving: smaller && (saving?.p50 ?? null),
      reason: `In 95 of 100 hours it carries less than ${Math.ceil(p95Mbps)} Mb/s of its ${formatSheetBandwidth(current.bandwidthMbps)}.`,
      remedy: smaller
        ? `${formatOffer(smaller)} would do; bandwidth goes down only with a new circuit.`
        : (ask ?? reason),
    },
  ]
}

/**
 * Formats an offer that saves money if open questions about it have a favorable answer. Totals do not include its
 * saving.
 */
function formatAsk({ to, saving: { p50 } }: CostOpenQuestion): string {
  const saves = formatWithCurrency(formatNumberForSentence(new Decimal(p50.amount)), p50.currency)
  return `${formatOffer(to)} would save ${saves} a month: answer its open questions in the cost review first.`
}

function ofGateway({ resourceId, name, connections, perMonth }: GatewayUse): UnusedFinding[] {
  if (connections !== 0) return []
  return [
    {
      kind: 'gateway_alone',
      resourceId,
      name,
      perMonth,
      saving: perMonth,
      reason: 'It has no connection, but it is still charged by the hour.',
      remedy: 'Connect it, or delete it.',
    },
  ]
}
