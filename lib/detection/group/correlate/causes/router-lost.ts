import { type Cause, type DetectedEvent, parsePathSubject } from '#lib/contract/index.ts'
import { type DetectionContext, listLiveEvents } from '../../../model/context.ts'
import { isWithinHoldTime } from '../../facts/hold-time.ts'
import { isPhysicalMac, formatMacAddress } from '../mac-address.ts'
import type { CircuitNode } from '../../../model/topology.ts'
import { getRouterOperator } from './router-owner.ts'
import { createCause } from './create-cause.ts'

/** A router on the customer's side on which several paths end. */
interface Router {
  /** name of the router, in a form for use in a sentence */
  name: string
  /**
   * true if an operator declared the router for a site. If not, the router is assumed to be run by the party that runs
   * BGP.
   */
  isDeclared: boolean
  isOn: (circuit: CircuitNode, subresource: string) => boolean
}

/**
 * Returns the loss of one customer router as a cause, if paths of several circuits that end on it fell together
 * (docs/rules/detection.md 3.6, ce_router_loss); null if they did not.
 */
export function findCustomerRouterLoss(
  context: DetectionContext,
  circuit: CircuitNode,
  event: DetectedEvent,
): Cause | null {
  const router = declaredRouter(context, circuit, event.subject) ?? routerByMac(context, circuit, event.subject)
  if (!router) return null
  const isElsewhere = context.topology.circuits.some(
    (other) =>
      other.scope !== circuit.scope &&
      listLiveEvents(context).some(
        ({ event: fall }) =>
          fall.kind === 'path_down' &&
          fall.scope === other.scope &&
          isWithinHoldTime(context, fall, event) &&
          router.isOn(other, fall.subject),
      ),
  )
  const step = `Check power and uplinks of ${router.name}: its paths of several circuits fell.`
  const owner = router.isDeclared ? 'onprem' : getRouterOperator(circuit)
  return isElsewhere ? createCause('ce_router_loss', owner, 0.7, step) : null
}

/**
 * Returns the router that an operator declared with the address of the customer's end of this path; null if none is
 * declared.
 */
function declaredRouter({ topology }: DetectionContext, circuit: CircuitNode, subresource: string): Router | null {
  const customer = customerOf(circuit, subresource)
  const declared = topology.sites.flatMap(({ routers }) => Object.entries(routers))
  const [name, addresses = []] = declared.find(([, own]) => customer !== null && own.includes(customer)) ?? []
  return name === undefined
    ? null
    : { name, isDeclared: true, isOn: (other, otherPart) => addresses.includes(customerOf(other, otherPart) ?? '') }
}

/**
 * Returns the customer-side router that has the MAC address seen on this path. If circuits have the same MAC address,
 * their paths end on the same device. Virtual MAC addresses are excluded, because they can move between devices.
 */
function routerByMac({ scopes }: DetectionContext, circuit: CircuitNode, subresource: string): Router | null {
  const macOf = (of: CircuitNode, its: string) => scopes[of.scope]?.arp[its]?.mac ?? null
  const mac = macOf(circuit, subresource)
  if (mac === null || !isPhysicalMac(mac)) return null
  const name = `the router with the MAC address ${formatMacAddress(mac)}`
  return { name, isDeclared: false, isOn: (other, otherPart) => macOf(other, otherPart) === mac }
}

function customerOf({ peerings }: CircuitNode, subject: string): string | null {
  const { peering: name, path } = parsePathSubject(subject)
  const peering = peerings.find((candidate) => candidate.name === name)
  return path === null ? null : (peering?.customers[path] ?? null)
}
