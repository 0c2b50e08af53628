/**
 * Service Health and Resource Health. Service Health publishes planned maintenance, and names the circuit only in its
 * text. Resource Health reports the current state of a resource as one word.
 */
import { computeHappeningOccurrenceTimes } from '../consequences.ts'
import { formatIsoTimestamp, parseDuration } from '../duration.ts'
import { edgeKey } from '../keys.ts'
import type { SimulatedWorld } from '../world.ts'
import {
  type ArmOperationContext,
  getCircuitOfRequestPath,
  gatewayId,
  getGatewayOfRequestPath,
  resourceId,
  getSubscriptionOfRequestPath,
} from './context.ts'
import { ArmError } from './message.ts'

/** How long an event stays in the list after its end, in milliseconds. */
const KEPT = 90 * 86_400_000

/** A maintenance of an edge router or of a gateway's instance, as Microsoft publishes it. */
interface Maintenance {
  readonly trackingId: string
  readonly service: string
  readonly region: string
  /** ARM ID of the circuit or gateway */
  readonly resource: string
  /** name of the service in Service Health's list */
  readonly impacted: string
  readonly title: string
  /** Plain text that names the circuit or the gateway. */
  readonly text: string
  readonly announced: number
  readonly from: number
  readonly until: number
  /** Delay from a stage to its notice in the Activity log. */
  readonly noticeDelay: number
  /** Stages of the maintenance, at each of which the publication changes. */
  readonly stages: readonly { readonly at: number; readonly stage: string; readonly status: string }[]
}

/** Returns every maintenance of a subscription's circuits and gateways, past and future. */
export function listMaintenancesOfSubscription(world: SimulatedWorld, subscription: string): Maintenance[] {
  return world.timeline.entries.flatMap((entry) => [
    ...edgeWork(world, subscription, entry),
    ...instanceWork(world, subscription, entry),
  ])
}

type TimelineEntry = SimulatedWorld['timeline']['entries'][number]

const ms = (text: string): number => parseDuration(text) ?? 0
const isIn = (world: SimulatedWorld, group: string, subscription: string) =>
  world.topology.groups.get(group)?.subscription === subscription
const nameOf = (world: SimulatedWorld, entry: string) => `SIM${world.topology.guid(entry).slice(4, 8).toUpperCase()}`

function edgeWork(world: SimulatedWorld, subscription: string, { id, happening: h }: TimelineEntry): Maintenance[] {
  if (h.op !== 'maintenance') return []
  const circuit = world.scenario.circuits.find((k) => k.name === h.circuit)
  if (!circuit || !isIn(world, circuit.group, subscription)) return []
  const { from } = computeHappeningOccurrenceTimes(h, world.origin)
  const until = from + ms(h.drain) + ms(h.down) + ms(h.undrain)
  return [
    {
      trackingId: h.trackingId ?? nameOf(world, id),
      service: 'ExpressRoute',
      region: 'Global',
      resource: resourceId(world, circuit.group, 'expressRouteCircuits', circuit.name),
      impacted: 'ExpressRoute \\ ExpressRoute Circuits',
      title: `Planned maintenance: ExpressRoute edge routers in ${circuit.peeringLocation}`,
      text: `Microsoft will update ExpressRoute edge equipment in ${circuit.peeringLocation} between ${formatIsoTimestamp(from)} and ${formatIsoTimestamp(until)}. Circuit ${circuit.name}: the ${h.path} connection will be unavailable; traffic is drained to the other connection before the work begins.`,
      noticeDelay: ms(h.noticeDelay),
      ...inStages(from - ms(h.announced), from, until),
    },
  ]
}

function instanceWork(world: SimulatedWorld, subscription: string, { id, happening: h }: TimelineEntry): Maintenance[] {
  if (h.op !== 'instance-loss' || h.announced === undefined) return []
  const gateway = world.scenario.gateways.find((g) => g.name === h.gateway)
  if (!gateway || !isIn(world, gateway.group, subscription)) return []
  const { from, until } = computeHappeningOccurrenceTimes(h, world.origin)
  // an instance loss without an end is not planned maintenance
  if (!Number.isFinite(until)) return []
  const region = gateway.location ?? world.topology.groups.get(gateway.group)?.location ?? ''
  const isVpn = gateway.kind === 'Vpn'
  return [
    {
      trackingId: nameOf(world, id),
      service: isVpn ? 'VPN Gateway' : 'ExpressRoute',
      region,
      resource: gatewayId(world, gateway),
      impacted: isVpn ? 'VPN Gateway' : 'ExpressRoute \\ ExpressRoute Gateways',
      title: `Planned maintenance: virtual network gateways in ${region}`,
      text: `Microsoft will update gateway ${gateway.name}, one instance after the other, between ${formatIsoTimestamp(from)} and ${formatIsoTimestamp(until)}. Sessions of the instance in work restart.`,
      noticeDelay: ms(h.noticeDelay),
      ...inStages(from - ms(h.announced), from, until),
    },
  ]
}

function inStages(
  announced: number,
  from: number,
  until: number,
): Pick<Maintenance, 'announced' | 'from' | 'until' | 'stages'> {
  const stages = [
    { at: announced, stage: 'Planned', status: 'Active' },
    { at: from, stage: 'InProgress', status: 'Active' },
    { at: until, stage: 'Complete', status: 'Resolved' },
  ]
  return { announced, from, until, stages }
}

/** Answers GET /subscriptions/{id}/providers/Microsoft.ResourceHealth/events. */
export function serviceHealthEvents(c: ArmOperationContext) {
  const { id } = getSubscriptionOfRequestPath(c)
  const { world, at } = c
  const query = c.query.get('queryStartTime')
  const since = query ? Date.parse(query) : at - 3 * 86_400_000
  if (Number.isNaN(since)) throw new ArmError(400, 'BadRequest', `The time '${query}' is invalid.`)
  return listMaintenancesOfSubscription(world, id).flatMap(
    ({ trackingId: name, title, text: words, service, region, impacted, announced, from, until }) => {
      const updated = at >= until ? until : at >= from ? from : announced
      if (at < announced || at > until + KEPT || updated < since) return []
      const status = at >= until ? 'Resolved' : 'Active'
      const text = `<p>${words}</p>`
      return [
        {
          id: `/subscriptions/${id}/providers/Microsoft.ResourceHealth/events/${name}`,
          name,
          type: '/providers/Microsoft.ResourceHealth/events',
          properties: {
            eventType: 'PlannedMaintenance',
            eventSource: 'ServiceHealth',
            status,
            title,
            summary: text,
            header: `Planned maintenance may affect your ${service} resources`,
            level: 'Warning',
            eventLevel: 'Informational',
            impactStartTime: formatIsoTimestamp(from),
            impactMitigationTime: formatIsoTimestamp(until),
            lastUpdateTime: formatIsoTimestamp(updated),
            platformInitiated: true,
            priority: 11,
            isHIR: false,
            impact: [
              {
                impactedService: impacted,
                impactedRegions: [
                  {
                    impactedRegion: region,
                    status,
                    impactedSubscriptions: [id],
                    impactedTenants: [],
                    lastUpdateTime: formatIsoTimestamp(updated),
                    updates: [{ summary: text, updateDateTime: formatIsoTimestamp(updated) }],
                  },
                ],
              },
            ],
            links: [],
            faqs: [],
          },
        },
      ]
    },
  )
}

/** Answers GET /subscriptions/{id}/providers/Microsoft.ResourceHealth/events/{event}/impactedResources. */
export function impactedResources(c: ArmOperationContext) {
  const { id } = getSubscriptionOfRequestPath(c)
  const work = listMaintenancesOfSubscription(c.world, id).find(({ trackingId }) => trackingId === c.params.event)
  if (!work || c.at < work.announced)
    throw new ArmError(404, 'EventNotFound', `The event '${c.params.event}' was not found.`)
  const name = c.world.topology.guid(`impacted/${work.trackingId}`)
  return [
    {
      id: `/subscriptions/${id}/providers/Microsoft.ResourceHealth/events/${work.trackingId}/impactedResources/${name}`,
      name,
      type: 'Microsoft.ResourceHealth/events/impactedResources',
      properties: {
        targetResourceType: work.resource.split('/').slice(6, 8).join('/'),
        targetResourceId: work.resource,
        targetRegion: work.region,
      },
    },
  ]
}

function worst(c: ArmOperationContext): { state: string; summary: string; since: number } {
  const healthy = {
    state: 'Available',
    summary: "There aren't any known problems affecting this resource.",
    since: c.world.timeline.epoch,
  }
  if (c.params.type === 'virtualnetworkgateways') {
    const { spec, domain } = getGatewayOfRequestPath(c)
    const peers = domain.peers.filter((p) => p.gateway.name === spec.name && p.role !== 'internal')
    const down = peers.filter((p) => !c.world.sessions.at(p.key, c.at).up)
    return down.length === peers.length && peers.length > 0
      ? {
          state: 'Unavailable',
          summary: 'No BGP peer of the gateway is connected.',
          since: c.world.sessions.at(peers[0]?.key ?? '', c.at).since,
        }
      : healthy
  }
  const { spec } = getCircuitOfRequestPath(c)
  const sessions = spec.peerings
    .flatMap((p) => (['primary', 'secondary'] as const).map((path) => edgeKey(spec.name, p.type, path)))
    .map((key) => c.world.sessions.at(key, c.at))
  const down = sessions.filter((s) => !s.up)
  if (down.length === 0) return healthy
  const since = Math.max(...down.map((s) => s.since))
  return down.length === sessions.length
    ? { state: 'Unavailable', summary: 'All BGP sessions of the circuit are down.', since }
    : { state: 'Degraded', summary: 'A BGP session of the circuit is down.', since }
}

/**
 * Answers GET {resource}/providers/Microsoft.ResourceHealth/availabilityStatuses/current. Azure really spells
 * `occuredTime` this way.
 */
export function availabilityStatus(c: ArmOperationContext) {
  const { state, summary, since } = worst(c)
  const { subscription, group, type, name } = c.params
  const id = `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Network/${type}/${name}`
  return {
    id: `${id}/providers/Microsoft.ResourceHealth/availabilityStatuses/current`,
    name: 'current',
    type: 'Microsoft.ResourceHealth/AvailabilityStatuses',
    location: c.world.topology.groups.get(group ?? '')?.location ?? '',
    properties: {
      availabilityState: state,
      summary,
      reasonType: '',
      occuredTime: formatIsoTimestamp(since),
      reportedTime: formatIsoTimestamp(c.at),
    },
  }
}
