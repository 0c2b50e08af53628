import type { PlainEndpoint } from '#lib/contract/index.ts'
import { overview } from './overview.ts'
import { wallParameters } from './parameters.ts'
import { wall, wallHistory } from './wall.ts'
import type { z } from 'zod'
import { coveredAnswerOf, type Endpoint, ownedAtParameters } from '#lib/contract/index.ts'

export const endpoints = {
  overview: {
    path: '/overview',
    summary: 'How the estate is: counts by state, what is worst, what happened last, now or as of a moment',
    right: 'read',
    forAll: true,
    parameters: ownedAtParameters,
    response: coveredAnswerOf(overview),
  },
  wall: {
    path: '/wall',
    summary: 'A wall display: a tile for each resource, the worst first, with its meaning and likely owner',
    right: 'read',
    forAll: true,
    forWalls: true,
    parameters: wallParameters,
    response: coveredAnswerOf(wall),
  },
  wallHistory: {
    path: '/wall/history',
    summary:
      'The last 24 hours of the tiles of a wall: state and traffic of each half hour, and of circuits and gateways the state of each of 30 days',
    right: 'read',
    forAll: true,
    forWalls: true,
    parameters: ownedAtParameters,
    response: coveredAnswerOf(wallHistory),
  },
} as const satisfies Record<string, Endpoint>

export type ResponseOf<Name extends keyof typeof endpoints> = z.output<(typeof endpoints)[Name]['response']>

export const plainEndpoints = {
  stream: { path: '/api/v1/stream', right: 'read', forWalls: true },
} as const satisfies Record<string, PlainEndpoint>
