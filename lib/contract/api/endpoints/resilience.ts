import { z } from 'zod'
import { answerOf, coveredAnswerOf } from '../envelope.ts'
import { azureFailoverTest, drill, drillBody, drillDetail, expectedDrill } from '../drills.ts'
import { intents, pinBody } from '../intents.ts'
import { availabilityReportParameters, expectedDrillParameters, noParameters, ownedParameters } from '../parameters.ts'
import { availabilityReport } from '../reports.ts'
import { exemption, exemptionBody, resilience } from '../resilience.ts'
import type { Command, Endpoint } from './endpoint.ts'

/** What breaks if this goes, and whether the design keeps its promises. */
export const resilienceEndpoints = {
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
  availabilityReport: {
    path: '/reports/availability',
    summary: 'A month divided into up, down, indeterminate, unknown and planned, for each circuit, site or customer',
    right: 'read',
    parameters: availabilityReportParameters,
    response: answerOf(availabilityReport),
  },
} as const satisfies Record<string, Endpoint>

export const resilienceCommands = {
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
} as const satisfies Record<string, Command>
