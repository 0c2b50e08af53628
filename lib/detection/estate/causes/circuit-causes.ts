import type { Cause, CauseOwner, DetectedEvent } from '#lib/contract/index.ts'
import { type Estate, liveEvents, scopeOf } from '../estate.ts'
import type { CircuitNode } from '../topology.ts'
import { cause } from './wording.ts'

/** Who runs BGP towards Microsoft: the provider where it sells a routed service, otherwise the customer. */
const routerOwner = ({ connectivity }: CircuitNode): CauseOwner => (connectivity === 'telco' ? 'provider' : 'onprem')
/** Who runs the wire: on a port of one's own there is no provider. */
const wireOwner = ({ connectivity }: CircuitNode): CauseOwner => (connectivity === 'direct' ? 'onprem' : 'provider')

const circuitOf = ({ topology }: Estate, event: DetectedEvent) =>
  topology.circuits.find(({ scope }) => scope === event.scope) ?? null

export function pathCauses(estate: Estate, event: DetectedEvent): Cause[] {
  const circuit = circuitOf(estate, event)
  if (!circuit) return []
  const scope = scopeOf(estate, event.scope)
  const arp = scope.arp[event.subject]
  const session = Object.values(scope.sessions).find(({ part, level }) => part === event.subject && level === 'down')
  const peer = peerBehind(estate, event)
  const missing = peer === 'unknown' ? ['the gateway session of this path'] : []
  if (session?.heldBy === 'prefixLimit') {
    return [cause('prefix_limit_exceeded', 'onprem', 1, 'Announce fewer prefixes: Microsoft holds the session down.')]
  }
  if (arp?.empty && peer !== 'up') {
    return [
      cause(
        'msee_device',
        'microsoft',
        0.5,
        'The Microsoft edge router of this path shows nothing: ask Microsoft.',
        missing,
      ),
    ]
  }
  if (arp && arp.state !== 'complete' && arp.state !== 'unknown') {
    const step =
      circuit.connectivity === 'direct'
        ? 'Check the optics and the cross-connect of your ExpressRoute port, and the router behind it.'
        : `Ask ${circuit.provider ?? 'the provider'} for the link of this path, and check the customer router's port.`
    return [cause('provider_or_customer_link', wireOwner(circuit), 0.7, step, missing)]
  }
  const unknown = arp?.state === 'complete' ? missing : [...missing, 'ARP']
  return [
    cause(
      'customer_bgp',
      routerOwner(circuit),
      0.7,
      "Layer 2 works and BGP does not: look at the customer router's BGP log (configuration, MD5, process).",
      unknown,
    ),
  ]
}

export function circuitCauses(estate: Estate, event: DetectedEvent): Cause[] {
  const circuit = circuitOf(estate, event)
  if (!circuit) return []
  const others = estate.topology.circuits.filter(({ scope }) => scope !== circuit.scope)
  const alsoDown = others.filter(({ scope }) => isDownNear(estate, scope, event))
  const here = [...alsoDown, circuit].filter(({ location }) => location !== null && location === circuit.location)
  const providers = new Set(here.map(({ provider }) => provider))
  if (here.length > 1 && providers.size > 1) {
    return [
      cause(
        'peering_location_loss',
        'microsoft',
        0.9,
        `All circuits at ${circuit.location} are lost: look at Service Health and ask Microsoft.`,
      ),
    ]
  }
  if (event.flags.includes('by_gateway_peers')) {
    return [
      cause(
        'peering_location_loss',
        'microsoft',
        0.7,
        'Gateway and circuit are lost alike: look at Service Health and ask Microsoft.',
      ),
    ]
  }
  const sameProvider = alsoDown.filter(({ provider }) => provider !== null && provider === circuit.provider)
  const outage = cause(
    'provider_outage',
    wireOwner(circuit),
    sameProvider.length > 0 ? 0.9 : 0.6,
    `Ask ${circuit.provider ?? 'the provider'}: both paths went within one hold time while the gateway's sessions stayed.`,
  )
  const edge = cause(
    'onprem_edge_loss',
    'onprem',
    alsoDown.length > 0 && alsoDown.length === others.length ? 0.85 : 0.5,
    'Check power and routers at the site behind this circuit.',
  )
  return alsoDown.length > 0 && sameProvider.length === 0 ? [edge, outage] : [outage, edge]
}

function isDownNear(estate: Estate, scope: string, event: DetectedEvent): boolean {
  const slack = estate.settings['timers.hold'] + estate.settings['burst.slack']
  return liveEvents(estate).some(
    ({ event: other }) =>
      other.kind === 'circuit_down' &&
      other.scope === scope &&
      other.started.lo <= event.started.hi + slack &&
      other.started.hi >= event.started.lo - slack,
  )
}

/** How the gateways see the MSEE of this path. */
function peerBehind(estate: Estate, event: DetectedEvent): 'up' | 'down' | 'unknown' {
  const own = estate.topology.mappings.filter(
    ({ circuit, path }) => circuit === event.scope && event.subject.endsWith(`/${path}`),
  )
  const levels = own.flatMap(({ gateway, neighbor }) =>
    Object.values(scopeOf(estate, gateway).sessions)
      .filter((fact) => fact.part === '' && fact.neighbor === neighbor)
      .map(({ level }) => level),
  )
  if (levels.includes('up')) return 'up'
  return levels.includes('down') ? 'down' : 'unknown'
}
