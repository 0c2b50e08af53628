import { isIPv6 } from 'node:net'
import type { MonitoredRib } from '#lib/contract/index.ts'
import type { BmpMessage, PeerDown } from '#lib/routers/bmp/index.ts'
import { listEffectChangeTimes, type SimulatedWorld } from '../simulator/index.ts'
import { listAzureRoutesOfMsee, listRoutesReceivedByEdge } from '../simulator/rib.ts'
import type { CustomerToMseeLink } from '../simulator/topology.ts'

/**
 * Router of the built-in estate that sends reports: the first router in London, where the primary path of both peerings
 * ends.
 */
export const DEMO_ROUTER = {
  name: 'lon-ce-1',
  software: 'Cisco IOS XE Software, Version 17.09.04a',
  address: '127.0.0.1',
  bgpId: '10.10.0.1',
  circuit: 'erc-london',
  path: 'primary',
} as const

const MICROSOFT = 12076
const AZURES_HOLD_TIME_S = 180
/**
 * Hold time of the router. The demo's cut ends a session after 8 s, like a hold time of 9 s whose last keepalive
 * arrived up to 3 s earlier.
 */
const OWN_HOLD_TIME_S = 9
const BGP_PORT = 179
const NO_DISTINGUISHER = '0'.repeat(16)

/** Routes of a session: prefix to AS path. */
type Table = ReadonlyMap<string, readonly number[]>

interface Session {
  readonly edge: CustomerToMseeLink
  readonly isUp: boolean
  /** Whether the link is cut; in that case, the router itself ends the session when the hold timer expires. */
  readonly isLinkDead: boolean
  readonly received: Table
  readonly sent: Table
}

/** State of the router's sessions at a time, by neighbor address. */
export type RouterState = ReadonlyMap<string, Session>

/** Returns the state of the router's sessions in a simulated world at a time. */
export function computeRouterSessionStatesAt(world: SimulatedWorld, at: number): RouterState {
  const domain = world.topology.domainOfCircuit.get(DEMO_ROUTER.circuit)
  if (!domain) return new Map()
  const state = world.state(domain, at)
  const own = domain.edges.filter(
    ({ circuit, path }) => circuit.name === DEMO_ROUTER.circuit && path === DEMO_ROUTER.path,
  )
  return new Map(
    own.map((edge): [string, Session] => {
      const isUp = world.sessions.at(edge.key, at).up
      // IPv6 routes are left out, because they belong to a separate IPv6 session that this router does not report
      const table = (routes: readonly { prefix: { text: string }; path: readonly (number | null)[] }[]): Table =>
        new Map(
          routes
            .filter(({ prefix }) => isUp && !isIPv6(prefix.text.split('/')[0] ?? ''))
            .map(({ prefix, path }) => [prefix.text, path.filter((asn) => asn !== null)]),
        )
      const fromAzure = listAzureRoutesOfMsee(state, edge.key).map(({ prefix, path }) => ({
        prefix,
        path: [MICROSOFT, ...path],
      }))
      return [
        edge.msee,
        {
          edge,
          isUp,
          isLinkDead: state.lost(edge.key, 'in') === 1,
          received: table(fromAzure),
          sent: table(listRoutesReceivedByEdge(state, edge.key, 'edge')),
        },
      ]
    }),
  )
}

/** Returns the times in (from, to] at which the router's state may change. */
export const listRouterChangeTimes = (world: SimulatedWorld, from: number, to: number): number[] =>
  listEffectChangeTimes(world, from + 1, to, [
    'session',
    'link',
    'routes',
    'withdraw',
    'announce',
    'prepend',
    'instance',
    'config',
  ])

/** First message of a router (RFC 7854 section 4.3). */
export const bmpInitiationMessage: BmpMessage = {
  type: 'initiation',
  sysName: DEMO_ROUTER.name,
  sysDescr: DEMO_ROUTER.software,
  texts: [],
}

const peerOf = ({ edge }: Session, view: MonitoredRib, at: number) => ({
  type: 'global' as const,
  view,
  distinguisher: NO_DISTINGUISHER,
  address: edge.msee,
  asn: MICROSOFT,
  bgpId: edge.msee,
  twoOctetAsns: false,
  filtered: false,
  seconds: Math.floor(at / 1_000),
  microseconds: 0,
})

function openOf(asn: number, bgpId: string, holdTimeSeconds: number) {
  return {
    asn,
    holdTimeSeconds,
    bgpId,
    families: ['ipv4' as const],
    fourOctetAsns: true,
    addPath: [],
    gracefulRestart: null,
    capabilities: [1, 65],
  }
}

const NONE = {
  origin: null,
  asPath: null,
  med: null,
  localPref: null,
  communities: [],
  extendedCommunities: [],
  largeCommunities: [],
  unreadable: [],
  atomicAggregate: false,
  aggregator: null,
  others: [],
}

function announce(
  session: Session,
  view: MonitoredRib,
  at: number,
  prefix: string,
  path: readonly number[],
): BmpMessage {
  const nextHop = view === 'adjOutPost' ? session.edge.ce : session.edge.msee
  return {
    type: 'routeMonitoring',
    peer: peerOf(session, view, at),
    update: {
      announced: [{ family: 'ipv4', nextHop, prefixes: [{ prefix, pathId: null }] }],
      withdrawn: [],
      attributes: { ...NONE, origin: 'igp', asPath: [{ type: 'sequence', asns: [...path] }] },
      endOfRib: null,
      hasOtherFamilies: false,
    },
  }
}

function withdraw(session: Session, view: MonitoredRib, at: number, prefix: string | null): BmpMessage {
  const withdrawn = prefix === null ? [] : [{ family: 'ipv4' as const, prefixes: [{ prefix, pathId: null }] }]
  const endOfRib = prefix === null ? ('ipv4' as const) : null
  return {
    type: 'routeMonitoring',
    peer: peerOf(session, view, at),
    update: { announced: [], withdrawn, attributes: NONE, endOfRib, hasOtherFamilies: false },
  }
}

/**
 * Returns the reason of a Peer Down: Hold Timer Expired, or a Cease from Microsoft for Administrative Shutdown
 * (RFC 4271 section 6.5, RFC 4486 section 4).
 */
function downReason({ isLinkDead }: Session): PeerDown['reason'] {
  const [code, subcode] = isLinkDead ? [4, 0] : [6, 2]
  return {
    by: isLinkDead ? 'local' : 'remote',
    notification: { code, subcode, communication: null, hardResetOf: null },
  }
}

const VIEWS = [
  ['adjInPre', 'received'],
  ['adjOutPost', 'sent'],
] as const

/**
 * Returns the messages for the changes between two states. From an empty state, returns the messages that a router
 * sends after connecting.
 */
export function createBmpMessagesForChanges(before: RouterState, after: RouterState, at: number): BmpMessage[] {
  const isFirst = before.size === 0
  return [...after].flatMap(([neighbor, session]): BmpMessage[] => {
    const was = before.get(neighbor)
    if (!session.isUp) {
      if (!was?.isUp) return []
      return [{ type: 'peerDown', peer: peerOf(session, 'adjInPre', at), reason: downReason(session) }]
    }
    const comesUp = !was?.isUp
    const { edge } = session
    const up: BmpMessage = {
      type: 'peerUp',
      peer: peerOf(session, 'adjInPre', at),
      localAddress: edge.ce,
      localPort: 40_000 + edge.peering.vlan,
      remotePort: BGP_PORT,
      sent: openOf(edge.peering.peerAsn, DEMO_ROUTER.bgpId, OWN_HOLD_TIME_S),
      received: openOf(MICROSOFT, edge.msee, AZURES_HOLD_TIME_S),
      tableName: null,
      texts: [],
    }
    const routes = VIEWS.flatMap(([view, table]) => {
      const known: Table = comesUp ? new Map() : (was?.[table] ?? new Map())
      const now = session[table]
      return [
        ...[...known.keys()].filter((prefix) => !now.has(prefix)).map((prefix) => withdraw(session, view, at, prefix)),
        ...[...now]
          .filter(([prefix, path]) => known.get(prefix)?.join() !== path.join())
          .map(([prefix, path]) => announce(session, view, at, prefix, path)),
        ...(comesUp || isFirst ? [withdraw(session, view, at, null)] : []),
      ]
    })
    return comesUp ? [up, ...routes] : routes
  })
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/**
 * Returns syslog lines for the changes, in the format of IOS XE ("System Message Guide for Cisco IOS XE",
 * BGP-5-ADJCHANGE, BGP-3-NOTIFICATION).
 */
export function createSyslogLinesForChanges(before: RouterState, after: RouterState, at: number): string[] {
  const time = new Date(at)
  const stamp = `${MONTHS[time.getUTCMonth()]} ${String(time.getUTCDate()).padStart(2)} ${time.toISOString().slice(11, 23)} UTC`
  return [...after].flatMap(([neighbor, session]) => {
    const was = before.get(neighbor)
    if (!was || was.isUp === session.isUp) return []
    const line = (priority: number, text: string) =>
      `<${priority}>${Math.floor(at / 1_000)}: ${DEMO_ROUTER.name}: ${stamp}: ${text}`
    if (session.isUp) return [line(189, `%BGP-5-ADJCHANGE: neighbor ${neighbor} Up`)]
    const notified = session.isLinkDead
      ? `sent to neighbor ${neighbor} 4/0 (hold time expired) 0 bytes`
      : `received from neighbor ${neighbor} 6/2 (Administrative Shutdown) 0 bytes`
    const why = session.isLinkDead ? 'BGP Notification sent' : 'BGP Notification received'
    return [
      line(187, `%BGP-3-NOTIFICATION: ${notified}`),
      line(189, `%BGP-5-ADJCHANGE: neighbor ${neighbor} Down ${why}`),
    ]
  })
}
