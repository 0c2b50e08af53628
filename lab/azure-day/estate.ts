/** Circuits with one gateway each, and their polls as the product plans them. */
import { createAzureClient } from '#lib/azure/index.ts'
import type { PollLoad } from '#lib/history/index.ts'
import { type PollIntervals, planPolls } from '#lib/poller/index.ts'
import {
  type PollPositionInResource,
  formatPlaceKey,
  computeSchedulePositions,
} from '#lib/poller/plan/schedule-positions.ts'
import {
  createAzureHttpResponse,
  createWorld,
  type HappeningInput,
  createEstateWithManyGateways,
  parseSimulatorScenario,
  requireAccepted,
  type ScenarioInput,
  createSimulatedCredential,
  type SimulatedWorld,
} from '../simulator/index.ts'

/** Distribution of the circuits: all in one subscription and region, or ten in each subscription. */
export type CircuitsPerSubscription = 'one' | 'ten'

export const VIRTUAL_DAY_POLL_INTERVALS: PollIntervals = {
  sessionsMs: 60_000,
  circuitsMs: 60_000,
  routesMs: 300_000,
  inventoryMs: 600_000,
  metricsMs: 300_000,
  activityMs: 300_000,
}

const NEIGHBORS = ['10.0.4.4', '10.0.4.5']
const BASE = 'http://127.0.0.1'

/** Builds the scenario. Every second circuit has a Microsoft peering in addition to its private peering. */
function scenarioOf(
  circuits: number,
  layout: CircuitsPerSubscription,
  happenings: readonly HappeningInput[],
): ScenarioInput {
  const all = createEstateWithManyGateways(circuits)
  const [first] = all.subscriptions
  if (!first) throw new Error('an estate needs a subscription')
  const oneGroup = (group: string) => (layout === 'one' ? (first.groups[0]?.name ?? group) : group)
  const placed = <T extends { group: string }>(list: readonly T[] = []): T[] =>
    list.map((one) => ({ ...one, group: oneGroup(one.group) }))
  return {
    ...all,
    subscriptions: layout === 'one' ? [first] : all.subscriptions,
    vnets: placed(all.vnets),
    gateways: placed(all.gateways),
    connections: placed(all.connections),
    circuits: placed(all.circuits).map((circuit, n) => {
      if (n % 2 === 0) return circuit
      const microsoft = {
        type: 'MicrosoftPeering' as const,
        vlan: 4_000,
        peerAsn: 13_335,
        primary: '198.51.100.0/30',
        secondary: '198.51.100.4/30',
        microsoft: { advertised: ['203.0.113.0/24'] },
      }
      return { ...circuit, peerings: [...circuit.peerings, microsoft] }
    }),
    happenings: [...happenings],
  }
}

/** A row of the timetable. */
export type VirtualDayPollLoad = PollLoad & { subresource: string; place: PollPositionInResource | null }

export interface VirtualDayEstate {
  world: SimulatedWorld
  /** all polls of the timetable */
  loads: VirtualDayPollLoad[]
  /** number of requests of an inventory poll, by lower-case subscription ID */
  inventoryReads: ReadonlyMap<string, number>
}

/**
 * Builds an estate with a number of circuits. The product's client discovers them in the simulator, and the product's
 * plan schedules their polls.
 */
export async function discoverEstate(
  circuits: number,
  layout: CircuitsPerSubscription,
  origin: number,
  happenings: readonly HappeningInput[] = [],
  intervals: PollIntervals = VIRTUAL_DAY_POLL_INTERVALS,
): Promise<VirtualDayEstate> {
  const world = createWorld(requireAccepted(parseSimulatorScenario(scenarioOf(circuits, layout, happenings))), origin)
  let requests = 0
  const azure = createAzureClient({
    resourceManagerUrl: BASE,
    subscriptionIds: '*',
    clock: { now: () => origin, monotonic: () => origin },
    createCredential: createSimulatedCredential,
    transport: ({ method, url, headers, body }) => {
      requests += 1
      const asked = { method, target: url.slice(BASE.length), headers, base: BASE, wall: origin }
      const given = createAzureHttpResponse(world, origin, body === null ? asked : { ...asked, body })
      return { status: given.status, headers: { ...given.headers }, body: given.body }
    },
  })
  try {
    const inventoryReads = new Map<string, number>()
    const resources = []
    const subscriptionIds = world.scenario.subscriptions.map(({ id }) => id.toLowerCase())
    for (const id of subscriptionIds) {
      requests = 0
      const found = await azure.poll({ resourceId: `/subscriptions/${id}`, subresource: '' }, 'inventory')
      if (found.kind !== 'inventory' || found.outcome !== 'ok') throw new Error(`${id}: ${found.outcome}`)
      inventoryReads.set(id, requests)
      resources.push(...found.rows.resources)
    }
    const neighbors = new Map(
      resources
        .filter(({ type }) => /virtualnetworkgateways$/i.test(type))
        .map(({ resourceId }) => [resourceId.toLowerCase(), NEIGHBORS]),
    )
    const regions = new Map(resources.map(({ resourceId, location }) => [resourceId, location?.toLowerCase() ?? null]))
    const ids = new Map<string, number>()
    const plan = planPolls({ subscriptionIds, resources, neighbors }, intervals)
    const places = computeSchedulePositions(plan)
    const loads = plan.map(({ resourceId, subresource, kind, everySeconds, resource }): VirtualDayPollLoad => {
      const source = `${resourceId} ${subresource}`
      if (!ids.has(source)) ids.set(source, ids.size + 1)
      return {
        sourceId: ids.get(source) ?? 0,
        kind,
        resourceId,
        subresource,
        place: places.get(formatPlaceKey({ resourceId, subresource, kind })) ?? null,
        subscriptionId: /\/subscriptions\/([^/]+)/i.exec(resourceId)?.[1]?.toLowerCase() ?? '',
        region: regions.get(resourceId) ?? null,
        resource,
        configuredSeconds: everySeconds,
        everySeconds,
        reason: null,
        burstSeconds: null,
        run: null,
        isNeeded: false,
        budget: null,
        refusedBy: null,
      }
    })
    return { world, loads, inventoryReads }
  } finally {
    azure.close()
  }
}
