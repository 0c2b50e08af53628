import type { Cause } from '#lib/contract/index.ts'
import { UNDECLARED } from '../../rules/routes/best-path.ts'
import { type FoldContext, liveEvents } from '../../../model/context.ts'
import { withinHoldTime } from '../hold-time.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import { circuitCauses } from './circuit-causes.ts'
import { formerEntries, isEdgeLost } from './edge-loss.ts'
import { cause } from './wording.ts'

/** Why a declared site has no path left: its own edge, or what became of the one circuit that it had. */
export function siteCauses(context: FoldContext, live: LiveEvent): Cause[] {
  const { event } = live
  if (event.flags.includes(UNDECLARED)) return []
  if (isEdgeLost(context, live)) {
    const step = `Check power and routers of ${event.subject}: all its paths went at once, and Microsoft's side of them is healthy.`
    return [cause('onprem_edge_loss', 'onprem', 0.85, step)]
  }
  const { circuits, places } = formerEntries(context, live)
  if (places.size > 1) return []
  const down = liveEvents(context).find(
    ({ event: other }) =>
      other.kind === 'circuit_down' &&
      circuits.some(({ scope }) => scope === other.scope) &&
      withinHoldTime(context, other, event),
  )
  return down ? circuitCauses(context, down.event) : []
}
