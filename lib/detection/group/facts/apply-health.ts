import { type ActivityRow, regionKey, type ServiceHealthNotice } from '#lib/contract/index.ts'
import type { Signal } from '../../model/signal.ts'
import { type FoldContext, scopeOf } from '../../model/context.ts'

/** A circuit or gateway, as far as a notice can be about it. */
interface Node {
  scope: string
  name: string
  /** Azure's word for its region */
  region?: string | null
  /** where a circuit lands */
  location?: string | null
}

/** A notice of a later stage replaces the earlier one: its end may have become known. */
export function applyHealth(context: FoldContext, signals: readonly Signal[]): void {
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

function note(context: FoldContext, node: Node, { at }: ActivityRow, health: ServiceHealthNotice): void {
  if (!problems(health, node)) return
  const scope = scopeOf(context, node.scope)
  const { trackingId: id, type, title, from, to } = health
  const others = scope.health.filter((known) => known.id !== id)
  scope.health = [...others, { id, type, title, reportedAt: at, from: from ?? at, to }]
}

/** A notice is about a region. ExpressRoute's say `Global` and name what is affected in their text only. */
function problems({ region, title, text }: ServiceHealthNotice, { name, region: own, location }: Node): boolean {
  if (own && regionKey(region) === regionKey(own)) return true
  if (region !== '' && regionKey(region) !== 'global') return false
  const reported = `${title} ${text}`.toLowerCase()
  return (
    reported.includes(name.toLowerCase()) || (Boolean(location) && reported.includes((location ?? '').toLowerCase()))
  )
}
