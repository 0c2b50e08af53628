import { lifecycle } from '../lifecycle.ts'
import { z } from 'zod'
import { circuit, circuitHistory } from '../circuits.ts'
import { customer } from '../customers.ts'
import { answerOf, coveredAnswerOf, pageOf } from '../envelope.ts'
import { gateway, gatewayLoadSeries } from '../gateways.ts'
import { hub } from '../hubs.ts'
import { network } from '../networks.ts'
import { port } from '../ports.ts'
import { overview } from '../overview.ts'
import {
  arpHistoryParameters,
  gatewayLoadParameters,
  listParameters,
  noParameters,
  circuitHistoryParameters,
  ownedListParameters,
  ownedParameters,
  parityParameters,
  wallParameters,
  probesParameters,
  circuitRoutersParameters,
  routeChurnParameters,
  routeChangesParameters,
  routeHistoryParameters,
  routeLookupParameters,
  routesDiffParameters,
  routesParameters,
  sessionAvailabilityParameters,
  sessionHistoryParameters,
  sessionsParameters,
  trafficParameters,
  uptimeParameters,
  sessionUptimeParameters,
  linkUptimeParameters,
  usageParameters,
} from '../parameters.ts'
import { arpInterval, circuitParity, circuitTraffic } from '../path-history.ts'
import { probe } from '../probes.ts'
import { routeChangeView, routeChurn, routeLookup, routeInterval, routesDiff } from '../route-history.ts'
import { pathEnds, router, routerDetail } from '../routers.ts'
import { route } from '../routes.ts'
import { prefixCount, session, sessionAvailability, sessionInterval } from '../sessions.ts'
import { gatewayTraffic, linkUptime, sessionUptime, uptime } from '../uptime.ts'
import { usageAnswer } from '../usage.ts'
import { wall, wallHistory } from '../wall.ts'
import type { Endpoint } from './endpoint.ts'

/** What there is and how it is: circuits, gateways, sessions and routes, now or at a moment. */
export const estateEndpoints = {
  overview: {
    path: '/overview',
    summary: 'How the estate is: counts by state, what is worst, what happened last',
    right: 'read',
    parameters: ownedParameters,
    response: answerOf(overview),
  },
  wall: {
    path: '/wall',
    summary: 'A wall display: a tile for each resource, the worst first, with its meaning and likely owner',
    right: 'read',
    forWalls: true,
    parameters: wallParameters,
    response: answerOf(wall),
  },
  wallHistory: {
    path: '/wall/history',
    summary:
      'The last 24 hours of the tiles of a wall: state and traffic of each half hour, and of circuits and gateways the state of each of 30 days',
    right: 'read',
    forWalls: true,
    parameters: ownedParameters,
    response: answerOf(wallHistory),
  },
  circuits: {
    path: '/circuits',
    summary: 'ExpressRoute circuits with both paths, by name',
    right: 'read',
    parameters: ownedListParameters,
    response: pageOf(circuit),
  },
  circuitHistory: {
    path: '/circuits/history',
    summary: 'How every circuit was in the last days, day by day, and its rates of the last 24 hours',
    right: 'read',
    parameters: circuitHistoryParameters,
    response: answerOf(circuitHistory.array()),
  },
  uptime: {
    path: '/uptime',
    summary: 'How every circuit, gateway and hub was in the last days, day by day',
    right: 'read',
    parameters: uptimeParameters,
    response: answerOf(uptime.array()),
  },
  circuit: {
    path: '/circuits/{id}',
    summary: 'One circuit',
    right: 'read',
    parameters: noParameters,
    response: answerOf(circuit),
  },
  circuitUsage: {
    path: '/circuits/{id}/usage',
    summary: "Bytes of a circuit's paths over time, from counters, and from metrics where counters have gaps",
    right: 'read',
    parameters: usageParameters,
    response: coveredAnswerOf(usageAnswer),
  },
  circuitTraffic: {
    path: '/circuits/{id}/traffic',
    summary: "Rates of a circuit's paths over time, thinned out for a chart: the lowest and the highest of each piece",
    right: 'read',
    parameters: trafficParameters,
    response: coveredAnswerOf(circuitTraffic),
  },
  circuitParity: {
    path: '/circuits/{id}/parity',
    summary: "How the route tables of a circuit's two paths differ now; null while one has not been read",
    right: 'read',
    parameters: parityParameters,
    response: answerOf(circuitParity.nullable()),
  },
  lifecycle: {
    path: '/circuits/{id}/lifecycle',
    summary:
      'What a circuit went through until it carried traffic, and what of it still has to go before it is deleted',
    right: 'read',
    parameters: noParameters,
    response: answerOf(lifecycle),
  },
  arpHistory: {
    path: '/circuits/{id}/arp',
    summary: "Intervals of the entries in a circuit's ARP tables, newest first",
    right: 'read',
    parameters: arpHistoryParameters,
    response: pageOf(arpInterval),
  },
  gateways: {
    path: '/gateways',
    summary: 'Gateways with instances and connections, by name',
    right: 'read',
    parameters: ownedListParameters,
    response: pageOf(gateway),
  },
  gatewayTraffic: {
    path: '/gateways/traffic',
    summary: 'What passed every gateway in the last 24 hours, as far as Azure Monitor reported it',
    right: 'read',
    parameters: ownedParameters,
    response: answerOf(gatewayTraffic.array()),
  },
  gateway: {
    path: '/gateways/{id}',
    summary: 'One gateway',
    right: 'read',
    parameters: noParameters,
    response: answerOf(gateway),
  },
  gatewayLoad: {
    path: '/gateways/{id}/load',
    summary: "A gateway's CPU, flows, traffic and packets over time, against what its SKU takes",
    right: 'read',
    parameters: gatewayLoadParameters,
    response: coveredAnswerOf(gatewayLoadSeries),
  },
  customers: {
    path: '/customers',
    summary: 'Customers with what belongs to them, by name; last what belongs to none',
    right: 'read',
    parameters: listParameters,
    response: pageOf(customer),
  },
  networks: {
    path: '/networks',
    summary: 'Virtual networks and hubs with the gateways in them and their peerings, by name',
    right: 'read',
    parameters: ownedListParameters,
    response: pageOf(network),
  },
  hubs: {
    path: '/hubs',
    summary: 'Hubs of Virtual WANs and Route Servers with their gateways, networks and BGP peers, by name',
    right: 'read',
    parameters: ownedListParameters,
    response: pageOf(hub),
  },
  hub: {
    path: '/hubs/{id}',
    summary: 'One hub or Route Server',
    right: 'read',
    parameters: noParameters,
    response: answerOf(hub),
  },
  ports: {
    path: '/ports',
    summary: 'ExpressRoute Direct ports with the light and the state of their links, and the circuits on them, by name',
    right: 'read',
    parameters: ownedListParameters,
    response: pageOf(port),
  },
  linkUptime: {
    path: '/ports/uptime',
    summary:
      'How every link of the ExpressRoute Direct ports was in the last days, day by day, as far back as its metrics are kept',
    right: 'read',
    parameters: linkUptimeParameters,
    response: answerOf(linkUptime.array()),
  },
  routers: {
    path: '/routers',
    summary:
      "Customers' routers that report by BMP or in their logs, by name: their sessions, which circuit's path each is, and both ends of it",
    right: 'read',
    parameters: ownedListParameters,
    response: pageOf(router),
  },
  router: {
    path: '/routers/{id}',
    summary:
      "One customer's router, with what its sessions were in the last 7 days and how many routes its tables have",
    right: 'read',
    parameters: noParameters,
    response: answerOf(routerDetail),
  },
  circuitRouters: {
    path: '/circuits/{id}/routers',
    summary: "The customer's end of a circuit's sessions over time, as its routers report it, beside Azure's end now",
    right: 'read',
    parameters: circuitRoutersParameters,
    response: answerOf(pathEnds.array()),
  },
  sessions: {
    path: '/sessions',
    summary: 'BGP sessions of gateways and of circuit paths, now or as of a moment',
    right: 'read',
    parameters: sessionsParameters,
    response: pageOf(session),
  },
  sessionHistory: {
    path: '/sessions/history',
    summary: 'Intervals in which sessions had one state, newest first',
    right: 'read',
    parameters: sessionHistoryParameters,
    response: pageOf(sessionInterval),
  },
  sessionAvailability: {
    path: '/sessions/availability',
    summary: 'Availability of the sessions of a circuit or gateway in a time range, as bounds',
    right: 'read',
    parameters: sessionAvailabilityParameters,
    response: coveredAnswerOf(z.array(sessionAvailability)),
  },
  sessionUptime: {
    path: '/sessions/uptime',
    summary: 'How every BGP session was in the last days, day by day',
    right: 'read',
    parameters: sessionUptimeParameters,
    response: answerOf(sessionUptime),
  },
  prefixCounts: {
    path: '/sessions/prefixes',
    summary: 'Intervals of one number of prefixes, newest first',
    right: 'read',
    parameters: sessionHistoryParameters,
    response: pageOf(prefixCount),
  },
  routes: {
    path: '/routes',
    summary: 'Routes of gateways and of circuit paths, now or as of a moment',
    right: 'read',
    parameters: routesParameters,
    response: pageOf(route),
  },
  routeLookup: {
    path: '/routes/lookup',
    summary: 'Where an address goes, now or as of a moment: every route that covers it, with its rank and the reason',
    right: 'read',
    parameters: routeLookupParameters,
    response: coveredAnswerOf(routeLookup),
  },
  routesDiff: {
    path: '/routes/diff',
    summary: 'Differences between two moments: announced, withdrawn, changed, and what is unknown',
    right: 'read',
    parameters: routesDiffParameters,
    response: coveredAnswerOf(routesDiff),
  },
  routeChurn: {
    path: '/routes/churn',
    summary: 'Route changes by step of time, and the prefixes that changed most',
    right: 'read',
    parameters: routeChurnParameters,
    response: coveredAnswerOf(routeChurn),
  },
  routeChanges: {
    path: '/routes/changes',
    summary: 'Changes of routes in a range, one by one: before, after, and between which polls',
    right: 'read',
    parameters: routeChangesParameters,
    response: pageOf(routeChangeView),
  },
  routeHistory: {
    path: '/routes/history',
    summary: 'Intervals of the routes to one prefix, newest first',
    right: 'read',
    parameters: routeHistoryParameters,
    response: pageOf(routeInterval),
  },
  probes: {
    path: '/probes',
    summary: "Results of Azure connection monitors' tests: whether what they try to reach is reached",
    right: 'read',
    parameters: probesParameters,
    response: coveredAnswerOf(probe.array()),
  },
} as const satisfies Record<string, Endpoint>
