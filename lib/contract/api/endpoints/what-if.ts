import { coveredAnswerOf } from '../envelope.ts'
import { whatIfParameters } from '../parameters.ts'
import { whatIf } from '../what-if.ts'
import type { Endpoint } from './endpoint.ts'

/** What breaks if something goes. */
export const whatIfEndpoints = {
  whatIf: {
    path: '/resilience/what-if',
    summary:
      'What becomes of every prefix if circuits, gateways or places are lost or set differently, now or as of a moment',
    right: 'read',
    parameters: whatIfParameters,
    response: coveredAnswerOf(whatIf),
  },
} as const satisfies Record<string, Endpoint>
