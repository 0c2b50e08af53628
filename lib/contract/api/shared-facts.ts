import { z } from 'zod'
import { eventKinds } from '../event-kinds/index.ts'
import { pollKinds } from '../poll.ts'
import { boundsCodec } from './codecs.ts'

/**
 * Schemas of facts that have the same form in the code and in JSON. Response schemas include these fields. Internal
 * types are derived from them by `import type`, so browsers do not load the schemas.
 */

/** Configuration of an ExpressRoute Direct port or LAG; null if ARM does not report the value. */
export const portDetailsSchema = z.object({
  kind: z.enum(['port', 'lag']).describe('lag = each link is a link aggregation group (LACP) of several ports'),
  peeringLocation: z.string().nullable(),
  bandwidthGbps: z.number().nullable().describe('bandwidth of each link of a port, of each member of a LAG, Gbit/s'),
  provisionedGbps: z
    .number()
    .nullable()
    .describe('bandwidth provisioned to its circuits; together they may have twice the bandwidth of a link'),
  encapsulation: z.string().nullable(),
  billing: z.string().nullable(),
  provisioningState: z.string().nullable(),
  minActivePorts: z
    .number()
    .nullable()
    .describe('minimum number of active members of a link of a LAG; with fewer, the link carries nothing'),
  lacpTimer: z.string().nullable().describe('LACP rate of a LAG: Fast or Slow'),
})
export type ExpressRoutePortDetails = z.infer<typeof portDetailsSchema>

const portEndSchema = z.object({
  name: z.string(),
  interface: z.string().nullable(),
  patchPanel: z.string().nullable(),
  rack: z.string().nullable(),
  connector: z.string().nullable(),
  adminState: z
    .string()
    .nullable()
    .describe('ARM value: Enabled or Disabled; an enabled member of a disabled link carries nothing'),
})

/** One of the two links of an ExpressRoute Direct port or LAG. */
export const portLinkDetailsSchema = portEndSchema.extend({
  router: z.string().nullable().describe("name of Microsoft's edge router"),
  members: z
    .array(portEndSchema.extend({ place: z.string().nullable().describe('colocation; null = not stated') }))
    .describe('ports of the link; empty unless it belongs to a LAG'),
})
export type PortLinkDetails = z.infer<typeof portLinkDetailsSchema>

/** Properties with which a circuit was ordered, and its provisioning state at Azure and at the provider. */
export const circuitOrderDetailsSchema = z.object({
  peeringLocation: z.string().nullable(),
  provider: z.string().nullable(),
  bandwidthMbps: z.number().nullable(),
  sku: z.object({ tier: z.string().nullable(), family: z.string().nullable() }),
  provisioning: z.object({ circuit: z.string().nullable(), provider: z.string().nullable() }),
})
export type CircuitOrderDetails = z.infer<typeof circuitOrderDetailsSchema>

export const circuitKeyDetailsSchema = z.object({
  serviceKey: z.string().nullable().describe('masked except for its last four characters'),
  stag: z.number().nullable(),
})
export type CircuitKeyDetails = z.infer<typeof circuitKeyDetailsSchema>

/** Settings of a gateway's connection that affect which route is preferred and how packets are forwarded. */
export const connectionDetailsSchema = z.object({
  routingWeight: z.number().nullable(),
  fastPath: z.boolean().nullable(),
})
export type GatewayConnectionDetails = z.infer<typeof connectionDetailsSchema>

/** Configuration of an IPsec connection without its policies. */
export const ipsecDetailsSchema = z.object({
  protocol: z.string().nullable(),
  mode: z.string().nullable(),
  dpdSeconds: z.number().nullable(),
  policyBased: z.boolean().nullable(),
})
export type IpsecConnectionDetails = z.infer<typeof ipsecDetailsSchema>

/** IKE and IPsec policy in ARM's terms; null if ARM does not report the value. */
export const ipsecPolicySchema = z.object({
  ikeEncryption: z.string().nullable(),
  ikeIntegrity: z.string().nullable(),
  dhGroup: z.string().nullable(),
  ipsecEncryption: z.string().nullable(),
  ipsecIntegrity: z.string().nullable(),
  pfsGroup: z.string().nullable(),
  saLifeSeconds: z.number().nullable(),
  saDataKilobytes: z.number().nullable(),
})
export type IpsecPolicy = z.infer<typeof ipsecPolicySchema>

/** Settings and state of a Virtual WAN hub's router; null if ARM does not report the value. */
export const hubRouterDetailsSchema = z.object({
  allowsBranchToBranch: z.boolean().nullable(),
  provisioningState: z.string().nullable(),
  routingState: z.string().nullable().describe('routing state of the hub in ARM'),
})
export type HubRouterDetails = z.infer<typeof hubRouterDetailsSchema>

/**
 * Route map of a Virtual WAN hub: the number of its rules and the connections to which it applies. Peerwatch evaluates
 * the rules only for a connection that lost all routes.
 */
export const routeMapDetailsSchema = z.object({
  rules: z.number().int().nullable().describe('null = not polled'),
  drops: z.number().int().nullable().describe('number of rules that drop routes; null = not polled'),
  inbound: z.array(z.string()).describe('connections whose inbound routes it changes'),
  outbound: z.array(z.string()).describe('connections whose outbound announcements it changes'),
})
export type RouteMapDetails = z.infer<typeof routeMapDetailsSchema>

/** BGP session of a customer's router, as the router reported it when the session came up; null = not reported. */
export const routerSessionDetailsSchema = z.object({
  localAddress: z.string().nullable(),
  localAsn: z.number().nullable(),
  neighborAsn: z.number().nullable(),
  neighborBgpId: z.string().nullable(),
  holdTimeSeconds: z.number().nullable().describe('as negotiated by both ends'),
})
export type ApiRouterSessionDetails = z.infer<typeof routerSessionDetailsSchema>

const share = z.number().describe('share, 0 to 1')

/** Service level objective of Peerwatch itself. */
export const sloDetailsSchema = z.object({
  name: z.string(),
  good: z.string().describe('meaning of one count, and the condition under which it is good'),
  source: z.string().describe('source of the figures, and what they do not include'),
  objective: share,
  withinSeconds: z.number(),
})
export type SloDetails = z.infer<typeof sloDetailsSchema>

/** Current state of a service level objective: the achieved share, the remaining error budget, burn rates and alert. */
export const sloStateSchema = z.object({
  achieved: share.nullable().describe('null = too few counts'),
  budgetLeft: z
    .number()
    .nullable()
    .describe('remaining share of the error budget, based on the counts so far; negative = overspent; null = unknown'),
  burn: z.array(
    z.object({
      windowSeconds: z.number().int(),
      rate: z.number().nullable().describe('1 = the budget lasts exactly for the window; null = unknown'),
    }),
  ),
  alert: z
    .enum(['page', 'ticket'])
    .nullable()
    .describe('worst multiwindow alert that applies; null = none, or unknown'),
  measured: share
    .nullable()
    .describe('share of the time since the first count with measurements; null = times without counts are not gaps'),
})
export type SloMeasurement = z.infer<typeof sloStateSchema>

/**
 * Planned interval of one kind of poll, in seconds. If resources are polled at different intervals, the longest one is
 * given.
 */
const kindInterval = z.object({
  kind: z.enum(pollKinds),
  polls: z.int().describe('number of polls'),
  configuredSeconds: z.number(),
  everySeconds: z.number().describe('interval in use; longer than configured if Azure does not allow that'),
  floorSeconds: z
    .number()
    .nullable()
    .describe('time within which a change is detected; null = the duration of a poll was not measured'),
  countedSeconds: z
    .number()
    .nullable()
    .describe('longer interval if Azure counts diagnostic POST requests; null = none'),
})
export type ApiPollKindInterval = z.infer<typeof kindInterval>

/** Result of a setup check without its state: text, intervals, remedy and commands. */
export const setupFindingsSchema = z.object({
  detail: z.string(),
  lines: z.array(z.string()),
  intervals: z
    .array(kindInterval)
    .nullable()
    .describe('the content of `intervals` as values; null = another check, or an earlier version'),
  remedy: z.string().nullable().describe('action to take; null = none'),
  commands: z.array(z.string()).describe('commands to run, in this order'),
})
export type SetupFindings = z.infer<typeof setupFindingsSchema>

/** Name and meaning of a posture check. */
export const checkTextSchema = z.object({ name: z.string(), meaning: z.string() })
export type CheckText = z.infer<typeof checkTextSchema>

export const checkRemedySchema = z.object({
  source: z.string().describe('URL of the documentation of the rule'),
  remedy: z.string().describe('action to take after a failure'),
  command: z.string().nullable().describe('Azure CLI command; replace the parts in <...>; null = no command can do it'),
})
export type CheckRemedy = z.infer<typeof checkRemedySchema>

/** Open event because of which a resource counts as a problem, although the resource's own state is good or unknown. */
export const impairmentSchema = z.object({
  kind: z.enum(eventKinds).describe('kind of the open event'),
  severity: z.enum(['down', 'degraded']),
  called: z
    .string()
    .describe(
      'word for the resource while its own state is healthy or unknown but the event is open: `degraded`, `flapping`, `site on backup`',
    ),
  reason: z.string().optional().describe('text next to that word: `Prefixes withdrawn`, `flapping: 4 outages in 1 h`'),
  startedBetween: boundsCodec.optional().describe("bounds of the event's start"),
})
export type ResourceImpairment = z.input<typeof impairmentSchema>
