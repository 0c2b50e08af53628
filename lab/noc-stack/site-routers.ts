import { chmodSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import type { ChildProcess } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { outagesOfBoth } from '../router-faults/outages.ts'
import { BGP_PORT } from '../simulator/daemons/customer-router.ts'
import { FrrDaemon } from '../simulator/daemons/frr-daemon.ts'
import { ipIn, killed, namespaceOf, spawnIn } from '../simulator/daemons/namespaces.ts'
import { customer, msee, PATHS, TO_CUSTOMER, WIRES } from '../simulator/daemons/network.ts'
import { type RoutedAzure, startRoutedAzure } from '../simulator/daemons/routed-azure.ts'
import { parseScenario } from '../simulator/index.ts'
import { compile } from '../simulator/topology.ts'
import type { PathName } from '../simulator/vocabulary.ts'
import { COLLECTOR_ASN, estateOf, type Site, siteOf } from './estate.ts'
import { type Chosen, type Fault, faults, type Happened } from './faults.ts'

const PATIENCE_MS = 150_000
export const EXPORTER_PORT = 9_342

/**
 * Routers of one site: FRR as the customer's router, with BFD on the primary path, and BIRD as Azure's edge. A
 * management network connects them to the NOC.
 */
export class SiteRouters {
  readonly plan: Site
  readonly azure: RoutedAzure
  readonly #routers = new Map<PathName, FrrDaemon>()
  readonly #exporters: ChildProcess[] = []
  #timer: NodeJS.Timeout | undefined

  private constructor(plan: Site, azure: RoutedAzure) {
    this.plan = plan
    this.azure = azure
  }

  /**
   * Starts the routers of a site.
   * @param noc the namespace to which the management network leads
   */
  static async start({ n, sites, folder, noc }: { n: number; sites: number; folder: string; noc: string }) {
    const plan = siteOf(n)
    const estate = estateOf(Array.from({ length: sites }, (_, at) => siteOf(at)))
    const topology = compile(parseScenario(estate))
    const azure = await startRoutedAzure(topology, {
      without: PATHS.map(customer),
      gateway: plan.gateway,
      // with this option, the last state of a router that hangs is reported; otherwise one hanging site would block
      // Azure's responses for all sites
      remembers: true,
    })
    const site = new SiteRouters(plan, azure)
    await site.begin(folder, noc)
    return site
  }

  private async begin(folder: string, noc: string): Promise<void> {
    const { n, id, prefixes, managed } = this.plan
    const plugs = [
      { port: 'm-noc', in: noc, as: `m${id}`, address: this.plan.noc },
      ...PATHS.map((on) => ({
        port: `m-${on.slice(0, 3)}`,
        in: namespaceOf(customer(on)),
        as: 'mgmt',
        address: managed[on],
      })),
    ]
    await ipIn(WIRES, [
      'link add br-m type bridge',
      'link set br-m up',
      ...plugs.flatMap((plug) => [
        `link add ${plug.port} type veth peer name ${plug.as} netns ${plug.in}`,
        `link set ${plug.port} master br-m up`,
      ]),
    ])
    for (const on of PATHS) {
      await ipIn(customer(on), [`addr add ${managed[on]}/24 dev mgmt`, 'link set mgmt up'])
      const edge = this.azure.plan.edges[on]
      const own = path.join(folder, `${id}-${on}`)
      mkdirSync(own, { recursive: true })
      chmodSync(own, 0o777)
      const router = new FrrDaemon(
        {
          name: customer(on),
          asn: 65_001 + n,
          routerId: edge.ce,
          neighbor: { address: edge.msee, asn: 12_076 },
          announces: prefixes,
          bfd: on === 'primary',
          station: this.plan.noc,
          collector: { address: this.plan.noc, port: BGP_PORT, asn: COLLECTOR_ASN },
        },
        own,
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
      this.#exporters.push(spawnIn(customer(on), 'prometheus-frr-exporter', flags))
    }
    for (const on of PATHS) await this.isUp(on)
  }

  router(on: PathName): FrrDaemon {
    const router = this.#routers.get(on)
    if (!router) throw new Error(`no router on ${on}`)
    return router
  }

  msee(on: PathName) {
    return this.azure.daemon(msee(on))
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
    const isUp = () => this.router(on).log().at(-1)?.state === 'up' && this.msee(on).log().session(TO_CUSTOMER).up
    // an end of the session may read a message a moment after the other end has sent it
    do await delay(200)
    while (!isUp() && performance.now() < deadline)
    if (!isUp()) throw new Error(`site ${this.plan.id}: ${on} does not come up`)
  }

  async make({ name, on, forMs }: Chosen): Promise<Happened> {
    const fault: Fault = faults[name]
    const act = Date.now()
    await fault.begin(this, on)
    if (!fault.isShort) await delay(forMs)
    await fault.end?.(this, on)
    let until = Date.now()
    for (const one of PATHS) await this.isUp(one)
    let wire = act
    if (!fault.isOfRoutes) {
      const outages = PATHS.flatMap((one) => {
        const downs = this.msee(one).log().session(TO_CUSTOMER).downs
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
    for (const child of this.#exporters) await killed(child)
    for (const router of this.#routers.values()) await router.stop()
    await this.azure.close()
  }
}
