import {
  arpHistoryParameters,
  routeChangesParameters,
  routeChurnParameters,
  routeHistoryParameters,
  routeLookupParameters,
  routesDiffParameters,
  routesParameters,
} from './parameters.ts'
import { routeChangeView, routeChurn, routeInterval, routeLookup, routesDiff } from './route-history.ts'
import { arpInterval } from '#lib/usage/api/path-history.ts'
import type { z } from 'zod'
import { coveredAnswerOf, type Endpoint, pageOf, route } from '#lib/contract/index.ts'

export const endpoints = {
  arpHistory: {
    path: '/circuits/{id}/arp',
    summary: "Intervals of the entries in a circuit's ARP tables, newest first",
    right: 'read',
    parameters: arpHistoryParameters,
    response: pageOf(arpInterval),
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
} as const satisfies Record<string, Endpoint>

export type ResponseOf<Name extends keyof typeof endpoints> = z.output<(typeof endpoints)[Name]['response']>
