/** A poll at virtual time: the product's own decoder reads the simulator's response. */
import {
  createAzureClient,
  decodePollResponse,
  type RouteTableCache,
  buildPlainRequest,
  type PollTimes,
} from '#lib/azure/index.ts'
import type { EpochMs, PollObservation, PollTarget } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import {
  createAzureHttpResponse,
  listEffectChangeTimes,
  createSimulatedBearerToken,
  createSimulatedCredential,
  type SimulatedWorld,
} from '../simulator/index.ts'
import { typeOfPort } from '../simulator/wire/ports.ts'
import type { PolledKind } from './scenario.ts'
import type { ScheduledCorpusPoll } from './schedule.ts'

/** Any loopback address works, because nothing is sent to it. */
const BASE = 'http://127.0.0.1'
const CENTURY_S = 3_200_000_000
const TOKEN = createSimulatedBearerToken(CENTURY_S * 2)
const AUTHORIZED = { authorization: `Bearer ${TOKEN}` }
/** Window in milliseconds of kinds that Azure reports late. Each window overlaps the previous one, as in the worker. */
const WINDOWS_MS: Partial<Record<PolledKind, number>> = {
  activity: 65 * MS_PER_MINUTE,
  metrics: 20 * MS_PER_MINUTE,
  probe: 20 * MS_PER_MINUTE,
}
/** Maximum number of decoded tables cached for a source. A scenario returns to the same few tables. */
const KEPT_TABLES = 20

const OF_GATEWAYS: ReadonlySet<PolledKind> = new Set(['peers', 'learned', 'advertised'])
const isGateway = ({ gateways }: SimulatedWorld['scenario'], resource: string) =>
  gateways.some(({ name }) => name === resource)
const TABLES: ReadonlySet<PolledKind> = new Set(['learned', 'tables', 'advertised'])

interface Asking {
  method: string
  target: string
  headers: Readonly<Record<string, string | undefined>>
  body?: string
}

export class VirtualPoller {
  private readonly world: SimulatedWorld
  private readonly subscription: string
  private readonly group: string
  private readonly location: string
  private readonly lists: ReturnType<typeof createAzureClient>
  private at: EpochMs = 0
  /** decoded responses by source and text, for tables whose content does not depend on the time of the poll */
  private readonly tables = new Map<string, Map<string, PollObservation>>()
  private readonly known: RouteTableCache | undefined
  private inventory: { observation: PollObservation; at: EpochMs } | null = null

  /** CPU time in microseconds spent on decoding route tables, if the product's own cache (`known`) is used */
  decodeCpu = 0

  constructor(world: SimulatedWorld, known?: RouteTableCache) {
    this.known = known
    this.world = world
    const [subscription] = world.scenario.subscriptions
    this.subscription = subscription?.id ?? ''
    this.group = subscription?.groups[0]?.name ?? ''
    this.location = subscription?.groups[0]?.location ?? ''
    const now = () => this.at
    this.lists = createAzureClient({
      resourceManagerUrl: BASE,
      subscriptionIds: '*',
      clock: { now, monotonic: now },
      createCredential: createSimulatedCredential,
      transport: ({ method, url, headers, body }) =>
        this.answer(this.at, { method, target: url.slice(BASE.length), headers, ...(body === null ? {} : { body }) }),
    })
  }

  close(): void {
    this.lists.close()
  }

  targetOf({ kind, resource, path, peering }: ScheduledCorpusPoll['source']): PollTarget {
    if (resource === '') return { resourceId: `/subscriptions/${this.subscription}`, subresource: '' }
    const group = `/subscriptions/${this.subscription}/resourceGroups/${this.group}/providers/Microsoft.Network`
    if (kind === 'probe') {
      const watcher = `networkWatchers/NetworkWatcher_${this.location}`
      return { resourceId: `${group}/${watcher}/connectionMonitors/${resource}`, subresource: '' }
    }
    const [server = '', peer] = resource.split('/')
    const { hubs, routeServers } = this.world.scenario
    const isOfHub = kind !== 'tables' && hubs.some(({ name }) => name === server)
    if (isOfHub || routeServers.some(({ name }) => name === server)) {
      const resourceId = `${group}/virtualHubs/${server}${peer === undefined ? '' : `/bgpConnections/${peer}`}`
      return { resourceId, subresource: '' }
    }
    if (kind === 'tables' && peer !== undefined)
      return { resourceId: `${group}/virtualHubs/${server}/hubRouteTables/${peer}`, subresource: '' }
    const ofHub = this.hubTarget(kind, resource, path)
    if (ofHub) return { resourceId: `${group}/${ofHub.type}/${resource}`, subresource: ofHub.subresource }
    if (OF_GATEWAYS.has(kind) || (kind === 'metrics' && isGateway(this.world.scenario, resource)))
      return { resourceId: `${group}/virtualNetworkGateways/${resource}`, subresource: kind === 'metrics' ? '' : path }
    if (kind === 'connection' && !this.world.scenario.circuits.some(({ name }) => name === resource))
      return { resourceId: `${group}/connections/${resource}`, subresource: '' }
    const port = this.world.scenario.ports.find(({ name }) => name === resource)
    if (port) return { resourceId: `${group}/${typeOfPort(port)}/${resource}`, subresource: '' }
    const subresource = path === '' ? peering : `${peering}/${path}`
    return { resourceId: `${group}/expressRouteCircuits/${resource}`, subresource }
  }

  /** Returns a hub, or a gateway of a hub with the connection as path; null if the resource is neither. */
  private hubTarget(kind: PolledKind, resource: string, path: string): { type: string; subresource: string } | null {
    const { hubs, gateways } = this.world.scenario
    for (const { name, ...own } of hubs) {
      if (kind === 'tables' && name === resource) return { type: 'virtualHubs', subresource: path }
      const hosted = gateways.find((gateway) => gateway.hub === name && gateway.name === resource)
      const isVpn = own.vpn?.name === resource || hosted?.kind === 'Vpn'
      if (!isVpn && own.expressRoute?.name !== resource && !hosted) continue
      const type = isVpn ? 'vpnGateways' : 'expressRouteGateways'
      return { type, subresource: kind === 'learned' ? `${name}/${path}` : '' }
    }
    return null
  }

  /** Returns the path of the request that begins an operation of such a source. */
  pathOf(source: ScheduledCorpusPoll['source']): string {
    return buildPlainRequest(this.targetOf(source), source.kind).target
  }

  /**
   * Polls a source.
   * @param span the time of the poll by the collector's clock; the data are true for the sample time of the slot
   */
  async poll(slot: Pick<ScheduledCorpusPoll, 'source' | 'sampleAt'>, span: PollTimes): Promise<PollObservation> {
    const { kind } = slot.source
    const target = this.targetOf(slot.source)
    if (kind === 'inventory') return this.listed(slot, target, span)
    const windowMs = WINDOWS_MS[kind]
    if (windowMs !== undefined) {
      this.at = slot.sampleAt
      const params = { from: slot.sampleAt - windowMs, to: slot.sampleAt }
      return { ...(await this.lists.poll(target, kind, { params })), ...span }
    }
    const wire = this.answer(slot.sampleAt, { ...buildPlainRequest(target, kind), headers: AUTHORIZED })
    const decode = () => decodePollResponse(target, kind, wire, span)
    if (!TABLES.has(kind)) return decode()
    if (this.known) {
      const begun = process.cpuUsage()
      const observation = decodePollResponse(target, kind, wire, span, this.known)
      const { user, system } = process.cpuUsage(begun)
      this.decodeCpu += user + system
      return observation
    }
    const table = `${kind} ${slot.source.name} ${wire.status}`
    return { ...this.decodedOnce(table, wire.body, decode), ...span }
  }

  private answer(at: EpochMs, request: Asking) {
    const given = createAzureHttpResponse(this.world, at, { ...request, base: BASE, wall: at }, { lro: 'inline' })
    if (given.transport) throw new Error(`the scenario has a fault that only a socket can play: ${given.transport}`)
    return { status: given.status, headers: { ...given.headers }, body: given.body }
  }

  /**
   * Returns the cached observation of a text. The simulator returns the same string object for an unchanged table, so
   * that the lookup is cheap.
   */
  private decodedOnce(table: string, body: string, decode: () => PollObservation): PollObservation {
    const kept = this.tables.get(table) ?? new Map<string, PollObservation>()
    this.tables.set(table, kept)
    const known = kept.get(body)
    if (known) return known
    const oldest = kept.keys().next()
    if (kept.size >= KEPT_TABLES && !oldest.done) kept.delete(oldest.value)
    const observation = decode()
    kept.set(body, observation)
    return observation
  }

  /**
   * Polls the lists of resources. They need many requests, so they are read again only after a change of configuration
   * or a fault.
   */
  private async listed(
    { sampleAt }: Pick<ScheduledCorpusPoll, 'sampleAt'>,
    target: PollTarget,
    span: PollTimes,
  ): Promise<PollObservation> {
    const { inventory } = this
    const changed =
      !inventory || listEffectChangeTimes(this.world, inventory.at + 1, sampleAt, ['config', 'fault']).length > 0
    if (changed) {
      this.at = sampleAt
      this.inventory = { observation: await this.lists.poll(target, 'inventory'), at: sampleAt }
    }
    return { ...(this.inventory?.observation as PollObservation), ...span }
  }
}
