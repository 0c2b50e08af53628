import type { EventKind } from '#lib/contract/index.ts'
import { eventKindNames } from '#lib/contract/vocabulary.ts'

/** What an event is about, as a choice of kinds is grouped. */
export const areas = {
  session: 'Sessions',
  path: 'Paths and circuits',
  gateway: 'Gateways',
  bestPath: 'Best path',
  route: 'Routes',
  traffic: 'Traffic',
  configuration: 'Configuration',
  cost: 'Cost',
  watching: 'The watch itself',
} as const
export type Area = keyof typeof areas

export interface KindWords {
  area: Area
  /** a few words, as a label: `Session down` */
  name: string
  /** what it means, in one sentence for somebody who has just been woken */
  meaning: string
}

const words: Record<EventKind, Omit<KindWords, 'name'>> = {
  session_down: { area: 'session', meaning: 'A BGP session that was up is up no more.' },
  session_up: { area: 'session', meaning: 'A BGP session came up.' },
  session_flap: {
    area: 'session',
    meaning: 'A BGP session restarted between two polls: its age proves it, though both saw it up.',
  },
  session_flapping: {
    area: 'session',
    meaning: 'A BGP session keeps restarting: three times within half an hour, or more than a router would damp.',
  },
  keepalive_stall: {
    area: 'session',
    meaning: 'A session is up, but no message has come for two keepalives: it may fall within the hold time.',
  },
  session_restart_unproven: {
    area: 'session',
    meaning: 'A session may have restarted; what was polled does not prove it.',
  },
  duration_inconsistent: {
    area: 'session',
    meaning: 'The age that Azure tells of a session contradicts what polls have seen.',
  },
  session_unknown: {
    area: 'session',
    meaning: 'Azure answers, and has not said for five polls how this session is; the others it tells.',
  },
  initial_state: { area: 'session', meaning: 'How it was when Peerwatch first looked: a baseline and no change.' },
  path_down: {
    area: 'path',
    meaning: 'One of the two paths of a circuit carries nothing between the customer’s router and Microsoft’s edge.',
  },
  redundancy_lost: { area: 'path', meaning: 'A circuit has one path left: the next loss takes it down.' },
  redundancy_restored: { area: 'path', meaning: 'Both paths of a circuit are up again.' },
  circuit_down: { area: 'path', meaning: 'Both paths of a circuit are down: it carries nothing.' },
  prefix_limit_exceeded: {
    area: 'path',
    meaning: 'Microsoft’s edge holds the session down because more prefixes were announced than it takes.',
  },
  prefix_headroom: {
    area: 'path',
    meaning: 'The number of announced prefixes comes near the limit at which the session is dropped.',
  },
  parity_mismatch: {
    area: 'path',
    meaning: 'The two paths of a circuit carry different routes: losing one may lose what only it carries.',
  },
  unintended_active_passive: {
    area: 'path',
    meaning: 'Traffic takes one path only, though both are meant to carry it.',
  },
  unexpected_active_active: { area: 'path', meaning: 'Traffic takes both, though one is meant to stand by.' },
  peer_lost: { area: 'gateway', meaning: 'No instance of a gateway has a session with this neighbor any more.' },
  gateway_instance_lost: {
    area: 'gateway',
    meaning: 'One instance of a gateway has lost all of its sessions; the other carries on.',
  },
  gateway_isolated: {
    area: 'gateway',
    meaning: 'A gateway has no session left that it should have: its networks are cut off.',
  },
  gateway_changing: { area: 'gateway', meaning: 'Azure is changing the gateway: its sessions may restart meanwhile.' },
  instance_divergence: {
    area: 'gateway',
    meaning: 'Two instances of a gateway learn different routes from one neighbor, though both have their session.',
  },
  failover: { area: 'bestPath', meaning: 'Traffic’s way was lost and another one took over.' },
  failback: { area: 'bestPath', meaning: 'Traffic is back on its usual way after a failover.' },
  failback_pending: {
    area: 'bestPath',
    meaning: 'The usual way has been up for a while, and traffic still takes the other one.',
  },
  best_path_shift: { area: 'bestPath', meaning: 'Another way is preferred now, though nothing was lost.' },
  ecmp_reduced: { area: 'bestPath', meaning: 'Of several equal ways some are gone; the others carry the whole of it.' },
  ecmp_restored: { area: 'bestPath', meaning: 'All of the equal ways are back.' },
  no_path: { area: 'bestPath', meaning: 'There is no way left to an address range that should have one.' },
  path_change: { area: 'bestPath', meaning: 'A watched prefix is reached by another AS path than before.' },
  mass_withdraw: {
    area: 'route',
    meaning: 'A neighbor took back a large part of its prefixes at once, while its session stayed up.',
  },
  mass_announce: { area: 'route', meaning: 'A neighbor announced many more prefixes at once than before.' },
  own_space_heard: {
    area: 'route',
    meaning: 'Somebody outside announces address space of a virtual network, or a part of it.',
  },
  default_route_appeared: {
    area: 'route',
    meaning: 'A default route is announced: traffic to the internet may leave through on-premises.',
  },
  default_route_disappeared: { area: 'route', meaning: 'The default route is no longer announced.' },
  route_announced: { area: 'route', meaning: 'A watched prefix is announced.' },
  route_withdrawn: { area: 'route', meaning: 'A watched prefix is no longer announced.' },
  origin_change: { area: 'route', meaning: 'A prefix is announced by another AS than the one it came from so far.' },
  unexpected_transit: {
    area: 'route',
    meaning: 'Routes run through an AS that has not been on the way so far: perhaps a leak.',
  },
  more_specific: {
    area: 'route',
    meaning: 'A smaller prefix inside a known one is announced from elsewhere, and draws its traffic there.',
  },
  route_churn: { area: 'route', meaning: 'Routes change far more often than they usually do.' },
  microsoft_prefixes_changed: {
    area: 'route',
    meaning: 'Microsoft announces a different number of prefixes on Microsoft peering.',
  },
  public_prefixes_not_validated: {
    area: 'route',
    meaning: 'Microsoft has not validated the public prefixes of this peering: they are not advertised.',
  },
  green_but_dead: { area: 'traffic', meaning: 'The sessions are up, and no traffic gets through.' },
  one_way_traffic: { area: 'traffic', meaning: 'Traffic flows in one direction only.' },
  asymmetric_forwarding: {
    area: 'traffic',
    meaning: 'Traffic goes by one circuit and returns by another: firewalls on the way may drop it.',
  },
  traffic_shift: { area: 'traffic', meaning: 'Traffic moved from one path to another.' },
  bandwidth_high: { area: 'traffic', meaning: 'A path carries nearly as much as the circuit allows.' },
  n1_capacity_risk: {
    area: 'traffic',
    meaning: 'Both paths together carry more than one of them could: losing one would drop traffic.',
  },
  traffic_low_everywhere: { area: 'traffic', meaning: 'Traffic is far lower than usual on every path at once.' },
  counter_reset: {
    area: 'traffic',
    meaning: 'A byte counter began anew: the bytes of that moment are known as a lower bound only.',
  },
  provider_state_changed: {
    area: 'configuration',
    meaning: 'The provider’s side of the circuit is no longer provisioned.',
  },
  peering_disabled: { area: 'configuration', meaning: 'A peering was switched off.' },
  peering_enabled: { area: 'configuration', meaning: 'A peering was switched on.' },
  resource_removed: { area: 'configuration', meaning: 'A circuit, gateway or connection is no longer in Azure.' },
  forecast_over_budget: { area: 'cost', meaning: 'What this month is likely to cost lies above its budget.' },
  break_even_crossing: {
    area: 'cost',
    meaning: 'The other plan, metered or unlimited, would most likely be cheaper this month.',
  },
  egress_surge: { area: 'cost', meaning: 'Far more bytes left Azure in a day than usual, and they are paid for.' },
  site_state_changed: { area: 'path', meaning: 'A site can be reached by more or fewer ways than before.' },
  clock_step: {
    area: 'watching',
    meaning: 'The clock of the machine that polls was set: times around it are less certain.',
  },
  collector_error: {
    area: 'watching',
    meaning: 'Azure does not answer the polls of this thing: nobody knows how it is.',
  },
  collector_degraded: {
    area: 'watching',
    meaning: 'Polls take longer or come less often than they are meant to: short events may be missed.',
  },
  nothing_polled: { area: 'watching', meaning: 'No poll of anything succeeds: what the screens show is old.' },
}

export const eventKindWords = (kind: EventKind): KindWords => ({ ...words[kind], name: eventKindNames[kind] })

/** Every kind, by area, in the order of the areas. */
export const kindsByArea: readonly { area: Area; kinds: readonly EventKind[] }[] = (Object.keys(areas) as Area[]).map(
  (area) => ({ area, kinds: (Object.keys(words) as EventKind[]).filter((kind) => words[kind].area === area) }),
)
