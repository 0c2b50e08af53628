import type { NonJsonEndpoint } from '#lib/contract/index.ts'
import { overviewSchema } from './overview.ts'
import { wallParameters } from './parameters.ts'
import { wallSchema, wallHistorySchema } from './wall.ts'
import type { z } from 'zod'
import { createCoveredResponseSchema, defineEndpoint, customerAtParameters } from '#lib/contract/index.ts'

export const endpoints = {
  overview: defineEndpoint('/overview', 'read', {
    summary: 'State of the estate: counts by state, the worst problems and the last events, now or as of a moment',
    forAll: true,
    parameters: customerAtParameters,
    response: createCoveredResponseSchema(overviewSchema),
  }),
  wall: defineEndpoint('/wall', 'read', {
    summary: 'A wall display: a tile for each resource, the worst first, with its meaning and likely owner',
    forAll: true,
    forWalls: true,
    parameters: wallParameters,
    response: createCoveredResponseSchema(wallSchema),
  }),
  wallHistory: defineEndpoint('/wall/history', 'read', {
    summary:
      'The last 24 hours of the tiles of a wall: state and traffic of each half hour, and for circuits and gateways the state of each of 30 days',
    forAll: true,
    forWalls: true,
    parameters: customerAtParameters,
    response: createCoveredResponseSchema(wallHistorySchema),
  }),
}

export type OverviewEndpointResponse<Name extends keyof typeof endpoints> = z.input<
  (typeof endpoints)[Name]['response']
>

export const overviewNonJsonEndpoints = {
  stream: { path: '/api/v1/stream', right: 'read', forWalls: true },
} as const satisfies Record<string, NonJsonEndpoint>
