import { circuitSchema, circuitHistorySchema } from './circuits.ts'
import { linkUptimeSchema } from '#lib/sessions/api/uptime.ts'
import { circuitParitySchema } from '#lib/usage/api/path-history.ts'
import { z } from 'zod'
import {
  createResponseSchema,
  atParameters,
  defineCommand,
  createCoveredResponseSchema,
  defineEndpoint,
  customerListAtParameters,
  customerListParameters,
  createPageSchema,
  type CommandResult,
  peeringTypes,
  dateCodec,
  instantCodec,
} from '#lib/contract/index.ts'
import { formatAcceptedValues } from '#lib/contract/api/one-of.ts'
import { atMomentParameter, customerFilterParameter, createDaysParameter } from '#lib/contract/api/parameters.ts'
import { azureResourceFields, configSettingSchema } from '#lib/contract/api/azure-resource.ts'
import { portDetailsSchema, portLinkDetailsSchema } from '#lib/contract/api/shared-facts.ts'

/** A recorded request for a circuit's service key. The key itself is not stored. */
export const serviceKeyRequestSchema = z.object({
  id: z.string(),
  at: dateCodec,
  by: z.string(),
  why: z.string(),
  circuitId: z.string(),
  circuitName: z.string(),
  resourceId: z.string().describe('ARM id of the circuit'),
})
export type ServiceKeyRequest = z.infer<typeof serviceKeyRequestSchema>
export type StoredServiceKeyRequest = z.input<typeof serviceKeyRequestSchema>

export const serviceKeyBodySchema = z.strictObject({
  why: z.string().trim().min(1, 'say what it is needed for').max(500),
})

const light = z
  .object({
    dbm: z.number().describe('optical power of the weakest lane, dBm'),
    lane: z.string().nullable(),
    unknownLanes: z.int().min(0).describe('number of lanes without a value'),
    at: instantCodec.describe('start of the minute'),
    isLow: z.boolean().describe('whether it is below the minimum for a healthy link'),
  })
  .nullable()
  .describe('null = Azure Monitor reported no recent value')

/** One of the two links of an ExpressRoute Direct port or LAG. */
const portLink = z.object({
  ...portLinkDetailsSchema.shape,
  lineProtocol: z
    .enum(['up', 'down', 'unknown'])
    .describe('state of the line protocol (LACP), from Azure Monitor; unknown = no recent value'),
  activePorts: z
    .number()
    .nullable()
    .describe('number of members of a LAG that can carry traffic; null = a port, or not reported'),
  state: z
    .enum(['up', 'degraded', 'reduced', 'down', 'disabled', 'unknown'])
    .describe(
      'reduced = members of a LAG are disabled, but the minimum is active; a LAG with fewer active members is down',
    ),
  rx: light,
  tx: light,
  bitsInPerSecond: z.number().nullable(),
  bitsOutPerSecond: z.number().nullable(),
  macsec: z
    .object({ cipher: z.string().nullable(), sci: z.string().nullable() })
    .nullable()
    .describe('null = no keys are configured, so that traffic is not encrypted'),
})
export type PortLink = z.infer<typeof portLink>

/** An ExpressRoute Direct port or LAG with its two links and its circuits. */
export const portSchema = z.object({
  ...azureResourceFields,
  ...portDetailsSchema.shape,
  lightLimits: z.object({ least: z.number(), most: z.number() }).describe('range of a healthy link, dBm'),
  links: z.array(portLink),
  settings: z.array(configSettingSchema).describe('other settings that Azure reports, as text for people'),
  circuits: z.array(
    z.object({
      id: z.string().nullable().describe('null = in a subscription that Peerwatch does not see'),
      name: z.string(),
      bandwidthMbps: z.number().nullable(),
    }),
  ),
})
export type ExpressRoutePort = z.infer<typeof portSchema>

export const circuitHistoryParameters = z.strictObject({
  customer: customerFilterParameter,
  at: atMomentParameter,
  days: createDaysParameter(0, 'days, today among them; 0 = none, the rates alone'),
})

export const linkUptimeParameters = z.strictObject({
  customer: customerFilterParameter,
  days: createDaysParameter(1, 'days, today among them'),
})

export const parityParameters = z.strictObject({
  peering: z
    .enum(peeringTypes, `send ${formatAcceptedValues(peeringTypes)}`)
    .describe('peering whose paths are compared; default: the peering that gateways use')
    .optional(),
})

export type CircuitHistoryParameters = z.output<typeof circuitHistoryParameters>

export type ParityParameters = z.output<typeof parityParameters>
export type LinkUptimeParameters = z.output<typeof linkUptimeParameters>

export const endpoints = {
  serviceKeyRequests: defineEndpoint('/service-key-requests', 'read', {
    summary:
      'Requests for service keys of circuits with user, time and reason, newest first; Peerwatch does not store keys',
    parameters: customerListParameters,
    response: createPageSchema(serviceKeyRequestSchema),
  }),
  circuits: defineEndpoint('/circuits', 'read', {
    summary: 'ExpressRoute circuits with both paths, by name, now or as of a moment',
    forAll: true,
    parameters: customerListAtParameters,
    response: createPageSchema(circuitSchema),
  }),
  circuitHistory: defineEndpoint('/circuits/history', 'read', {
    summary: 'Daily state of every circuit in the last days, and its rates of the last 24 hours',
    parameters: circuitHistoryParameters,
    response: createCoveredResponseSchema(circuitHistorySchema.array()),
  }),
  circuit: defineEndpoint('/circuits/{id}', 'read', {
    summary: 'One circuit, now or as of a moment',
    parameters: atParameters,
    response: createCoveredResponseSchema(circuitSchema),
  }),
  circuitParity: defineEndpoint('/circuits/{id}/parity', 'read', {
    summary:
      "Differences between the current route tables of a circuit's two paths; null while a table has not been polled",
    parameters: parityParameters,
    response: createResponseSchema(circuitParitySchema.nullable()),
  }),
  ports: defineEndpoint('/ports', 'read', {
    summary:
      'ExpressRoute Direct ports and LAGs with the state of their links, optical power, members of LAGs and circuits, by name',
    parameters: customerListAtParameters,
    response: createPageSchema(portSchema),
  }),
  linkUptime: defineEndpoint('/ports/uptime', 'read', {
    summary:
      'Daily state of every link of the ExpressRoute Direct ports and LAGs in the last days, as far back as metrics are stored',
    parameters: linkUptimeParameters,
    response: createResponseSchema(linkUptimeSchema.array()),
  }),
}

export type CircuitsEndpointResponse<Name extends keyof typeof endpoints> = z.input<
  (typeof endpoints)[Name]['response']
>

export const commands = {
  requestServiceKey: defineCommand('post', '/circuits/{id}/service-key', 'acknowledge', {
    summary:
      'Records that a user needs the service key, which the user then reads in Azure; the response never contains a key',
    body: serviceKeyBodySchema,
    response: createResponseSchema(serviceKeyRequestSchema),
    problems: [404],
  }),
}

export type CircuitsCommandResult<Name extends keyof typeof commands> = CommandResult<(typeof commands)[Name]>
