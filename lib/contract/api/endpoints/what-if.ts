import { answerOf, coveredAnswerOf } from '../envelope.ts'
import { ownedParameters, whatIfParameters } from '../parameters.ts'
import { n1, n2, n2Body, whatIf } from '../what-if.ts'
import type { Command, Endpoint } from './endpoint.ts'

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
  n2: {
    path: '/resilience/n-2',
    summary:
      'Pairs of lost circuits and peering locations that strand more than each does alone, as somebody asked for them last, and how far that is',
    right: 'read',
    parameters: ownedParameters,
    response: answerOf(n2),
  },
} as const satisfies Record<string, Endpoint>

export const whatIfCommands = {
  computeN2: {
    method: 'post',
    path: '/resilience/n-2',
    summary:
      'Computes pairs of losses in the background; what was computed from the same tables stays, and so does a run that goes on',
    right: 'acknowledge',
    body: n2Body,
    response: answerOf(n2),
    problems: [429],
  },
  cancelN2: {
    method: 'post',
    path: '/resilience/n-2/cancel',
    summary: 'Calls off the computation of pairs; one that has ended stays as it is',
    right: 'acknowledge',
    body: n2Body,
    response: answerOf(n2),
    problems: [],
  },
} as const satisfies Record<string, Command>
