import type { CostProjection, UnusedFinding } from '../api/index.ts'
import { Decimal, moneyOf } from './money.ts'
import { formatOffer } from './prices/quote.ts'
import { formatSheetBandwidth } from './prices/sheet.ts'

/** A circuit is larger than needed if 95 of 100 hours are below this share of its bandwidth. */
const LOW_SHARE = 0.2

export interface CircuitUse {
  resourceId: string
  name: string
  projection: CostProjection
  /** `Provisioned`, `NotProvisioned` ...; null = unknown */
  providerState: string | null
  /** number of connections to gateways; null = unknown */
  connections: number | null
  p95Mbps: number | null
}

export interface GatewayUse {
  resourceId: string
  name: string
  connections: number | null
  /** list price of a month; null = the price is unknown */
  perMonth: { amount: string; currency: string } | null
}

/** Returns resources that cost money but are not used. Unknown facts do not lead to a finding. */
export function unusedOf(circuits: readonly CircuitUse[], gateways: readonly GatewayUse[]): UnusedFinding[] {
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
 * Returns the monthly saving of deleting a circuit; null if other traffic falls back to it after a loss, or if that is
 * still unknown.
 */
const releasedSaving = ({ takesOver, options }: CostProjection): UnusedFinding['saving'] =>
  takesOver && takesOver.losses.length === 0 && !takesOver.isUnsure
    ? (options.find((option) => option.current)?.p50 ?? null)
    : null

/**
 * Formats the advice about deletion. A circuit that other traffic falls back to is kept, and so is a circuit for which
 * that is unknown.
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
      saving: moneyOf(saving, current.p50.currency),
      reason: 'It uses nothing that needs more than Standard.',
      remedy: 'Change it to Standard, in place.',
    },
  ]
}

function bandwidth({ resourceId, name, projection, p95Mbps }: CircuitUse): UnusedFinding[] {
  const current = projection.options.find((option) => option.current)
  if (!current || p95Mbps === null || p95Mbps >= LOW_SHARE * current.bandwidthMbps) return []
  const smaller = projection.options
    .filter(({ change, blockedBy, bandwidthMbps }) => {
      const isPossible = change !== 'impossible' && blockedBy.length === 0
      return isPossible && bandwidthMbps < current.bandwidthMbps && p95Mbps <= bandwidthMbps
    })
    .toSorted((a, b) => new Decimal(a.p50.amount).comparedTo(b.p50.amount))[0]
  const saving = smaller ? new Decimal(current.p50.amount).minus(smaller.p50.amount) : null
  const worth = smaller && saving?.greaterThan(0) ? { smaller, saving } : null
  return [
    {
      kind: 'bandwidth_not_needed',
      resourceId,
      name,
      perMonth: current.p50,
      saving: worth && moneyOf(worth.saving, current.p50.currency),
      reason: `In 95 of 100 hours it carries less than ${Math.ceil(p95Mbps)} Mb/s of its ${formatSheetBandwidth(current.bandwidthMbps)}.`,
      remedy: worth
        ? `${formatOffer(worth.smaller)} would do; bandwidth goes down only with a new circuit.`
        : 'No smaller circuit is cheaper: leave it.',
    },
  ]
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
