import { azureFailoverTest, drill, drillBody, drillDetail, expectedDrill } from './drills.ts'
import { intents, pinBody } from './intents.ts'
import { lifecycle } from './lifecycle.ts'
import { exemption, exemptionBody, resilience } from './resilience.ts'
import { n1, n2, n2Body, whatIf } from './what-if.ts'
import { z } from 'zod'
import {
  answerOf,
  type Command,
  coveredAnswerOf,
  type Endpoint,
  noParameters,
  ownedParameters,
  type ResultIn,
  MOST_TERMS,
  parseChanges,
  parseLosses,
} from '#lib/contract/index.ts'
import { at, customer } from '#lib/contract/api/parameters.ts'

/** A list of terms, read by its parser. */
const termsOf = <Term>(parse: (list: string) => { terms: Term[] } | { wrong: string }, example: string, what: string) =>
  z
    .string()
    .max(40_000, 'send fewer; this is too long')
    .regex(/^\P{Cc}*$/u, 'send text without control characters')
    .transform((list, context): Term[] => {
      const read = parse(list)
      if ('terms' in read && read.terms.length <= MOST_TERMS) return read.terms
      const message =
        'wrong' in read
          ? `${JSON.stringify(read.wrong)} is none; send ${example}, or several with commas between`
          : `send ${MOST_TERMS} at the most`
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    })
    .describe(what)
    .meta({ type: 'string' })
    .default([])

export const whatIfParameters = z.strictObject({
  lose: termsOf(
    parseLosses,
    'the id of a circuit, gateway, hub or port, <circuit>/<path>, <circuit>/<peering>/<path>, <gateway>/<instance>, location:NAME, provider:NAME or router:NAME',
    'what is assumed lost, with commas between: ids of circuits, gateways, hubs and ports, `<circuit>/<path>` (private peering), `<circuit>/<peering>/<path>`, `<gateway>/<instance>`, `location:NAME`, `provider:NAME`, `router:NAME`',
  ),
  change: termsOf(
    parseChanges,
    'one such as prepend:<circuit>:3, weight:<connection>:10, withdraw:<circuit>:<prefix> or bandwidth:<circuit>:2000',
    'what is assumed to be set differently, with commas between: `prepend:<circuit>:3`, `weight:<connection>:10`, `withdraw:<circuit>:<prefix>`, `bandwidth:<circuit>:2000` (Mb/s)',
  ),
  at,
  customer,
  rows: z
    .enum(['all', 'changed'], 'send all or changed')
    .default('all')
    .describe('`changed` leaves out the prefixes that stay with all of their paths'),
})

export const expectedDrillParameters = whatIfParameters.pick({ lose: true, change: true }).extend({ customer })

export type WhatIfParameters = z.output<typeof whatIfParameters>

export type ExpectedDrillParameters = z.output<typeof expectedDrillParameters>

export const endpoints = {
  lifecycle: {
    path: '/circuits/{id}/lifecycle',
    summary:
      'What a circuit went through until it carried traffic, and what of it still has to go before it is deleted',
    right: 'read',
    parameters: noParameters,
    response: answerOf(lifecycle),
  },
  resilience: {
    path: '/resilience',
    summary: 'Posture: what is configured and learned against what keeps it up, a row for each check and subject',
    right: 'read',
    parameters: ownedParameters,
    response: answerOf(resilience),
  },
  intents: {
    path: '/resilience/intents',
    summary: 'Which circuits carry which prefixes now and would next, beside what is declared of them',
    right: 'read',
    parameters: ownedParameters,
    response: answerOf(intents),
  },
  drills: {
    path: '/resilience/drills',
    summary: 'Drills that were announced, with what they came to, those that begin last first',
    right: 'read',
    parameters: ownedParameters,
    response: answerOf(z.array(drill)),
  },
  azureFailoverTests: {
    path: '/resilience/azure-failover-tests',
    summary: 'Failover tests of sites and links that somebody started in Azure, by the Activity Log, the newest first',
    right: 'read',
    parameters: ownedParameters,
    response: coveredAnswerOf(z.array(azureFailoverTest)),
  },
  expectedDrill: {
    path: '/resilience/drills/expected',
    summary: 'What a drill would be expected to show, if it were announced now',
    right: 'read',
    parameters: expectedDrillParameters,
    response: answerOf(expectedDrill),
  },
  drill: {
    path: '/resilience/drills/{id}',
    summary: 'A drill with its record: each mark as expected, and as observed so far',
    right: 'read',
    parameters: noParameters,
    response: answerOf(drillDetail),
  },
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

export type ResponseOf<Name extends keyof typeof endpoints> = z.output<(typeof endpoints)[Name]['response']>

export const commands = {
  pinIntents: {
    method: 'post',
    path: '/resilience/intents/pin',
    summary:
      'Declares that what carries prefixes now is meant to: policies for them, made of the tables of this moment',
    right: 'declare',
    body: pinBody,
    response: answerOf(intents),
    problems: [404, 409],
  },
  announceDrill: {
    method: 'post',
    path: '/resilience/drills',
    summary: 'Announces a drill: predicts what it shows, and declares it as maintenance',
    right: 'declare',
    body: drillBody,
    response: answerOf(drillDetail),
    problems: [],
  },
  cancelDrill: {
    method: 'delete',
    path: '/resilience/drills/{id}',
    summary: 'Calls a drill off, and its maintenance with it',
    right: 'declare',
    body: z.strictObject({}),
    response: answerOf(drillDetail),
    problems: [404, 409],
  },
  exemptCheck: {
    method: 'put',
    path: '/resilience/exemptions/{id}',
    summary: 'Accepts that a check fails, for a time; a time that has passed withdraws that',
    right: 'declare',
    body: exemptionBody,
    response: answerOf(exemption.nullable()),
    problems: [404],
  },
  withdrawExemption: {
    method: 'delete',
    path: '/resilience/exemptions/{id}',
    summary: 'Withdraws an exemption; none is withdrawn all the same',
    right: 'declare',
    body: z.strictObject({}),
    response: answerOf(exemption.nullable()),
    problems: [404],
  },
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

export type ResultOf<Name extends keyof typeof commands> = ResultIn<(typeof commands)[Name]>
