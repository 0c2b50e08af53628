import { azureReportsResponseSchema } from './azure-reports.ts'
import {
  azureFailoverTestSchema,
  drillSchema,
  drillBodySchema,
  drillDetailSchema,
  expectedDrillSchema,
} from './drills.ts'
import { circuitFailoverAssessmentSchema } from './failover.ts'
import { intentsSchema, pinIntentsBodySchema } from './intents.ts'
import { outlookSchema } from './outlook.ts'
import { exemptionSchema, exemptionBodySchema, resilienceSchema } from './resilience.ts'
import { n1Schema, n2Schema, n2BodySchema, whatIfSchema } from './what-if.ts'
import { z } from 'zod'
import {
  createResponseSchema,
  defineCommand,
  createCoveredResponseSchema,
  defineEndpoint,
  customerFilterParameters,
  type CommandResult,
  MAX_WHAT_IF_LOSSES_AND_CHANGES,
  parseWhatIfChanges,
  parseWhatIfLosses,
  boundsCodec,
} from '#lib/contract/index.ts'
import { atMomentParameter, customerFilterParameter } from '#lib/contract/api/parameters.ts'

/** Steps until a new circuit carries traffic, in order. */
const commissioningSteps = [
  'service_key_requested',
  'provider_provisioned',
  'peering_configured',
  'arp_complete',
  'bgp_established',
  'routes_received',
  'gateway_connected',
  'traffic_moving',
] as const
export type CommissioningStep = (typeof commissioningSteps)[number]

/** Steps for removing a circuit and the resources that existed only for it, in order. */
const decommissioningSteps = [
  'traffic_diverted',
  'routes_withdrawn',
  'network_peerings_deleted',
  'connections_deleted',
  'gateways_deleted',
  'global_reach_deleted',
  'authorizations_deleted',
  'peerings_deleted',
  'provider_deprovisioned',
  'circuit_deleted',
  'networks_deleted',
] as const
export type DecommissioningStep = (typeof decommissioningSteps)[number]

/** Possible states of a step. `unknown` = neither polls nor records show whether the step is done. */
const lifecycleStates = ['done', 'open', 'unknown'] as const
export type LifecycleState = (typeof lifecycleStates)[number]

export const circuitLifecycleStepsSchema = z.object({
  commissioning: z.array(
    z.object({
      step: z.enum(commissioningSteps),
      state: z.enum(lifecycleStates),
      between: boundsCodec
        .nullable()
        .describe('bounds of the time at which it first applied; null = it does not apply, or unknown'),
      detail: z.string().describe('evidence, or the missing facts'),
    }),
  ),
  decommissioning: z.array(
    z.object({
      step: z.enum(decommissioningSteps),
      state: z.enum(lifecycleStates),
      left: z.array(z.string()).describe('resources that still exist'),
      detail: z.string(),
      command: z.string().nullable().describe('Azure CLI command; null = there is no such command'),
    }),
  ),
})
export type CircuitLifecycleSteps = z.infer<typeof circuitLifecycleStepsSchema>

/** Returns the schema of a query parameter with a list (such as a list of losses) that is parsed by `parse`. */
const termsOf = <Term>(parse: (list: string) => { terms: Term[] } | { wrong: string }, example: string, what: string) =>
  z
    .string()
    .max(40_000, 'send fewer; this is too long')
    .regex(/^\P{Cc}*$/u, 'send text without control characters')
    .transform((list, context): Term[] => {
      const read = parse(list)
      if ('terms' in read && read.terms.length <= MAX_WHAT_IF_LOSSES_AND_CHANGES) return read.terms
      const message =
        'wrong' in read
          ? `${JSON.stringify(read.wrong)} is none; send ${example}, or several with commas between`
          : `send ${MAX_WHAT_IF_LOSSES_AND_CHANGES} at the most`
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    })
    .describe(what)
    .meta({ type: 'string' })
    .default([])

export const whatIfParameters = z.strictObject({
  lose: termsOf(
    parseWhatIfLosses,
    'the id of a circuit, connection, gateway, hub, port or LAG, <port>/<link>, <LAG>/<link>/<member>, <circuit>/<path>, <circuit>/<peering>/<path>, <gateway>/<instance>, <gateway>/<connection>, location:NAME, provider:NAME or router:NAME',
    'what is assumed lost, with commas between: ids or names of circuits, connections, gateways, hubs, ports and LAGs, `<port>/<link>`, `<LAG>/<link>/<member>`, `<circuit>/<path>` (private peering), `<circuit>/<peering>/<path>`, `<gateway>/<instance>`, `<gateway>/<connection>` (connection of a hub), `location:NAME`, `provider:NAME`, `router:NAME`',
  ),
  change: termsOf(
    parseWhatIfChanges,
    'one such as prepend:<circuit>:3, weight:<connection>:10, withdraw:<circuit>:<prefix> or bandwidth:<circuit>:2000',
    'what is assumed to be set differently, with commas between: `prepend:<circuit>:3`, `weight:<connection>:10`, `withdraw:<circuit>:<prefix>`, `bandwidth:<circuit>:2000` (Mb/s)',
  ),
  at: atMomentParameter,
  customer: customerFilterParameter,
  rows: z
    .enum(['all', 'changed'], 'send all or changed')
    .default('all')
    .describe('`changed` leaves out the prefixes that keep all of their paths'),
})

export const expectedDrillParameters = whatIfParameters
  .pick({ lose: true, change: true })
  .extend({ customer: customerFilterParameter })

export type WhatIfParameters = z.output<typeof whatIfParameters>

export type ExpectedDrillEffectsParameters = z.output<typeof expectedDrillParameters>

export const endpoints = {
  lifecycle: defineEndpoint('/circuits/{id}/lifecycle', 'read', {
    summary: "Steps of a circuit's commissioning, and steps that are still necessary before it is deleted",
    response: createResponseSchema(circuitLifecycleStepsSchema),
  }),
  resilience: defineEndpoint('/resilience', 'read', {
    summary:
      'Design checks: a row for each check and subject, which compares the configuration and learned routes with the requirements',
    parameters: customerFilterParameters,
    response: createResponseSchema(resilienceSchema),
  }),
  failovers: defineEndpoint('/resilience/failovers', 'read', {
    summary:
      'Verdict on the failover of each circuit: effect of its loss, last test, design checks and next maintenance',
    parameters: customerFilterParameters,
    response: createResponseSchema(z.array(circuitFailoverAssessmentSchema)),
  }),
  intents: defineEndpoint('/resilience/intents', 'read', {
    summary: 'Circuits that carry each group of prefixes now and would be next, compared with the declared policy',
    parameters: customerFilterParameters,
    response: createResponseSchema(intentsSchema),
  }),
  drills: defineEndpoint('/resilience/drills', 'read', {
    summary: 'Announced drills with their results, the latest start first',
    parameters: customerFilterParameters,
    response: createResponseSchema(z.array(drillSchema)),
  }),
  azureFailoverTests: defineEndpoint('/resilience/azure-failover-tests', 'read', {
    summary: 'Failover tests of sites and links that were started in Azure, from the Activity Log, the newest first',
    parameters: customerFilterParameters,
    response: createCoveredResponseSchema(z.array(azureFailoverTestSchema)),
  }),
  azureReports: defineEndpoint('/gateways/{id}/azure-reports', 'read', {
    summary:
      "Azure's own last report on an ExpressRoute gateway (score, routes by peering location, failover tests), compared with Peerwatch's data",
    response: createResponseSchema(azureReportsResponseSchema),
  }),
  expectedDrill: defineEndpoint('/resilience/drills/expected', 'read', {
    summary: 'Results that a drill would be expected to show if it were announced now',
    parameters: expectedDrillParameters,
    response: createResponseSchema(expectedDrillSchema),
  }),
  drill: defineEndpoint('/resilience/drills/{id}', 'read', {
    summary: 'Drill with its record: each expected result, and the observations so far',
    response: createResponseSchema(drillDetailSchema),
  }),
  whatIf: defineEndpoint('/resilience/what-if', 'read', {
    summary:
      'Outcome for every prefix if circuits, gateways or places fail or are configured differently, now or as of a moment',
    parameters: whatIfParameters,
    response: createCoveredResponseSchema(whatIfSchema),
  }),
  n1: defineEndpoint('/resilience/n-1', 'read', {
    summary:
      'All single failures of a circuit, path, gateway, instance, hub, port, place, provider or router with an effect, the worst first, as last computed',
    parameters: customerFilterParameters,
    response: createResponseSchema(n1Schema),
  }),
  outlook: defineEndpoint('/resilience/outlook', 'read', {
    summary:
      'Outlook: effects of the announced maintenance windows of the next four weeks, separately and where they overlap',
    parameters: customerFilterParameters,
    response: createResponseSchema(outlookSchema),
  }),
  n2: defineEndpoint('/resilience/n-2', 'read', {
    summary:
      'Pairs of failed circuits and peering locations that cut off more prefixes than both do separately, as last requested, with the progress of the computation',
    parameters: customerFilterParameters,
    response: createResponseSchema(n2Schema),
  }),
}

export type ResilienceEndpointResponse<Name extends keyof typeof endpoints> = z.input<
  (typeof endpoints)[Name]['response']
>

export const commands = {
  pinIntents: defineCommand('post', '/resilience/intents/pin', 'declare', {
    summary: 'Declares the present routing of prefixes as intended: creates policies from the present route tables',
    body: pinIntentsBodySchema,
    response: createResponseSchema(intentsSchema),
    problems: [404, 409],
  }),
  announceDrill: defineCommand('post', '/resilience/drills', 'declare', {
    summary: 'Announces a drill: predicts its results, and declares it as maintenance',
    body: drillBodySchema,
    response: createResponseSchema(drillDetailSchema),
    problems: [],
  }),
  cancelDrill: defineCommand('delete', '/resilience/drills/{id}', 'declare', {
    summary: 'Cancels a drill and its maintenance',
    response: createResponseSchema(drillDetailSchema),
    problems: [404, 409],
  }),
  exemptCheck: defineCommand('put', '/resilience/exemptions/{id}', 'declare', {
    summary: 'Accepts a failed check until a given time; a past time withdraws the acceptance',
    body: exemptionBodySchema,
    response: createResponseSchema(exemptionSchema.nullable()),
    problems: [404],
  }),
  withdrawExemption: defineCommand('delete', '/resilience/exemptions/{id}', 'declare', {
    summary: 'Withdraws an exemption; succeeds even if there is none',
    response: createResponseSchema(exemptionSchema.nullable()),
    problems: [404],
  }),
  askAzureReports: defineCommand('post', '/gateways/{id}/azure-reports', 'acknowledge', {
    summary: "Requests Azure's own reports on a gateway once, between its polls; a waiting request is kept",
    response: createResponseSchema(azureReportsResponseSchema),
    problems: [400, 404],
  }),
  computeN2: defineCommand('post', '/resilience/n-2', 'acknowledge', {
    summary:
      'Computes pairs of failures in the background; a result from the same tables is kept, and so is a running computation',
    body: n2BodySchema,
    response: createResponseSchema(n2Schema),
    problems: [429],
  }),
  cancelN2: defineCommand('post', '/resilience/n-2/cancel', 'acknowledge', {
    summary: 'Cancels the computation of pairs; a completed computation is unchanged',
    body: n2BodySchema,
    response: createResponseSchema(n2Schema),
    problems: [],
  }),
}

export type ResilienceCommandResult<Name extends keyof typeof commands> = CommandResult<(typeof commands)[Name]>
