import { chmodSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import type { ChildProcess } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { outagesOfBoth } from '../router-faults/outages.ts'
import { ROUTER_BGP_COLLECTOR_PORT } from '../simulator/daemons/customer-router.ts'
import { FrrDaemon } from '../simulator/daemons/frr-daemon.ts'
import {
  runIpCommandsInNamespace,
  killProcessAndWait,
  getRouterNamespaceName,
  spawnInRouterNamespace,
} from '../simulator/daemons/namespaces.ts'
import {
  getCustomerRouterName,
  getMseeRouterName,
  CIRCUIT_PATH_NAMES,
  MSEE_TO_CUSTOMER_SESSION_NAME,
  ROUTER_LINKS_NAMESPACE,
} from '../simulator/daemons/network.ts'
import { type RealRouterAzure, startRoutedAzure } from '../simulator/daemons/routed-azure.ts'
import { startRsyslog } from '../simulator/daemons/rsyslog.ts'
import { parseSimulatorScenario } from '../simulator/index.ts'
import { computeScenarioTopology } from '../simulator/topology.ts'
import type { PathName } from '../simulator/vocabulary.ts'
import { COLLECTOR_ASN, createNocEstate, type NocSite, createNocSite } from './estate.ts'
import { type ChosenNocFault, type NocFault, nocFaults, type InjectedNocFault } from './faults.ts'

const PATIENCE_MS = 150_000
export const EXPORTER_PORT = 9_342

export interface SiteRoutersOptions {
  /** number of the site, from 0 */
  n: number
  /** number of all sites of the estate */
  sites: number
  /** folder for the files of all routers */
  folder: string
  /** the namespace to which the management network leads */
  noc: string
  /** whether the routers send their logs to the NOC's address by rsyslog */
  sendsLogs: boolean
}

/**
 * Routers of one site: FRR as the customer's router, with BFD on the primary path, and BIRD as Azure's edge. A
 * management network connects them to the NOC.
 */
export class SiteRouters {
  readonly plan: NocSite
  readonly azure: RealRouterAzure
  readonly #routers = new Map<PathName, FrrDaemon>()
  readonly #exporters: ChildProcess[] = []
  readonly #loggers: ChildProcess[] = []
  #timer: NodeJS.Timeout | undefined

  private constructor(plan: NocSite, azure: RealRouterAzure) {
    this.plan = plan
    this.azure = azure
  }

  /** Starts the routers of a site. */
  static async start(options: SiteRoutersOptions) {
    const { n, sites } = options
    const plan = createNocSite(n)
    const estate = createNocEstate(Array.from({ length: sites }, (_, at) => createNocSite(at)))
    const topology = computeScenarioTopology(parseSimulatorScenario(estate))
    const azure = await startRoutedAzure(topology, {
      without: CIRCUIT_PATH_NAMES.map(getCustomerRouterName),
      gateway: plan.gateway,
      // with this option, the last state of a router that hangs is reported; otherwise one hanging site would block
      // Azure's responses for all sites
      remembers: true,
    })
    const site = new SiteRouters(plan, azure)
    await site.begin(options)
    return site
  }

  private async begin({ folder, noc, sendsLogs }: SiteRoutersOptions): Promise<void> {
    const { n, id, prefixes, managed } = this.plan
    const plugs = [
      { port: 'm-noc', in: noc, as: `m${id}`, address: this.plan.noc },
      ...CIRCUIT_PATH_NAMES.map((on) => ({
        port: `m-${on.slice(0, 3)}`,
        in: getRouterNamespaceName(getCustomerRouterName(on)),
        as: 'mgmt',
        address: managed[on],
      })),
    ]
    await runIpCommandsInNamespace(ROUTER_LINKS_NAMESPACE, [
      'link add br-m type bridge',
      'link set br-m up',
      ...plugs.flatMap((plug) => [
        `link add ${plug.port} type veth peer name ${plug.as} netns ${plug.in}`,
        `link set ${plug.port} master br-m up`,
      ]),
    ])
    for (const on of CIRCUIT_PATH_NAMES) {
      await runIpCommandsInNamespace(getCustomerRouterName(on), [
        `addr add ${managed[on]}/24 dev mgmt`,
        'link set mgmt up',
      ])
      const edge = this.azure.plan.edges[on]
      const own = path.join(folder, `${id}-${on}`)
      mkdirSync(own, { recursive: true })
      chmodSync(own, 0o777)
      const name = getCustomerRouterName(on)
      const logger = sendsLogs ? await startRsyslog(name, own, { address: this.plan.noc, hostName: name }) : null
      if (logger) this.#loggers.push(logger.child)
      const router = new FrrDaemon(
        {
          name,
          asn: 65_001 + n,
          routerId: edge.ce,
          neighbor: { address: edge.msee, asn: 12_076 },
          announces: prefixes,
          bfd: on === 'primary',
          station: this.plan.noc,
          collector: { address: this.plan.noc, port: ROUTER_BGP_COLLECTOR_PORT, asn: COLLECTOR_ASN },
        },
        own,
        logger?.with,
      )
      this.#routers.set(on, router)
      await router.start()
      const flags = [
        `--frr.socket.dir-path=${router.sockets}`,
        `--web.listen-address=${managed[on]}:${EXPORTER_PORT}`,
        '--no-collector.ospf',
        '--no-collector.bfd',
        '--log.level=error',
      ]
      this.#exporters.push(spawnInRouterNamespace(name, 'prometheus-frr-exporter', flags))
    }
    for (const on of CIRCUIT_PATH_NAMES) await this.isUp(on)
  }

  router(on: PathName): FrrDaemon {
    const router = this.#routers.get(on)
    if (!router) throw new Error(`no router on ${on}`)
    return router
  }

  msee(on: PathName) {
    return this.azure.daemon(getMseeRouterName(on))
  }

  get exporters(): number[] {
    return this.#exporters.flatMap(({ pid }) => (pid === undefined ? [] : [pid]))
  }

  /** Repeats an action at an interval, with alternating argument; null stops it. */
  async every(ms: number | null, act?: (isOdd: boolean) => Promise<void>): Promise<void> {
    clearInterval(this.#timer)
    let isOdd = true
    if (ms !== null && act) {
      await act(isOdd)
      this.#timer = setInterval(() => {
        isOdd = !isOdd
        act(isOdd).catch(() => undefined)
      }, ms)
    }
    // wait for an action that is still running
    else await delay(300)
  }

  /**
   * Resolves when both ends report the session as up.
   * @throws Error after two and a half minutes
   */
  async isUp(on: PathName): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS
    const isUp = () =>
      this.router(on).log().at(-1)?.state === 'up' && this.msee(on).log().session(MSEE_TO_CUSTOMER_SESSION_NAME).up
    // an end of the session may read a message a moment after the other end has sent it
    do await delay(200)
    while (!isUp() && performance.now() < deadline)
    if (!isUp()) throw new Error(`site ${this.plan.id}: ${on} does not come up`)
  }

  async make({ name, on, forMs }: ChosenNocFault): Promise<InjectedNocFault> {
    const fault: NocFault = nocFaults[name]
    const act = Date.now()
    await fault.begin(this, on)
    if (!fault.isShort) await delay(forMs)
    await fault.end?.(this, on)
    let until = Date.now()
    for (const one of CIRCUIT_PATH_NAMES) await this.isUp(one)
    let wire = act
    if (!fault.isOfRoutes) {
      const outages = CIRCUIT_PATH_NAMES.flatMap((one) => {
        const downs = this.msee(one).log().session(MSEE_TO_CUSTOMER_SESSION_NAME).downs
        return outagesOfBoth(downs, this.router(one).log()).filter(({ fell }) => fell.latest >= act)
      })
      if (outages.length > 0) {
        wire = Math.min(...outages.map(({ fell }) => fell.latest))
        until = Math.max(fault.isLossy ? until : 0, ...outages.map(({ rose }) => rose?.latest ?? until))
      }
    }
    return { site: this.plan.n, name, on, act, wire, until }
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    for (const child of this.#exporters) await killProcessAndWait(child)
    for (const router of this.#routers.values()) await router.stop()
    for (const child of this.#loggers) await killProcessAndWait(child)
    await this.azure.close()
  }
}
