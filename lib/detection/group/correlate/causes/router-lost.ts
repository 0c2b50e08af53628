import { type Cause, type DetectedEvent, parsePath } from '#lib/contract/index.ts'
import { type FoldContext, liveEvents } from '../../../model/context.ts'
import { withinHoldTime } from '../hold-time.ts'
import { isPhysicalMac, readableMac } from '../mac-address.ts'
import type { CircuitNode } from '../../../model/topology.ts'
import { routerOwner } from './router-owner.ts'
import { wordedCause } from './wording.ts'

/** A router on the customer's side that several paths end on. */
interface Router {
  /** as it stands in a sentence */
  name: string
  /** an operator declared it as one of a site's own; else whoever runs BGP runs it */
  isDeclared: boolean
  isOn: (circuit: CircuitNode, subresource: string) => boolean
}

/** Paths of several circuits end on one router, and fell together (docs/rules/detection.md 3.6, ce_router_loss). */
export function routerLost(context: FoldContext, circuit: CircuitNode, event: DetectedEvent): Cause | null {
  const router = declaredRouter(context, circuit, event.subject) ?? routerByMac(context, circuit, event.subject)
  if (!router) return null
  const isElsewhere = context.topology.circuits.some(
    (other) =>
      other.scope !== circuit.scope &&
      liveEvents(context).some(
        ({ event: fall }) =>
          fall.kind === 'path_down' &&
          fall.scope === other.scope &&
          withinHoldTime(context, fall, event) &&
          router.isOn(other, fall.subject),
      ),
  )
  const step = `Check power and uplinks of ${router.name}: its paths of several circuits fell.`
  const owner = router.isDeclared ? 'onprem' : routerOwner(circuit)
  return isElsewhere ? wordedCause('ce_router_loss', owner, 0.7, step) : null
}

/** An operator's word, by the address that Microsoft's edge router has its session with. */
function declaredRouter({ topology }: FoldContext, circuit: CircuitNode, subresource: string): Router | null {
  const customer = customerOf(circuit, subresource)
  const declared = topology.sites.flatMap(({ routers }) => Object.entries(routers))
  const [name, addresses = []] = declared.find(([, own]) => customer !== null && own.includes(customer)) ?? []
  return name === undefined
    ? null
    : { name, isDeclared: true, isOn: (other, otherPart) => addresses.includes(customerOf(other, otherPart) ?? '') }
}

/** One layer-2 address behind several circuits is one box, unless it is made to move from box to box. */
function routerByMac({ scopes }: FoldContext, circuit: CircuitNode, subresource: string): Router | null {
  const macOf = (of: CircuitNode, its: string) => scopes[of.scope]?.arp[its]?.mac ?? null
  const mac = macOf(circuit, subresource)
  if (mac === null || !isPhysicalMac(mac)) return null
  const name = `the router with the MAC address ${readableMac(mac)}`
  return { name, isDeclared: false, isOn: (other, otherPart) => macOf(other, otherPart) === mac }
}

function customerOf({ peerings }: CircuitNode, subject: string): string | null {
  const { peering: name, path } = parsePath(subject)
  const peering = peerings.find((candidate) => candidate.name === name)
  return path === null ? null : (peering?.customers[path] ?? null)
}
