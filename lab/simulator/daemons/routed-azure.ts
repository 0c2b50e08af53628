/** Runs real routers for a scenario, and converts their state to the form of the simulator. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { edgeCounter } from '../keys.ts'
import type { ObservedRouterStates, ObservedSessionState } from '../observed-world.ts'
import { parsePrefixWithoutHostBits } from '../prefix.ts'
import type { AzureRoute } from '../state.ts'
import type { SimulatedRoute, ScenarioTopology } from '../topology.ts'
import type { PathName } from '../vocabulary.ts'
import type { BgpSpeakerPolicy } from './bird-config.ts'
import { RouterSilent } from './bird-control.ts'
import { BirdDaemon } from './bird-daemon.ts'
import { type BirdRoute, type BirdSession, readRoutes, readSessions } from './bird-output.ts'
import { hasArpEntry, interfaceBytes, removeRouterNamespaces, removeLeftoverRouterNamespaces } from './namespaces.ts'
import {
  buildNetwork,
  getCustomerRouterName,
  getHostAddressInPrefix,
  getGatewayInstanceName,
  getMseeRouterName,
  CIRCUIT_PATH_NAMES,
  type RouterNetworkPlan,
  planRouterNetwork,
  routerNames,
  createBgpSpeakersOfPlan,
  MSEE_TO_CUSTOMER_SESSION_NAME,
  toInstance,
  toMsee,
  WAN_INTERFACE_NAME,
} from './network.ts'
import { startTraffic, type RunningTestTraffic } from './traffic.ts'

/** A router's own output about its sessions and its table. */
export interface RouterSessionsAndRoutes {
  readonly daemon: BirdDaemon
  readonly sessions: readonly BirdSession[]
  readonly routes: readonly BirdRoute[]
}

export interface RealRouterAzure {
  readonly plan: RouterNetworkPlan
  readonly daemon: (name: string) => BirdDaemon
  /**
   * Returns the current state of all routers. A call that is made while the routers are being read waits for the next
   * reading, which all such calls share.
   */
  readonly observe: () => Promise<ObservedRouterStates>
  /** Returns a router's output; null if the router does not answer. */
  readonly view: (name: string) => Promise<RouterSessionsAndRoutes | null>
  /** Lets a customer's router announce exactly these routes from now on. */
  readonly announce: (path: PathName, routes: readonly SimulatedRoute[]) => Promise<void>
  readonly traffic: RunningTestTraffic
  readonly close: () => Promise<void>
}

/** State words in Azure's summary by BIRD's state. BIRD has additional states while it closes a session. */
const WORDS: Readonly<Record<string, string>> = { Close: 'Idle', Down: 'Idle', Passive: 'Active' }

function sessionOf(daemon: BirdDaemon, name: string, reported: BirdSession | undefined): ObservedSessionState {
  const { first, downs, sent, received } = daemon.log().session(name)
  const up = reported?.up ?? false
  const fell = downs.findLast(({ until }) => until === Number.POSITIVE_INFINITY)?.from
  const since = up ? (reported?.since ?? 0) : (fell ?? reported?.since ?? 0)
  const word = reported ? (WORDS[reported.state] ?? reported.state) : 'Idle'
  return { up, since, sent, received, word, downs: first === null ? [{ from: 0, until: Infinity }] : downs }
}

function routesFrom(view: RouterSessionsAndRoutes, session: string): SimulatedRoute[] {
  return view.routes.flatMap(({ network, from, asPath }) => {
    const prefix = from === session ? parsePrefixWithoutHostBits(network) : null
    return prefix ? [{ prefix, path: asPath, site: '' }] : []
  })
}

function azureRoutesOf(view: RouterSessionsAndRoutes): AzureRoute[] {
  return view.routes.flatMap(({ network, from, asPath, nextHop }) => {
    const prefix = from.startsWith('gw_') ? parsePrefixWithoutHostBits(network) : null
    return prefix ? [{ prefix, nextHop: nextHop ?? '', path: asPath }] : []
  })
}

async function viewOf(daemon: BirdDaemon): Promise<RouterSessionsAndRoutes | null> {
  try {
    const [sessions = '', routes = ''] = await daemon.ask(['show protocols all', 'show route all'])
    return { daemon, sessions: readSessions(sessions), routes: readRoutes(routes) }
  } catch (error) {
    if (error instanceof RouterSilent) return null
    throw error
  }
}

/** State of an MSEE when it was last read. */
interface EdgeReading {
  readonly session: ObservedSessionState
  readonly received: readonly SimulatedRoute[]
  readonly azure: readonly AzureRoute[]
  readonly bytes: ReturnType<typeof interfaceBytes>
  readonly isArpLost: boolean
}

/**
 * Reads the state of the MSEEs and of the gateway instances. The customer's routers are not read, because Azure has no
 * access to them.
 * @param last last states, which are returned for an MSEE that does not answer; null = RouterSilent is thrown if an
 * MSEE does not answer
 */
async function observeAll(
  plan: RouterNetworkPlan,
  daemon: (name: string) => BirdDaemon,
  last: Map<PathName, EdgeReading> | null,
): Promise<ObservedRouterStates> {
  const begun = Date.now()
  const edges = await Promise.all(
    CIRCUIT_PATH_NAMES.map(async (path) => ({ path, view: await viewOf(daemon(getMseeRouterName(path))) })),
  )
  const gateways = await Promise.all(plan.instances.map((_, n) => viewOf(daemon(getGatewayInstanceName(n)))))
  const sessions = new Map<string, ObservedSessionState>()
  const received = new Map<string, readonly SimulatedRoute[]>()
  const learned = new Map<string, readonly SimulatedRoute[]>()
  const azure = new Map<string, readonly AzureRoute[]>()
  const bytes = new Map<string, bigint>()
  const arpLost: string[] = []
  for (const { path, view } of edges) {
    const { key, ce } = plan.edges[path]
    const pid = view?.daemon.pid ?? null
    const reading = view && pid !== null ? readingOf(view, pid, ce) : last?.get(path)
    if (!reading) throw new RouterSilent(`${getMseeRouterName(path)} does not answer`)
    last?.set(path, reading)
    sessions.set(key, reading.session)
    received.set(key, reading.received)
    azure.set(key, reading.azure)
    bytes.set(edgeCounter(key, 'in'), reading.bytes.received).set(edgeCounter(key, 'out'), reading.bytes.sent)
    if (reading.isArpLost) arpLost.push(key)
  }
  const gateway = plan.peers[0]?.gateway.name ?? ''
  const absent: { gateway: string; address: string }[] = []
  for (const [n, address] of plan.instances.entries()) {
    const view = gateways[n] ?? null
    if (!view) absent.push({ gateway, address })
    for (const path of CIRCUIT_PATH_NAMES) {
      const peer = plan.peers.find((p) => p.instance === address && p.source === plan.edges[path].key)
      if (!peer || !view) continue
      const session = view.sessions.find(({ name }) => name === toMsee(path))
      sessions.set(peer.key, sessionOf(view.daemon, toMsee(path), session))
      learned.set(peer.key, routesFrom(view, toMsee(path)))
    }
  }
  return { at: begun, sessions, tables: { received, learned, azure }, bytes, arpLost, absent }
}

function readingOf(view: RouterSessionsAndRoutes, pid: number, ce: string): EdgeReading {
  const session = view.sessions.find(({ name }) => name === MSEE_TO_CUSTOMER_SESSION_NAME)
  return {
    session: sessionOf(view.daemon, MSEE_TO_CUSTOMER_SESSION_NAME, session),
    received: routesFrom(view, MSEE_TO_CUSTOMER_SESSION_NAME),
    azure: azureRoutesOf(view),
    bytes: interfaceBytes(pid, WAN_INTERFACE_NAME),
    isArpLost: !hasArpEntry(pid, ce),
  }
}

/**
 * Returns a function that never runs `work` twice at the same time. A call during a run waits for the next run, so that
 * no result is older than its call.
 */
function oneAtATime<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> = Promise.resolve()
  let waiting: Promise<T> | null = null
  return () => {
    waiting ??= running.then(() => {
      waiting = null
      const current = work()
      running = current.catch(() => undefined)
      return current
    })
    return waiting
  }
}

function policyOf(plan: RouterNetworkPlan, name: string): BgpSpeakerPolicy {
  const path = CIRCUIT_PATH_NAMES.find((p) => getCustomerRouterName(p) === name)
  if (path) return { routes: plan.topology.received.get(plan.edges[path].key) ?? [] }
  const isGateway = plan.instances.some((_, n) => getGatewayInstanceName(n) === name)
  return { routes: isGateway ? [{ prefix: plan.space, path: [] }] : [] }
}

const NO_TRAFFIC: RunningTestTraffic = { silences: () => [], stop: async () => undefined }

/**
 * Creates namespaces, links and daemons for a compiled scenario, and sends packets between the gateway's instances and
 * the first prefix of the site.
 * @param options.without routers that the caller runs itself, in namespaces that are created here; without packets of
 *   users
 * @param options.gateway gateway that selects one domain of a larger scenario
 * @param options.remembers whether the last reading is reported for a silent MSEE, as if Azure had cached it
 */
export async function startRoutedAzure(
  topology: ScenarioTopology,
  {
    without = [],
    gateway,
    remembers = false,
  }: { without?: readonly string[]; gateway?: string; remembers?: boolean } = {},
): Promise<RealRouterAzure> {
  const plan = planRouterNetwork(topology, gateway)
  const last = remembers ? new Map<PathName, EdgeReading>() : null
  await removeLeftoverRouterNamespaces()
  const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-routers-'))
  mkdirSync(folder, { recursive: true })
  const daemons = new Map(
    createBgpSpeakersOfPlan(plan)
      .filter(({ name }) => !without.includes(name))
      .map((speaker) => [speaker.name, new BirdDaemon(speaker, policyOf(plan, speaker.name), folder)]),
  )
  const daemon = (name: string): BirdDaemon => {
    const found = daemons.get(name)
    if (!found) throw new Error(`there is no router ${name}`)
    return found
  }
  const site = topology.received.get(plan.edges.primary.key)?.[0]?.prefix
  if (!site) throw new Error('the site announces nothing')
  const host = getHostAddressInPrefix(site)
  let traffic = NO_TRAFFIC
  const close = async (): Promise<void> => {
    await traffic.stop()
    for (const one of daemons.values()) await one.kill()
    await removeRouterNamespaces(routerNames(plan))
    rmSync(folder, { recursive: true })
  }
  try {
    await buildNetwork(
      plan,
      CIRCUIT_PATH_NAMES.map((p) => ({ router: getCustomerRouterName(p), address: host })),
    )
    await Promise.all([...daemons.values()].map((one) => one.start()))
    if (without.length === 0)
      traffic = startTraffic({
        queryRoute: CIRCUIT_PATH_NAMES.map(getCustomerRouterName),
        sending: plan.instances.map((_, n) => getGatewayInstanceName(n)),
        host,
      })
  } catch (error) {
    await close()
    throw error
  }
  return {
    plan,
    daemon,
    observe: oneAtATime(() => observeAll(plan, daemon, last)),
    view: (name) => viewOf(daemon(name)),
    announce: (p, routes) => daemon(getCustomerRouterName(p)).follow({ routes }),
    traffic,
    close,
  }
}

/** Returns the two ends of a session, each with the session's name on that router. */
export function getSessionEndsOnRouters(
  plan: RouterNetworkPlan,
  path: PathName,
  n: number | null,
): { router: string; session: string }[] {
  if (n === null)
    return [
      { router: getMseeRouterName(path), session: MSEE_TO_CUSTOMER_SESSION_NAME },
      { router: getCustomerRouterName(path), session: 'msee' },
    ]
  return [
    { router: getGatewayInstanceName(n), session: toMsee(path) },
    { router: getMseeRouterName(path), session: toInstance(n) },
  ]
}
