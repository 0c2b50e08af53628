import { answerOf, coveredAnswerOf } from '../envelope.ts'
import { ownedParameters, whatIfParameters } from '../parameters.ts'
import { n1, whatIf } from '../what-if.ts'
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
  n1: {
    path: '/resilience/n-1',
    summary:
      'Every single loss of a circuit, path, gateway, instance, hub, port, place, provider or router that changes anything, the worst first, as computed last',
    right: 'read',
    parameters: ownedParameters,
    response: answerOf(n1),
  },
} as const satisfies Record<string, Endpoint>
