import type { ChildProcess } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { constants, setPriority, tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { readReportedSessions } from '#lib/history/index.ts'
import { findFreePort } from '#lib/platform/bootstrap/postgres.ts'
import type { Database } from '#lib/platform/database.ts'
import {
  ROUTER_BMP_STATION_PORT,
  type CustomerRouterControl,
  type CustomerBgpSpeaker,
  SYSLOG_PORT,
} from '../simulator/daemons/customer-router.ts'
import { FrrDaemon } from '../simulator/daemons/frr-daemon.ts'
import { GobgpDaemon } from '../simulator/daemons/gobgp-daemon.ts'
import { killProcessAndWait } from '../simulator/daemons/namespaces.ts'
import {
  getCustomerRouterName,
  getGatewayInstanceName,
  getMseeRouterName,
  CIRCUIT_PATH_NAMES,
  MSEE_TO_CUSTOMER_SESSION_NAME,
  toMsee,
} from '../simulator/daemons/network.ts'
import { type RealRouterAzure, startRoutedAzure } from '../simulator/daemons/routed-azure.ts'
import { realRouterScenario } from '../simulator/daemons/routed-scenario.ts'
import { startRsyslog } from '../simulator/daemons/rsyslog.ts'
import { BmpStationRelay } from '../simulator/daemons/station-relay.ts'
import { parsePrefixWithoutHostBits } from '../simulator/prefix.ts'
import {
  parseSimulatorScenario,
  type ScenarioInput,
  type RunningSimulator,
  startSimulator,
} from '../simulator/index.ts'
import { computeScenarioTopology } from '../simulator/topology.ts'
import type { PathName } from '../simulator/vocabulary.ts'
import type { UnobservedPeriod } from './compare.ts'
import { startProductWorker } from '../product/start-worker.ts'
import { startStation } from './station-process.ts'
import { readRouterRoutes, readRouterSessionHistory } from '#lib/routers/store/index.ts'

const PATIENCE_MS = 90_000
const IDENTITY_HEADER = 'bench-identity-header'
const EVER = { from: Date.UTC(2020, 0), to: Date.UTC(2100, 0) }
const CIRCUIT = 'erc-routed'
const SITE = ['10.10.0.0/16', '10.20.0.0/24', '10.20.1.0/24']
/** Additional prefix that the gateway announces, used to test withdrawal and prepending. */
const SPARE = '10.99.0.0/16'

/** A circuit with two customer routers of different software: FRR on the path with BFD, GoBGP on the other. */
const scenario: ScenarioInput = {
  ...realRouterScenario,
  sites: [{ name: 'dc-routed', prefixes: SITE, announces: [{ circuit: CIRCUIT }], egress: [{ circuit: CIRCUIT }] }],
}
const SOFTWARE = { primary: 'FRR', secondary: 'GoBGP' } as const
/**
 * Addresses from which the routers connect to the receiver, which identifies routers by their addresses. Both are
 * loopback addresses of this machine.
 */
const ADDRESS = { primary: '127.0.0.2', secondary: '127.0.0.3' } as const

/**
 * Poll intervals. Sessions are polled often enough that a fault and its end usually fall between different polls;
 * tables that do not affect session states are polled less often.
 */
const EVERY = {
  POLL_SESSIONS_EVERY: '2s',
  POLL_CIRCUITS_EVERY: '2s',
  POLL_ROUTES_EVERY: '10s',
  POLL_METRICS_EVERY: '1h',
  POLL_ACTIVITY_EVERY: '1h',
  POLL_INVENTORY_EVERY: '1h',
}

/**
 * The test setup: customer routers that send BMP, BIRD as Azure's end, a station as `npm run bmp` starts it, and a
 * worker that polls Azure.
 */
export class BothEnds {
  readonly azure: RealRouterAzure
  readonly db: Database
  /** requests that Azure answered successfully */
  readonly asked: { at: number; target: string }[] = []
  readonly unwatched: Record<PathName, UnobservedPeriod[]> = { primary: [], secondary: [] }
  readonly #routers = new Map<PathName, CustomerRouterControl>()
  readonly #folder: string
  readonly #port: number
  readonly #logPort: number
  readonly #closing: (() => Promise<unknown>)[] = []
  #station: ChildProcess | null = null
  #simulator: RunningSimulator | null = null
  #worker: ChildProcess | null = null

  private constructor(db: Database, azure: RealRouterAzure, ports: readonly [number, number]) {
    this.db = db
    this.azure = azure
    ;[this.#port, this.#logPort] = ports
    this.#folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-faults-'))
    // FRR's daemons run as another user
    chmodSync(this.#folder, 0o777)
  }

  static async start(db: Database): Promise<BothEnds> {
    const azure = await startRoutedAzure(computeScenarioTopology(parseSimulatorScenario(scenario)), {
      without: CIRCUIT_PATH_NAMES.map(getCustomerRouterName),
    })
    const ends = new BothEnds(db, azure, [await findFreePort(), await findFreePort()])
    try {
      await ends.begin()
    } catch (error) {
      await ends.stop()
      throw error
    }
    return ends
  }

  private async begin(): Promise<void> {
    await this.startStation()
    for (const on of CIRCUIT_PATH_NAMES) {
      const router = getCustomerRouterName(on)
      const relays = [[ROUTER_BMP_STATION_PORT, this.#port] as const, [SYSLOG_PORT, this.#logPort] as const]
      for (const [port, to] of relays) {
        const relay = new BmpStationRelay({ router, port, folder: this.#folder, to: () => to, as: ADDRESS[on] })
        this.#closing.push(() => relay.close())
      }
      this.#routers.set(on, await this.routerOf(on))
      await this.router(on).start()
    }
    await this.sendSpare([])
    this.#simulator = await startSimulator({
      scenario: parseSimulatorScenario(scenario),
      // quick, because the results are compared with real routers
      profile: 'quick',
      identityHeader: IDENTITY_HEADER,
      observe: this.azure.observe,
      onAnswer: ({ target, status }) => {
        if (status < 300) this.asked.push({ at: Date.now(), target })
      },
    })
    await this.until('both sessions are up', () => CIRCUIT_PATH_NAMES.every((on) => this.isUp(on)))
    this.#worker = startProductWorker(this.db.url, this.#simulator.url, IDENTITY_HEADER, EVERY)
    await this.until(
      'both are recorded',
      async () => (await this.recordedUp('primary')) && this.recordedUp('secondary'),
    )
    await this.polled(3)
  }

  private async routerOf(on: PathName): Promise<CustomerRouterControl> {
    const { ce, msee: address, peering } = this.azure.plan.edges[on]
    const speaker: CustomerBgpSpeaker = {
      name: getCustomerRouterName(on),
      asn: peering.peerAsn,
      routerId: ce,
      neighbor: { address, asn: 12_076 },
      announces: SITE,
      bfd: SOFTWARE[on] === 'FRR',
    }
    const folder = path.join(this.#folder, on)
    if (SOFTWARE[on] === 'GoBGP') {
      const router = new GobgpDaemon(speaker, folder)
      this.#closing.push(() => router.kill())
      return router
    }
    const log = await startRsyslog(speaker.name, folder)
    const router = new FrrDaemon(speaker, folder, log.with)
    this.#closing.push(
      () => router.stop(),
      () => killProcessAndWait(log.child),
    )
    return router
  }

  router(on: PathName): CustomerRouterControl {
    const router = this.#routers.get(on)
    if (!router) throw new Error(`no router on ${on}`)
    return router
  }

  /** Returns the FRR router of a path, for functions that only FRR has; null if the path has another router. */
  frr(on: PathName): FrrDaemon | null {
    const router = this.router(on)
    return router instanceof FrrDaemon ? router : null
  }

  msee(on: PathName) {
    return this.azure.daemon(getMseeRouterName(on))
  }

  /** Returns each session that Azure reports, with its downtimes from the logs of Azure's own routers. */
  azureSessions() {
    const { edges, peers, instances } = this.azure.plan
    const downsOf = (router: string, session: string) => this.azure.daemon(router).log().session(session).downs
    return CIRCUIT_PATH_NAMES.flatMap((on) => {
      const { key, msee: localAddress, ce: neighbor } = edges[on]
      const name = `${CIRCUIT}/${on}`
      const own = { key: name, of: CIRCUIT, path: on, localAddress, neighbor, downs: this.azureDowns(on) }
      const inside = peers
        .filter(({ source }) => source === key)
        .map((peer) => ({
          key: peer.key,
          of: peer.gateway.name,
          path: undefined,
          localAddress: peer.instance,
          neighbor: peer.neighbor,
          downs: downsOf(getGatewayInstanceName(instances.indexOf(peer.instance)), toMsee(on)),
        }))
      return [own, ...inside]
    })
  }

  /** Returns the downtimes of the session at Azure's end, from its log. */
  azureDowns(on: PathName) {
    return this.msee(on).log().session(MSEE_TO_CUSTOMER_SESSION_NAME).downs
  }

  isUp(on: PathName): boolean {
    return (
      this.router(on).log().at(-1)?.state === 'up' &&
      this.azureDowns(on).every(({ until }) => until !== Number.POSITIVE_INFINITY) &&
      this.msee(on).log().session(MSEE_TO_CUSTOMER_SESSION_NAME).up
    )
  }

  private async sessionId(on: PathName): Promise<number> {
    return (await this.reported(on))?.id ?? 0
  }

  private async reported(on: PathName) {
    const neighbor = this.azure.plan.edges[on].msee
    const all = await readReportedSessions(this.db.pool)
    return all.find((one) => one.neighbor === neighbor && one.protocol === 'bmp')
  }

  async recorded(on: PathName) {
    return readRouterSessionHistory(this.db.pool, await this.sessionId(on), EVER)
  }

  async recordedUp(on: PathName): Promise<boolean> {
    const session = await this.reported(on)
    return session?.state === 'up' && session.observedUntil === null
  }

  private async recordedPath(on: PathName, prefix: string): Promise<string | null> {
    const wanted = { ...EVER, limit: 1_000, views: ['adjInPost' as const] }
    const routes = await readRouterRoutes(this.db.pool, await this.sessionId(on), wanted)
    const found = routes.find((route) => route.prefix === prefix && route.to === null)
    return found?.attributes.asPath?.join(' ') ?? null
  }

  /**
   * Announces an additional prefix from the gateway, prepended the given number of times, or withdraws it if null.
   * Resolves after both routers' reports are recorded.
   */
  async announceSpare(prepended: number | null): Promise<void> {
    const own = Array.from({ length: (prepended ?? 0) + 1 }, () => 65_515)
    await this.sendSpare(prepended === null ? [] : own)
    const expected = prepended === null ? null : [12_076, ...own].join(' ')
    for (const on of CIRCUIT_PATH_NAMES)
      await this.until(`${SPARE} recorded of ${on}: ${expected}`, async () => {
        return (await this.recordedPath(on, SPARE)) === expected
      })
  }

  async sendSpare(asPath: readonly number[]): Promise<void> {
    const { space, instances } = this.azure.plan
    const spare = parsePrefixWithoutHostBits(SPARE)
    const routes = [
      { prefix: space, path: [] },
      ...(spare && asPath.length > 0 ? [{ prefix: spare, path: [...asPath] }] : []),
    ]
    for (const n of instances.keys()) await this.azure.daemon(getGatewayInstanceName(n)).follow({ routes })
  }

  private async startStation(): Promise<void> {
    const environment = {
      DATABASE_URL: this.db.url,
      BMP_LISTEN: `127.0.0.1:${this.#port}`,
      SYSLOG_LISTEN: `127.0.0.1:${this.#logPort}`,
      DATA_DIR: this.#folder,
    }
    await startStation(environment, (station) => {
      this.#station = station
      // gives the station priority, so that other load on this machine does not affect the measurement
      if (station.pid !== undefined) setPriority(station.pid, constants.priority.PRIORITY_HIGH)
    })
  }

  private async stopStation(): Promise<void> {
    const station = this.#station
    this.#station = null
    if (!station || station.exitCode !== null || station.signalCode !== null) return
    const gone = new Promise((resolve) => station.once('exit', resolve))
    station.kill('SIGTERM')
    await gone
  }

  async until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS
    while (!(await isSo())) {
      if (performance.now() > deadline) throw new Error(`not within ${PATIENCE_MS / 1_000} s: ${what}`)
      await delay(50)
    }
  }

  /** Resolves after the route table summary of each path has been polled this many times from now on. */
  async polled(times: number): Promise<void> {
    for (let n = 0; n < times; n++) {
      const from = new Date()
      await this.until('Azure is polled', async () => {
        const { rows } = await this.db.pool.query<{ n: number }>(
          "SELECT count(*)::int AS n FROM poll_state WHERE kind = 'summary' AND ok_started_at > $1",
          [from],
        )
        return (rows[0]?.n ?? 0) >= CIRCUIT_PATH_NAMES.length
      })
    }
  }

  /** Ends a session, waits until the router notices, keeps it down for `forMs`, and restores it. */
  async down(on: PathName, forMs: number, end: () => unknown, recover?: () => unknown): Promise<void> {
    const falls = () =>
      this.router(on)
        .log()
        .filter(({ state }) => state === 'down').length
    const before = falls()
    await end()
    await this.until('the session is down', () => falls() > before)
    await delay(forMs)
    await recover?.()
    await this.until('the session is up', () => this.isUp(on))
  }

  /** Pauses the router's process, so that the hold timer expires at Azure's end. */
  async hang(on: PathName, forMs: number): Promise<void> {
    this.router(on).pause()
    await this.untilAzureIsDown(on)
    await delay(forMs)
    this.router(on).resume()
    await this.until('the session is up', () => this.isUp(on))
  }

  private untilAzureIsDown(on: PathName): Promise<void> {
    return this.until('Azure notices', () =>
      this.azureDowns(on).some(({ until }) => until === Number.POSITIVE_INFINITY),
    )
  }

  /** Kills the router's process, as in a crash. Its end of the session is not observed until it runs again. */
  async crash(on: PathName, forMs: number): Promise<void> {
    const from = Date.now()
    await this.router(on).kill()
    await this.untilAzureIsDown(on)
    await delay(forMs)
    await this.router(on).start()
    await this.until('the session is up', async () => this.isUp(on) && this.recordedUp(on))
    this.unwatched[on].push({ from, to: Date.now(), isAway: true })
    // Routers report times in whole seconds. After this wait, the next change cannot appear to have begun before the
    // end of this fault.
    await delay(1_500)
  }

  /** Runs some work while the station is stopped. */
  async away(work: () => Promise<void>): Promise<void> {
    const from = Date.now()
    await this.stopStation()
    await work()
    // FRR reports times in whole seconds. Without this wait, it would be unclear whether a session came up before or
    // after the receiver was started again in the same second.
    await delay(1_100)
    await this.startStation()
    await this.until('both are recorded again', async () => {
      return (await this.recordedUp('primary')) && (await this.recordedUp('secondary'))
    })
    await delay(1_000)
    for (const on of CIRCUIT_PATH_NAMES) this.unwatched[on].push({ from, to: Date.now(), isAway: true })
    await delay(1_500)
  }

  /** Runs some work while the station's process is paused. */
  async slow(work: () => Promise<void>): Promise<void> {
    const from = Date.now()
    this.#station?.kill('SIGSTOP')
    await work()
    this.#station?.kill('SIGCONT')
    await delay(300)
    for (const on of CIRCUIT_PATH_NAMES) this.unwatched[on].push({ from, to: Date.now(), isAway: false })
  }

  /** Returns the subject of the session's events: Azure's address and the customer router's address. */
  subject(on: PathName): string {
    const { msee: address, ce } = this.azure.plan.edges[on]
    return `${address}~${ce}`
  }

  async stop(): Promise<void> {
    await killProcessAndWait(this.#worker)
    await this.#simulator?.close()
    for (const close of this.#closing.toReversed()) await close()
    await this.stopStation()
    await this.azure.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

export const getRouterSoftware = (on: PathName): string => SOFTWARE[on]
