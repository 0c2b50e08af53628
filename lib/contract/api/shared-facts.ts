import { z } from 'zod'
import { eventKinds } from '../event-kinds/index.ts'
import { pollKinds } from '../poll.ts'
import { bounds } from './codecs.ts'

/**
 * Schemas of facts that have the same form in the code and in JSON. Response schemas include these fields. Internal
 * types are derived from them by `import type`, so browsers do not load the schemas.
 */

/** Configuration of an ExpressRoute Direct port; null if ARM does not report the value. */
export const portFacts = z.object({
  peeringLocation: z.string().nullable(),
  bandwidthGbps: z.number().nullable().describe('of each link'),
  provisionedGbps: z
    .number()
    .nullable()
    .describe('what its circuits were given; they may together have twice the bandwidth of a link'),
  encapsulation: z.string().nullable(),
  billing: z.string().nullable(),
  provisioningState: z.string().nullable(),
})
export type PortFacts = z.infer<typeof portFacts>

/** One of the two physical links of an ExpressRoute Direct port. */
export const portLinkFacts = z.object({
  name: z.string(),
  router: z.string().nullable().describe('Microsoft’s edge router'),
  interface: z.string().nullable(),
  patchPanel: z.string().nullable(),
  rack: z.string().nullable(),
  connector: z.string().nullable(),
  adminState: z.string().nullable().describe('ARM’s word: Enabled or Disabled'),
})
export type PortLinkFacts = z.infer<typeof portLinkFacts>

/** Properties with which a circuit was ordered, and its provisioning state at Azure and at the provider. */
export const circuitOrder = z.object({
  peeringLocation: z.string().nullable(),
  provider: z.string().nullable(),
  bandwidthMbps: z.number().nullable(),
  sku: z.object({ tier: z.string().nullable(), family: z.string().nullable() }),
  provisioning: z.object({ circuit: z.string().nullable(), provider: z.string().nullable() }),
})
export type CircuitOrder = z.infer<typeof circuitOrder>

export const circuitKeys = z.object({
  serviceKey: z.string().nullable().describe('masked but for its last four characters'),
  stag: z.number().nullable(),
})
export type CircuitKeys = z.infer<typeof circuitKeys>

/** Settings of a gateway's connection that affect which route is preferred and how packets are forwarded. */
export const connectionFacts = z.object({ routingWeight: z.number().nullable(), fastPath: z.boolean().nullable() })
export type ConnectionFacts = z.infer<typeof connectionFacts>

/** Configuration of an IPsec connection without its policies. */
export const ipsecFacts = z.object({
  protocol: z.string().nullable(),
  mode: z.string().nullable(),
  dpdSeconds: z.number().nullable(),
  policyBased: z.boolean().nullable(),
})
export type IpsecFacts = z.infer<typeof ipsecFacts>

/** IKE and IPsec policy in ARM's terms; null if ARM does not report the value. */
export const ipsecPolicy = z.object({
  ikeEncryption: z.string().nullable(),
  ikeIntegrity: z.string().nullable(),
  dhGroup: z.string().nullable(),
  ipsecEncryption: z.string().nullable(),
  ipsecIntegrity: z.string().nullable(),
  pfsGroup: z.string().nullable(),
  saLifeSeconds: z.number().nullable(),
  saDataKilobytes: z.number().nullable(),
})
export type IpsecPolicy = z.infer<typeof ipsecPolicy>

/** State of a Virtual WAN hub's router; null if ARM does not report the value. */
export const hubRouterFacts = z.object({
  allowsBranchToBranch: z.boolean().nullable(),
  provisioningState: z.string().nullable(),
  routingState: z.string().nullable().describe('ARM’s word for its router'),
})
export type HubRouterFacts = z.infer<typeof hubRouterFacts>

/**
 * Route map of a Virtual WAN hub: the number of its rules and the connections to which it applies. Peerwatch does not
 * evaluate the rules.
 */
export const routeMapFacts = z.object({
  rules: z.number().int().nullable().describe('null = not read'),
  drops: z.number().int().nullable().describe('rules that keep routes out; null = not read'),
  inbound: z.array(z.string()).describe('connections whose routes it changes as they come in'),
  outbound: z.array(z.string()).describe('connections to which it changes what is announced'),
})
export type RouteMapFacts = z.infer<typeof routeMapFacts>

/** BGP session of a customer's router, as the router reported it when the session came up; null = not reported. */
export const routerSessionFacts = z.object({
  localAddress: z.string().nullable(),
  localAsn: z.number().nullable(),
  neighborAsn: z.number().nullable(),
  neighborBgpId: z.string().nullable(),
  holdTimeSeconds: z.number().nullable().describe('as both ends agreed'),
})
export type AgreedSession = z.infer<typeof routerSessionFacts>

const share = z.number().describe('a share, 1 = all')

/** Service level objective of Peerwatch itself. */
export const sloFacts = z.object({
  name: z.string(),
  good: z.string().describe('what one count is, and when it is good'),
  source: z.string().describe('where the figures come from, and what they do not include'),
  objective: share,
  withinSeconds: z.number(),
})
export type SloFacts = z.infer<typeof sloFacts>

/** Current state of a service level objective: the achieved share, the remaining error budget, burn rates and alert. */
export const sloStanding = z.object({
  achieved: share.nullable().describe('null = too little was counted to say'),
  budgetLeft: z
    .number()
    .nullable()
    .describe(
      'share of the error budget that is left, of what was counted so far; below 0 = overspent; null = unknown',
    ),
  burn: z.array(
    z.object({
      windowSeconds: z.number().int(),
      rate: z.number().nullable().describe('1 = the budget lasts exactly as long as the window; null = unknown'),
    }),
  ),
  alert: z
    .enum(['page', 'ticket'])
    .nullable()
    .describe('the worst multiwindow alert that holds; null = none, or unknown'),
  measured: share.nullable().describe('of the time since the first count; null = times without counts are no gaps'),
})
export type SloState = z.infer<typeof sloStanding>

/**
 * Planned interval of one kind of poll, in seconds. If resources are polled at different intervals, the longest one is
 * given.
 */
const kindInterval = z.object({
  kind: z.enum(pollKinds),
  polls: z.int().describe('how many of them there are'),
  configuredSeconds: z.number(),
  everySeconds: z.number().describe('that is kept; longer than configured where Azure does not allow that'),
  floorSeconds: z
    .number()
    .nullable()
    .describe('within which a change is noticed; null = how long a poll takes was not measured'),
  countedSeconds: z
    .number()
    .nullable()
    .describe('the longer interval if Azure turns out to count diagnostic POSTs; null = none'),
})
export type KindInterval = z.infer<typeof kindInterval>

/** Result of a setup check without its state: text, intervals, remedy and commands. */
export const setupFindings = z.object({
  detail: z.string(),
  lines: z.array(z.string()),
  intervals: z
    .array(kindInterval)
    .nullable()
    .describe('what the lines of `intervals` say, as values; null = of another check, or of an earlier version'),
  remedy: z.string().nullable().describe('what to do; null = nothing'),
  commands: z.array(z.string()).describe('to run, in their order'),
})
export type SetupFindings = z.infer<typeof setupFindings>

/** Name and meaning of a posture check. */
export const checkNames = z.object({ name: z.string(), meaning: z.string() })
export type CheckText = z.infer<typeof checkNames>

export const checkRemedy = z.object({
  source: z.string().describe('address of the documentation that it rests on'),
  remedy: z.string().describe('what to do about a failure'),
  command: z.string().nullable().describe('Azure CLI; what stands in <...> is to be filled in; null = none does it'),
})
export type CheckRemedy = z.infer<typeof checkRemedy>

/** Open event because of which a resource counts as a problem, although the resource's own state is good or unknown. */
export const impairment = z.object({
  kind: z.enum(eventKinds).describe('of the open event'),
  severity: z.enum(['down', 'degraded']),
  called: z
    .string()
    .describe(
      'what the resource is called for it where its own state is well or unknown: `degraded`, `flapping`, `site on backup`',
    ),
  reason: z
    .string()
    .optional()
    .describe('what stands beside that word: `Many prefixes withdrawn`, `flapping: 4 outages in 1 h`'),
  startedBetween: bounds.optional().describe('when that began'),
})
export type Impairment = z.input<typeof impairment>
