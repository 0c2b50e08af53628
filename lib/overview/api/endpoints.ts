import type { PlainEndpoint } from '#lib/contract/index.ts'
import { overview } from './overview.ts'
import { wallParameters } from './parameters.ts'
import { wall, wallHistory } from './wall.ts'
import type { z } from 'zod'
import { coveredAnswerOf, endpoint, ownedAtParameters } from '#lib/contract/index.ts'

export const endpoints = {
  overview: endpoint('/overview', 'read', {
    summary: 'How the estate is: counts by state, what is worst, what happened last, now or as of a moment',
    forAll: true,
    parameters: ownedAtParameters,
    response: coveredAnswerOf(overview),
  }),
  wall: endpoint('/wall', 'read', {
    summary: 'A wall display: a tile for each resource, the worst first, with its meaning and likely owner',
    forAll: true,
    forWalls: true,
    parameters: wallParameters,
    response: coveredAnswerOf(wall),
  }),
  wallHistory: endpoint('/wall/history', 'read', {
    summary:
      'The last 24 hours of the tiles of a wall: state and traffic of each half hour, and of circuits and gateways the state of each of 30 days',
    forAll: true,
    forWalls: true,
    parameters: ownedAtParameters,
    response: coveredAnswerOf(wallHistory),
  }),
}

export type ResponseOf<Name extends keyof typeof endpoints> = z.input<(typeof endpoints)[Name]['response']>

export const plainEndpoints = {
  stream: { path: '/api/v1/stream', right: 'read', forWalls: true },
} as const satisfies Record<string, PlainEndpoint>
