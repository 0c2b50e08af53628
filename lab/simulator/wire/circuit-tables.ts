/** Tables of a circuit's Microsoft edge routers: ARP, route table, its summary, byte counters. */
import { printedUpDown, type UpDownForm } from '../duration.ts'
import { hash32 } from '../hash.ts'
import { edgeCounter, edgeKey } from '../keys.ts'
import type { ParsedPrefix } from '../prefix.ts'
import { listAzureRoutesOfMsee, countMseeDrainPrepends, listRoutesReceivedByEdge, vnetSpace } from '../rib.ts'
import type { DomainState } from '../state.ts'
import { type CustomerToMseeLink, expandPrefixSets } from '../topology.ts'
import { type ArmOperationContext, getCircuitOfRequestPath } from './context.ts'
import { getPeeringOfRequestPath } from './circuit.ts'
import { ArmError } from './message.ts'
import { CachedResponseBody } from './steady.ts'

interface Located {
  readonly edge: CustomerToMseeLink
  readonly state: DomainState
}

function edgeOf(c: ArmOperationContext): Located {
  const { circuit, peering } = getPeeringOfRequestPath(c)
  const path = (c.params.path ?? '').toLowerCase()
  if (path !== 'primary' && path !== 'secondary')
    throw new ArmError(400, 'InvalidDevicePath', `The device path '${c.params.path}' is not one of primary, secondary.`)
  const edge = c.world.topology.edges.get(edgeKey(circuit.name, peering.type, path))
  const { domain } = getCircuitOfRequestPath(c)
  if (!edge)
    throw new ArmError(404, 'ResourceNotFound', `Can not find any subinterface for peering type ${peering.type}.`)
  return { edge, state: c.world.state(domain, c.at) }
}

/** Returns a locally administered MAC address in Cisco's format. */
function mac(name: string): string {
  const hex = hash32(name).toString(16).padStart(8, '0')
  return `0600.${hex.slice(0, 4)}.${hex.slice(4)}`
}

/** Answers ExpressRouteCircuits_ListArpTable. Ages are minutes and restart when the router refreshes the entry. */
export function arpTable(c: ArmOperationContext) {
  const { edge, state } = edgeOf(c)
  const age = (name: string, limit: number): number => (Math.floor(c.at / 60_000) + hash32(name)) % limit
  const { circuit, peering, path, ce, msee } = edge
  const router = peering.routers[path]
  const incomplete = state.arpLost(edge.key)
  const shown = circuit.arpShowsMicrosoft
  return {
    value: [
      {
        age: incomplete ? 0 : age(`${edge.key}/ce`, 246),
        interface: 'On-Prem',
        ipAddress: ce,
        macAddress: incomplete ? 'Incomplete' : mac(router ? `router/${router}` : `${edge.key}/ce`),
      },
      ...(shown ? [{ age: 0, interface: 'Microsoft', ipAddress: msee, macAddress: mac(`${edge.key}/msee`) }] : []),
    ],
  }
}

function azureSide(
  state: DomainState,
  edge: CustomerToMseeLink,
): { prefix: ParsedPrefix; nextHop: string; path: string }[] {
  if (edge.peering.type === 'MicrosoftPeering') {
    const drain = '12076 '.repeat(countMseeDrainPrepends(state, edge.key, 'edge'))
    const { circuit, peering } = edge
    const now = state.configured(`peering/${circuit.name}/${peering.type}`, peering)
    return expandPrefixSets(now?.microsoft?.received ?? []).map((prefix) => ({
      prefix,
      nextHop: edge.msee,
      path: `${drain}8075`,
    }))
  }
  return listAzureRoutesOfMsee(state, edge.key).map((route) => ({ ...route, path: route.path.join(' ') }))
}

/** Answers ExpressRouteCircuits_ListRoutesTable: the router's own table, with the routes of customer and Azure. */
export function routesTable(c: ArmOperationContext) {
  const { edge, state } = edgeOf(c)
  const { form } = c.memory.profile
  // in recordings it is blank for routes that Azure announces
  const locPrf = form === 'recorded' ? '' : '100'
  return new CachedResponseBody(state, `routes/${edge.key}/${form}`, () => {
    const cisco = edge.circuit.router === 'cisco'
    const tail = cisco ? ' I\n                    ' : ''
    const best = new Set<string>()
    const azure = azureSide(state, edge).map(({ prefix, nextHop, path }) => {
      const first = !best.has(prefix.text)
      best.add(prefix.text)
      return { network: prefix.text, nextHop: `${nextHop}${cisco && first ? '*' : ''}`, locPrf, weight: 0, path }
    })
    const customer = listRoutesReceivedByEdge(state, edge.key, 'edge').map(({ prefix, path }) => ({
      network: prefix.text,
      nextHop: prefix.family === 6 ? (edge.ipv6?.ce ?? edge.ce) : edge.ce,
      locPrf: '',
      weight: 0,
      path: `${path.filter((n) => n !== null).join(' ')}${tail}`,
    }))
    return { value: [...customer, ...azure] }
  })
}

/**
 * Returns the format in which an edge router prints ages. Each router always uses the same format: `cisco` if it is
 * configured, otherwise units or clock.
 */
function upDownForm({ circuit, key }: CustomerToMseeLink): UpDownForm {
  if (circuit.router === 'cisco') return 'cisco'
  return hash32(`up-down/${key}`) % 2 === 0 ? 'units' : 'clock'
}

/** Answers ExpressRouteCircuits_ListRoutesTableSummary: the CE first, then the gateway instances. */
export function routesSummary(c: ArmOperationContext) {
  const { edge, state } = edgeOf(c)
  const { sessions, topology } = c.world
  const routes = listRoutesReceivedByEdge(state, edge.key, 'edge')
  const form = upDownForm(edge)
  const ce = sessions.at(edge.key, c.at)
  const row = (neighbor: string, v: number, as: number, since: number, statePfxRcd: string) => ({
    neighbor,
    v,
    as,
    upDown: printedUpDown(c.at - since, form),
    statePfxRcd,
  })
  const count = (family: 4 | 6): string => String(routes.filter((r) => r.prefix.family === family).length)
  const { peerAsn } = edge.peering
  const gateways = (topology.domainOfCircuit.get(edge.circuit.name)?.peers ?? [])
    .filter((p) => p.role === 'msee' && p.source === edge.key && !state.instanceAbsent(p.gateway.name, p.instance))
    .map((p) => {
      const { up, since } = sessions.at(p.key, c.at)
      return row(p.instance, 4, p.gateway.asn, since, up ? String(vnetSpace(state, p.gateway.vnet).length) : 'Active')
    })
  return {
    value: [
      row(edge.ce, 4, peerAsn, ce.since, ce.word ?? count(4)),
      ...(edge.ipv6 ? [row(edge.ipv6.ce, 6, peerAsn, ce.since, ce.word ?? count(6))] : []),
      ...gateways,
    ],
  }
}

/**
 * Returns the time at which Azure last read the counters from the routers. Each circuit is read at a different time
 * within the interval.
 */
function readFromRouters({ at, memory }: ArmOperationContext, circuit: string): number {
  const every = memory.profile.statsEveryMs
  return every === 0 ? at : at - ((at + hash32(`stats/${circuit}`)) % every)
}

function statsOf(
  c: ArmOperationContext,
  circuit: string,
  types: readonly ('AzurePrivatePeering' | 'MicrosoftPeering')[],
  base: bigint,
) {
  const { domain } = getCircuitOfRequestPath(c)
  const counters = c.world.counters(domain)
  const at = readFromRouters(c, circuit)
  const sum = (path: 'primary' | 'secondary', direction: 'in' | 'out'): bigint =>
    types.reduce((total, type, n) => {
      const key = edgeKey(circuit, type, path)
      return total + counters.shown(edgeCounter(key, direction), key, n === 0 ? base : 0n, at)
    }, 0n)
  const bytes = c.memory.profile.form === 'recorded' ? 'Bytes' : 'bytes'
  return {
    [`primary${bytes}In`]: sum('primary', 'in'),
    [`primary${bytes}Out`]: sum('primary', 'out'),
    [`secondary${bytes}In`]: sum('secondary', 'in'),
    [`secondary${bytes}Out`]: sum('secondary', 'out'),
  }
}

/** Answers ExpressRouteCircuits_GetStats for all peerings of the circuit. In means into Azure. */
export function circuitStats(c: ArmOperationContext) {
  const { spec } = getCircuitOfRequestPath(c)
  return statsOf(
    c,
    spec.name,
    spec.peerings.map((p) => p.type),
    BigInt(spec.counterBase),
  )
}

/** Answers ExpressRouteCircuits_GetPeeringStats. */
export function peeringStats(c: ArmOperationContext) {
  const { circuit, peering } = getPeeringOfRequestPath(c)
  const first = circuit.peerings[0]?.type === peering.type
  return statsOf(c, circuit.name, [peering.type], first ? BigInt(circuit.counterBase) : 0n)
}
