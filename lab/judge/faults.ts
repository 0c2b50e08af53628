/**
 * Draws random faults of an estate with begin and end. Each fault has its owners, the resources that show it, and the
 * expected events.
 */
import type { CauseOwner, EpochMs, EventKind } from '#lib/contract/index.ts'
import { MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import type { HappeningInput } from '../simulator/index.ts'
import type { JudgedEstateCircuit, JudgedEstate } from './estate.ts'
import type { SeededRandomChoices } from './random.ts'

/** Event that detection must raise for a fault: an event of one of these kinds about this resource. */
export interface ExpectedEventOfFault {
  readonly kinds: readonly EventKind[]
  readonly scope: string
  /** part of the subject; absent = any */
  readonly subject?: string
}

export interface GeneratedFault {
  readonly what: string
  readonly from: EpochMs
  readonly until: EpochMs
  /** owner of the fault; several owners if the polled data cannot distinguish them */
  readonly owners: readonly CauseOwner[]
  /** failed elements: `circuit ckt-1`, `instance 10.0.4.12`, `vpn cxn-br1` */
  readonly elements: readonly string[]
  /** further elements of the estate on which the fault has an effect */
  readonly felt: readonly string[]
  /** expected events, all of which must be raised */
  readonly signs: readonly ExpectedEventOfFault[]
  /** whether somebody must repair the fault, which is true except for intended changes by the operator */
  readonly isGrave: boolean
  readonly happenings: readonly HappeningInput[]
}

/** Time from a repair to its last effect in milliseconds: sessions reconnect and routes return. */
export const MAX_REPAIR_EFFECT_DELAY_MS = 30 * MS_PER_SECOND
/** Time from the begin of a fault to its last direct effect, in milliseconds. */
export const MAX_FAULT_EFFECT_DELAY_MS = 10 * MS_PER_SECOND
const PATHS = ['primary', 'secondary'] as const

type Drawn = Pick<GeneratedFault, 'what' | 'owners' | 'elements' | 'felt' | 'signs' | 'happenings'> & {
  isGrave?: boolean
}
type Draw = (estate: JudgedEstate, random: SeededRandomChoices, time: { at: string; until: string }) => Drawn | null

const circuitDown: readonly EventKind[] = ['circuit_down']
const pathDown: readonly EventKind[] = ['path_down']

const ofCircuit = ({ name, sites, hubConnection }: JudgedEstateCircuit, { hub }: JudgedEstate) => ({
  elements: [`circuit ${name}`],
  felt: [...sites.map((site) => `site ${site}`), ...(hub && hubConnection ? [`hub ${hubConnection}`] : [])],
})

/**
 * Returns the happenings and the expected events of a loss of paths of circuits.
 * @param only peering that is lost; absent = all peerings of the circuits
 */
function losses(
  op: 'cut-path' | 'msee-loss' | 'session-loss',
  circuits: readonly JudgedEstateCircuit[],
  paths: readonly (typeof PATHS)[number][],
  time: { at: string; until: string },
  only?: string,
): Pick<Drawn, 'happenings' | 'signs'> {
  const each = circuits.flatMap(({ name, peerings }) =>
    peerings.filter((type) => (only ?? type) === type).map((type) => ({ name, type })),
  )
  const happenings = each.flatMap(({ name, type }) =>
    paths.map((path) => ({ op, circuit: name, peering: type, path, ...time }) as HappeningInput),
  )
  const signs = each.flatMap(({ name, type }): ExpectedEventOfFault[] =>
    paths.length === 2
      ? [{ kinds: circuitDown, scope: name, subject: type }]
      : paths.map((path) => ({ kinds: pathDown, scope: name, subject: `${type}/${path}` })),
  )
  return { happenings, signs }
}

const draws: readonly Draw[] = [
  (estate, { pick }, time) => {
    const circuit = pick(estate.circuits)
    const lost = losses('cut-path', [circuit], [pick(PATHS)], time)
    return { what: 'path cut', owners: ['provider'], ...ofCircuit(circuit, estate), ...lost }
  },
  (estate, { pick }, time) => {
    const circuit = pick(estate.circuits)
    const lost = losses('cut-path', [circuit], PATHS, time)
    return { what: 'circuit cut', owners: ['provider'], ...ofCircuit(circuit, estate), ...lost }
  },
  (estate, { pick, chance }, time) => {
    const both = estate.circuits.filter(({ peerings }) => peerings.length > 1)
    if (both.length === 0) return null
    const circuit = pick(both)
    const paths = chance(0.5) ? PATHS : [pick(PATHS)]
    // The fault is in the VLAN, sub-interface or VRF of the customer's router. The other peering of the circuit stays
    // up, which proves that the link is up.
    const lost = losses('cut-path', [circuit], paths, time, pick(circuit.peerings))
    return { what: 'peering lost', owners: ['onprem'], ...ofCircuit(circuit, estate), ...lost }
  },
  (estate, { pick }, time) => {
    const circuit = pick(estate.circuits)
    const lost = losses('session-loss', [circuit], [pick(PATHS)], time, pick(circuit.peerings))
    return { what: 'session lost', owners: ['onprem'], ...ofCircuit(circuit, estate), ...lost }
  },
  (estate, { pick }, time) => {
    const circuit = pick(estate.circuits)
    const lost = losses('msee-loss', [circuit], [pick(PATHS)], time)
    return { what: 'edge router lost', owners: ['microsoft'], ...ofCircuit(circuit, estate), ...lost }
  },
  (estate, { pick }, time) => {
    const provider = pick(estate.circuits).provider
    const circuits = estate.circuits.filter((one) => one.provider === provider)
    if (circuits.length < 2) return null
    const all = circuits.map((circuit) => ofCircuit(circuit, estate))
    return {
      what: 'provider lost',
      owners: ['provider'],
      elements: all.flatMap(({ elements }) => elements),
      felt: all.flatMap(({ felt }) => felt),
      ...losses('cut-path', circuits, PATHS, time),
    }
  },
  ({ gateways, circuits }, { pick }, time) => {
    const { name, instances } = pick(gateways)
    const instance = pick(instances)
    const behind = circuits.filter((one) => one.gateways.some((gateway) => gateway.name === name))
    return {
      what: 'gateway instance lost',
      owners: ['microsoft'],
      elements: [`instance ${instance}`, `gateway ${name}`],
      felt: behind.flatMap(({ name: circuit, sites }) => [
        `circuit ${circuit}`,
        ...sites.map((site) => `site ${site}`),
      ]),
      signs: [{ kinds: ['gateway_instance_lost'], scope: name, subject: instance }],
      happenings: [{ op: 'instance-loss', gateway: name, instance, ...time }],
    }
  },
  (estate, { pick }, time) => {
    const circuit = pick(estate.circuits)
    const { name, neighbors } = pick(circuit.gateways)
    const instance = pick(estate.gateways.find((one) => one.name === name)?.instances ?? [])
    const neighbor = neighbors[pick(PATHS)]
    const { felt } = ofCircuit(circuit, estate)
    return {
      what: 'gateway session lost',
      owners: ['microsoft'],
      elements: [`circuit ${circuit.name}`],
      felt: [...felt, `gateway ${name}`, `instance ${instance}`],
      signs: [{ kinds: ['session_down'], scope: name, subject: `${instance}~${neighbor}` }],
      happenings: [{ op: 'session-loss', gateway: name, instance, neighbor, ...time }],
    }
  },
  (estate, { pick }, time) => {
    const circuit = pick(estate.circuits)
    const { name, neighbors } = pick(circuit.gateways)
    const neighbor = neighbors[pick(PATHS)]
    const { elements, felt } = ofCircuit(circuit, estate)
    return {
      what: 'gateway neighbor lost',
      owners: ['microsoft'],
      elements,
      felt: [...felt, `gateway ${name}`],
      signs: [{ kinds: ['peer_lost'], scope: name, subject: neighbor }],
      happenings: [{ op: 'session-loss', gateway: name, neighbor, ...time }],
    }
  },
  (estate, { pick }, time) => {
    const circuit = pick(estate.circuits)
    const type = pick(circuit.peerings)
    return {
      what: 'peering disabled',
      owners: ['own_change'],
      isGrave: false,
      ...ofCircuit(circuit, estate),
      signs: [{ kinds: ['peering_disabled'], scope: circuit.name, subject: type }],
      happenings: [
        { op: 'configuration', kind: 'peering', name: circuit.name, child: type, set: { state: 'Disabled' }, ...time },
      ],
    }
  },
  (estate, { pick }, time) => {
    const circuit = pick(estate.circuits)
    const { connection, name, neighbors } = pick(circuit.gateways)
    const { elements, felt } = ofCircuit(circuit, estate)
    return {
      what: 'connection removed',
      owners: ['own_change'],
      isGrave: false,
      elements: [...elements, `connection ${connection}`],
      felt: [...felt, `gateway ${name}`],
      signs: [{ kinds: ['resource_removed'], scope: connection }],
      happenings: [
        { op: 'configuration', kind: 'connection', name: connection, absent: true, ...time },
        // the sessions of the connection restart, because Azure creates them again with the connection
        ...PATHS.map((path) => ({
          op: 'session-loss' as const,
          gateway: name,
          neighbor: neighbors[path],
          routesAfter: '3s',
          ...time,
        })),
      ],
    }
  },
  (estate, { pick }, time) => {
    const site = pick(estate.sites)
    const circuit = estate.circuits.find(({ name }) => name === site.circuits[0])
    if (!circuit) return null
    return {
      what: 'prefixes withdrawn',
      owners: ['onprem'],
      ...ofCircuit(circuit, estate),
      signs: [
        {
          kinds: ['mass_withdraw', 'best_path_shift', 'failover', 'no_path', 'site_state_changed'],
          scope: '',
          subject: '',
        },
      ],
      happenings: [{ op: 'withdraw', circuit: circuit.name, site: site.name, ...time }],
    }
  },
  (estate, { pick }, time) => {
    const site = pick(estate.sites)
    const others = estate.circuits.filter(({ name }) => name !== site.circuits[0])
    const circuit = pick(others)
    const [prefix = ''] = site.prefixes
    const { elements, felt } = ofCircuit(circuit, estate)
    return {
      what: 'more specific',
      owners: ['onprem'],
      elements,
      felt: [...felt, `site ${site.name}`],
      signs: [{ kinds: ['more_specific'], scope: circuit.name }],
      happenings: [
        {
          op: 'announce',
          circuit: circuit.name,
          prefixes: [prefix.replace('.0.0/16', '.5.0/24')],
          asPath: [65001],
          ...time,
        },
      ],
    }
  },
  ({ vpn }, { pick, chance }, time) => {
    if (vpn === null) return null
    const instance = chance(0.5) ? pick(vpn.instances) : null
    return {
      what: instance === null ? 'tunnels lost' : 'tunnel lost',
      owners: ['onprem'],
      elements: [`vpn ${vpn.connection}`, `gateway ${vpn.gateway}`],
      felt: ['site br1', ...(instance === null ? [] : [`instance ${instance}`])],
      signs: [
        {
          kinds: instance === null ? ['connection_down', 'gateway_isolated'] : ['tunnel_down', 'gateway_instance_lost'],
          scope: '',
          subject: '',
        },
      ],
      happenings: [
        { op: 'tunnel-loss', connection: vpn.connection, ...(instance === null ? {} : { instance }), ...time },
      ],
    }
  },
  (estate, { pick }, time) => {
    const circuit = pick(estate.circuits)
    return {
      what: 'provider deprovisioned',
      owners: ['provider'],
      ...ofCircuit(circuit, estate),
      signs: [{ kinds: ['provider_state_changed'], scope: circuit.name }],
      happenings: [
        {
          op: 'configuration',
          kind: 'circuit',
          name: circuit.name,
          set: { providerState: 'NotProvisioned' },
          logged: false,
          ...time,
        },
        ...losses('cut-path', [circuit], PATHS, time).happenings,
      ],
    }
  },
  ({ hub }, _, time) =>
    hub && {
      what: 'branch of the hub lost',
      owners: ['onprem'],
      // the hub's VPN gateway has sessions only with the branch
      elements: [`hub ${hub.branch}`, `gateway ${hub.vpnGateway}`],
      felt: [],
      signs: [{ kinds: ['connection_down', 'hub_connection_emptied'], scope: hub.vpnGateway, subject: hub.branch }],
      happenings: [{ op: 'hub-loss', hub: hub.name, name: hub.branch, ...time }],
    },
  ({ reach }, _, time) =>
    reach && {
      what: 'Global Reach lost',
      // the cause may be at either circuit, in its authorization, or at Microsoft
      owners: ['onprem', 'provider', 'microsoft', 'own_change'],
      // Global Reach uses the private peering of both circuits, so that these circuits count as failed elements, too
      elements: [`reach ${reach.name}`, ...reach.circuits.map((circuit) => `circuit ${circuit}`)],
      felt: [],
      signs: [{ kinds: ['global_reach_disconnected'], scope: reach.circuits[0], subject: reach.name }],
      happenings: [{ op: 'reach-loss', reach: reach.name, ...time }],
    },
]

/**
 * Minimum time in milliseconds between two faults of one element. In this time, sessions and routes return, and no poll
 * contains effects of both faults.
 */
const APART_MS = 4 * MS_PER_MINUTE

/** Average time in minutes from one fault to the next: a constant, and a share of the longest quiet time. */
const APART = { minutes: 21, ofQuiet: 0.21 }
/** Returns the longest quiet time that gives this average number of faults a day, in milliseconds. */
const longestQuietMs = (aDay: number) =>
  Math.max(12, ((24 * 60) / aDay - APART.minutes) / APART.ofQuiet) * MS_PER_MINUTE

/**
 * Draws faults between two moments. They are minutes or hours apart, or overlap. Faults of one element never overlap,
 * so that the truth of each is unambiguous.
 * @param aDay average number of faults a day; absent = about 33
 */
export function generateFaultsBetween(
  estate: JudgedEstate,
  random: SeededRandomChoices,
  begin: EpochMs,
  end: EpochMs,
  aDay?: number,
): GeneratedFault[] {
  const quietMs = aDay === undefined ? 2 * MS_PER_HOUR : longestQuietMs(aDay)
  const faults: GeneratedFault[] = []
  let at = begin
  while (at < end) {
    const from = at + random.below(60) * MS_PER_SECOND
    const until = from + random.between(4, 40) * MS_PER_MINUTE + random.below(60) * MS_PER_SECOND
    const time = { at: new Date(from).toISOString(), until: new Date(until).toISOString() }
    const drawn = random.pick(draws)(estate, random, time)
    const isFree = (other: GeneratedFault) =>
      other.until + APART_MS < from ||
      until + APART_MS < other.from ||
      !other.elements.some((element) => drawn?.elements.includes(element))
    if (drawn && faults.every(isFree)) faults.push({ isGrave: true, ...drawn, from, until })
    const last = faults.at(-1)
    if (!last) continue
    at = random.chance(0.3)
      ? last.from + random.between(0, last.until - last.from)
      : random.chance(0.4)
        ? last.until + random.between(4, 12) * MS_PER_MINUTE
        : last.until + random.between(MS_PER_MINUTE, quietMs)
  }
  return faults
}
