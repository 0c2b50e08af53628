import type { Cause } from '#lib/contract/index.ts'
import { UNDECLARED } from '../best-path-rules.ts'
import { type Estate, liveEvents } from '../estate.ts'
import { near } from '../near.ts'
import type { LiveEvent } from '../state.ts'
import { circuitCauses } from './circuit-causes.ts'
import { formerWays, isEdgeLost } from './edge-loss.ts'
import { cause } from './wording.ts'

/** Why a declared site has no way left: its own edge, or what became of the one circuit that it had. */
export function siteCauses(estate: Estate, live: LiveEvent): Cause[] {
  const { event } = live
  if (event.flags.includes(UNDECLARED)) return []
  if (isEdgeLost(estate, live)) {
    const step = `Check power and routers of ${event.subject}: all its ways went at once, and Microsoft's side of them is well.`
    return [cause('onprem_edge_loss', 'onprem', 0.85, step)]
  }
  const { circuits, places } = formerWays(estate, live)
  if (places.size > 1) return []
  const down = liveEvents(estate).find(
    ({ event: other }) =>
      other.kind === 'circuit_down' &&
      circuits.some(({ scope }) => scope === other.scope) &&
      near(estate, other, event),
  )
  return down ? circuitCauses(estate, down.event) : []
}
