import { trafficParameters, usageParameters } from './parameters.ts'
import { circuitTraffic } from './path-history.ts'
import { usageAnswer } from './usage.ts'
import type { z } from 'zod'
import { coveredAnswerOf, type Endpoint } from '#lib/contract/index.ts'

export const endpoints = {
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
} as const satisfies Record<string, Endpoint>

export type ResponseOf<Name extends keyof typeof endpoints> = z.output<(typeof endpoints)[Name]['response']>
