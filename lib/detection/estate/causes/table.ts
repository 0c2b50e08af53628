import type { Cause, DetectedEvent } from '#lib/contract/index.ts'
import { type Estate, liveEvents, scopeOf } from '../estate.ts'
import type { LiveEvent } from '../state.ts'
import { circuitCauses, pathCauses } from './circuit-causes.ts'
import { cause } from './wording.ts'

const SEQUENCE_MS = 2 * 60 * 60_000

/** The decision table of detection.md 3.6, by the kind of event that stands for the fault. */
export function tableCauses(estate: Estate, live: LiveEvent): Cause[] {
  const { event } = live
  switch (event.kind) {
    case 'path_down':
      return pathCauses(estate, event)
    case 'circuit_down':
      return circuitCauses(estate, event)
    case 'prefix_limit_exceeded':
      return [
        cause(
          'prefix_limit_exceeded',
          'onprem',
          event.flags.includes('inferred') ? 0.7 : 1,
          'Summarise or filter what the customer router announces; the session comes back by itself below the limit.',
        ),
      ]
    case 'peer_lost':
      return peerCauses(estate, event)
    case 'gateway_instance_lost':
      return instanceCauses(estate, event)
    case 'gateway_isolated':
      return (
        gatewayChange(estate, event) ?? [
          cause('gateway_fault', 'microsoft', 0.5, 'Open a support case for the gateway, naming these bounds.'),
        ]
      )
    case 'provider_state_changed':
      return [
        cause(
          'provider_deprovisioned',
          'provider',
          0.95,
          'Ask the provider who changed the provisioning of this circuit.',
        ),
      ]
    case 'mass_withdraw':
      return [
        cause(
          'onprem_policy_change',
          'onprem',
          0.7,
          'Sessions stayed up: ask whoever runs the customer router for changes of its outbound policy in these minutes.',
        ),
      ]
    case 'best_path_shift':
      return live.event.flags.includes('drain')
        ? [
            cause(
              'msee_maintenance',
              'microsoft',
              0.9,
              'Microsoft drains this path by prepending 12076: expect the path to go and to return.',
            ),
          ]
        : [
            cause(
              'onprem_policy_change',
              'onprem',
              0.7,
              'Ask whoever runs the customer router for changes of prepends or announcements.',
            ),
          ]
    default:
      return []
  }
}

function peerCauses(estate: Estate, event: DetectedEvent): Cause[] {
  const changed = gatewayChange(estate, event)
  if (changed) return changed
  const mapping = estate.topology.mappings.find(
    ({ gateway, neighbor }) => gateway === event.scope && neighbor === event.subject,
  )
  if (!mapping) return []
  const circuit = scopeOf(estate, mapping.circuit)
  const customers = Object.values(circuit.sessions).filter(({ part }) => part.endsWith(`/${mapping.path}`))
  const arp = Object.entries(circuit.arp).find(([part]) => part.endsWith(`/${mapping.path}`))?.[1]
  if (customers.some(({ level }) => level === 'down')) return []
  const missing = [
    ...(customers.some(({ level }) => level === 'up') ? [] : ['the session to the customer router']),
    ...(arp?.state === 'complete' ? [] : ['ARP']),
  ]
  return [
    cause(
      'msee_core_maintenance',
      'microsoft',
      0.7,
      "The customer's side of this Microsoft edge router stayed well: ask Microsoft, naming these bounds.",
      missing,
    ),
  ]
}

function instanceCauses(estate: Estate, event: DetectedEvent): Cause[] {
  const changed = gatewayChange(estate, event)
  if (changed) return changed
  const sequence = liveEvents(estate).some(
    ({ event: other }) =>
      other.kind === 'gateway_instance_lost' &&
      other.scope === event.scope &&
      other.subject !== event.subject &&
      other.ended !== null &&
      other.ended.hi <= event.started.hi &&
      event.started.lo - other.ended.hi <= SEQUENCE_MS,
  )
  return [
    cause(
      'gateway_instance_maintenance',
      'microsoft',
      sequence ? 0.9 : 0.6,
      'One instance after the other is how Azure maintains a gateway: look for planned maintenance in Service Health.',
    ),
  ]
}

/** A gateway that is being changed restarts its peers. */
function gatewayChange(estate: Estate, event: DetectedEvent): Cause[] | null {
  const from = event.started.lo - estate.settings['gateway.change']
  const changing = liveEvents(estate).some(
    ({ event: other }) =>
      other.kind === 'gateway_changing' &&
      other.scope === event.scope &&
      other.started.lo <= event.started.hi &&
      (other.ended === null || other.ended.hi >= from),
  )
  const logged = scopeOf(estate, event.scope).logged.some(({ at }) => at >= from && at <= event.started.hi)
  if (!changing && !logged) return null
  return [
    cause('gateway_change', 'own_change', 0.95, 'The gateway is being changed: its peers return when that is done.'),
  ]
}
