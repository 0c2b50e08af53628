import { type ActivityRow, normalizeRegionName, type ServiceHealthNotice } from '#lib/contract/index.ts'
import type { PollSignal } from '../../model/signal.ts'
import { type DetectionContext, ensureResourceState } from '../../model/context.ts'

/** The data of a circuit or gateway that is compared with the text and region of a Service Health notice. */
interface Node {
  scope: string
  name: string
  /** Azure's name of the resource's region */
  region?: string | null
  /** peering location of a circuit */
  location?: string | null
}

/**
 * Stores Azure Service Health notices at the circuits and gateways that they affect. A later stage of a notice replaces
 * the earlier stage, because the end may have become known.
 */
export function applyServiceHealthSignals(context: DetectionContext, signals: readonly PollSignal[]): void {
  const { circuits, gateways } = context.topology
  for (const row of signals.flatMap((signal) => (signal.type === 'activity' ? signal.rows : []))) {
    const { health } = row
    if (!health || health.type === 'other' || /^(planned|canceled|rescheduled)$/i.test(health.stage)) continue
    for (const circuit of circuits) if (ofCircuits.test(health.service)) note(context, circuit, row, health)
    for (const gateway of gateways) if (ofGateways.test(health.service)) note(context, gateway, row, health)
  }
}

const ofCircuits = /expressroute|network infrastructure/i
const ofGateways = /expressroute|vpn gateway|virtual network|network infrastructure/i

function note(context: DetectionContext, node: Node, { at }: ActivityRow, health: ServiceHealthNotice): void {
  if (!problems(health, node)) return
  const scope = ensureResourceState(context, node.scope)
  const { trackingId: id, type, title, from, to } = health
  const others = scope.health.filter((known) => known.id !== id)
  scope.health = [...others, { id, type, title, reportedAt: at, from: from ?? at, to }]
}

/**
 * Reports whether a notice affects a circuit or gateway: it has the same region, or it has the region `Global` (or
 * none) and its text contains the name or location of the resource. Notices about ExpressRoute usually have the region
 * `Global`.
 */
function problems({ region, title, text }: ServiceHealthNotice, { name, region: own, location }: Node): boolean {
  if (own && normalizeRegionName(region) === normalizeRegionName(own)) return true
  if (region !== '' && normalizeRegionName(region) !== 'global') return false
  const reported = `${title} ${text}`.toLowerCase()
  return (
    reported.includes(name.toLowerCase()) || (Boolean(location) && reported.includes((location ?? '').toLowerCase()))
  )
}
