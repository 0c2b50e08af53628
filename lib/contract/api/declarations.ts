import { formatUtcDay } from '../time/dates.ts'
import { z } from 'zod'
import { canonicalizeAddress, formatPrefix, parsePrefixWithHostBits } from '#lib/bgp/index.ts'
import { parseArmId } from '../arm-id.ts'
import { armTypes } from '../arm-types.ts'
import { isExclusionText } from '../declarations/exclusion.ts'
import { circuitPaths, peeringTypes } from '../poll.ts'
import { convertInstantToLocal, parseLocal } from '../time/local-time.ts'
import { generateOccurrenceStarts } from '../recurrence/occurrences.ts'
import { parseRecurrenceRule } from '../recurrence/rule.ts'
import { isTimeZone, timeZoneSchema } from '../time/time-zone.ts'
import { circuitConnectivityModels } from './connectivity.ts'
import { instantTextSchema, requestInstantSchema } from './codecs.ts'

/**
 * Schemas of declarations: facts that an operator enters because ARM does not report them, in lists such as `sites` and
 * `maintenance`. If a PUT omits a list, the list is unchanged.
 */

/** Control characters are refused: Postgres cannot store a NUL, and the others do not occur in a line of text. */
const oneLine = /^\P{Cc}*$/u
const NOT_ONE_LINE = 'write one line, without control characters'
const name = z.string().trim().min(1, 'give it a name').max(200).regex(oneLine, NOT_ONE_LINE)
const line = z.string().trim().max(500).regex(oneLine, NOT_ONE_LINE)
/** short id or ARM id of a circuit or gateway; stored as the short id */
const resource = z.string().trim().min(1, 'name a circuit or gateway by its id').max(2_048).regex(oneLine, NOT_ONE_LINE)

/**
 * Reports whether a text is an http or https URL. Other schemes are refused because a link with such a scheme might run
 * code when a user opens it.
 */
const isWebAddress = (text: string) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)

const prefixText = z.string().transform((text, context) => {
  const read = parsePrefixWithHostBits(text.trim())
  if (read) return formatPrefix(read.prefix)
  context.addIssue({ code: 'custom', message: `send a prefix such as 10.10.0.0/16; "${text}" is none` })
  return z.NEVER
})

/** Maximum length of a recurring window; a window that is almost always open would be meaningless. */
const LONGEST_RECURRING_MS = 7 * 24 * 60 * 60_000

/** Maximum length of a pause, so that a forgotten pause ends within a month. */
const LONGEST_PAUSE_MS = 30 * 24 * 60 * 60_000

const addressText = z.string().transform((text, context) => {
  const read = canonicalizeAddress(text.trim())
  if (read) return read
  context.addIssue({ code: 'custom', message: `send an IP address such as 10.0.4.4; "${text}" is none` })
  return z.NEVER
})

/**
 * Location of the customer, for example a data center: its prefixes, its routers, and the circuit (`home`) that should
 * carry its traffic; null = no such circuit.
 */
export const declaredSiteSchema = z.strictObject({
  name,
  prefixes: z.array(prefixText).max(1_000).default([]),
  home: resource.nullable().default(null),
  routers: z
    .array(z.strictObject({ name, addresses: z.array(addressText).max(100) }))
    .max(100)
    .default([]),
})

/**
 * Circuit and path behind a BGP neighbor of a gateway. Azure does not report this relation, so the operator's
 * declaration counts as certain.
 */
export const declaredMappingSchema = z.strictObject({
  gateway: resource,
  neighbor: addressText,
  circuit: resource,
  path: z.enum(circuitPaths),
})

/** Circuit and path behind a BGP neighbor of a customer's router. The operator's declaration counts as certain. */
export const declaredRouterNeighborSchema = z.strictObject({
  router: addressText.describe('address from which the router connects'),
  name: line.default('').describe('name that the router reports'),
  distinguisher: z
    .string()
    .regex(/^[0-9a-f]{16}$/, 'send the route distinguisher as 16 hex digits')
    .default('0000000000000000')
    .describe('route distinguisher of the VRF; zeros = none'),
  neighbor: addressText,
  circuit: resource,
  peering: z.enum(peeringTypes).default('private'),
  path: z.enum(circuitPaths),
})

export const trafficClasses = ['ef', 'af', 'best_effort'] as const

/**
 * QoS class of the provider, with the bandwidth of a path that is reserved for it: a share (above 0, up to 1) or a rate
 * in Mbit/s; both null = not agreed.
 */
const trafficClass = z
  .strictObject({
    name: z.enum(trafficClasses),
    share: z.number().positive().max(1).nullable().default(null),
    mbps: z.number().positive().max(1_000_000).nullable().default(null),
  })
  .refine(({ share, mbps }) => share === null || mbps === null, 'send share or mbps, not both')

const availabilityShare = z.number().gt(0, 'send a percentage above 0').max(100, 'send a percentage up to 100')

/**
 * Credits that the provider pays for a month. If the month's availability is below `below` percent, the provider pays
 * back `credit` percent of the monthly fee.
 */
export const contractCreditsSchema = z
  .array(z.strictObject({ below: availabilityShare, credit: availabilityShare }))
  .max(10)
  .refine((steps) => new Set(steps.map(({ below }) => below)).size === steps.length, 'name each availability once')
  .refine((steps) => {
    const falling = steps.toSorted((a, b) => b.below - a.below)
    return falling.every(({ credit }, n) => n === 0 || credit >= (falling[n - 1]?.credit ?? 0))
  }, 'a lower availability must not bring less credit')

/**
 * Properties of a circuit that are defined in the provider's contract or on the customer's routers, and that Azure does
 * not report.
 */
export const declaredCircuitSchema = z.strictObject({
  circuit: resource,
  connectivity: z
    .enum(circuitConnectivityModels)
    .nullable()
    .default(null)
    .describe('operator of BGP: the customer at an exchange, the provider, or the customer on a port of their own'),
  secondStag: z
    .int('send a VLAN id from 1 to 4094')
    .min(1, 'send a VLAN id from 1 to 4094')
    .max(4_094, 'send a VLAN id from 1 to 4094')
    .nullable()
    .default(null)
    .describe('S-tag of the secondary path, if the provider uses different S-tags for the two paths'),
  natPools: z
    .array(prefixText)
    .max(100)
    .default([])
    .describe('public addresses to which the customer translates traffic before Microsoft peering'),
  classes: z
    .array(trafficClass)
    .max(trafficClasses.length)
    .refine((classes) => new Set(classes.map(({ name }) => name)).size === classes.length, 'name each class once')
    .refine(
      (classes) => classes.reduce((sum, { share }) => sum + (share ?? 0), 0) <= 1 + 1e-9,
      'the shares are more than all of the bandwidth',
    )
    .default([])
    .describe("traffic classes of the provider's QoS, which may ignore Microsoft's DSCP marks"),
  credits: contractCreditsSchema
    .default([])
    .describe("service credits in the provider's contract, by availability in the month"),
})

/** Policy for several circuits that reach the same destination. For `active_standby` the first circuit is preferred. */
export const declaredPolicySchema = z.strictObject({
  kind: z.enum(['active_standby', 'active_active', 'symmetric']),
  circuits: z.array(resource).min(1).max(20),
  prefixes: z.array(prefixText).max(1_000).default([]),
})

/** Calendar day without a time. Other parts of a timestamp are refused. */
const civilDay = z
  .string()
  .trim()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'send a day such as 2026-12-26')
  .refine((text) => parseLocal(text) !== null, 'there is no such day')

/** Recurrence of a window in local time, so a window begins at the same time of day before and after a clock change. */
export const maintenanceRecurrenceSchema = z.strictObject({
  rule: z
    .string()
    .trim()
    .superRefine((text, context) => {
      const read = parseRecurrenceRule(text)
      if ('wrong' in read) context.addIssue({ code: 'custom', message: read.wrong })
    })
    .describe('recurrence rule of RFC 5545 by day, such as FREQ=WEEKLY;BYDAY=SA'),
  timeZone: timeZoneSchema.describe('IANA name of the time zone in which it recurs'),
  exceptDates: z.array(civilDay).max(400).default([]).describe('days in that zone on which no occurrence begins'),
})

/**
 * Maintenance that an operator announced. Empty `scopes` = all resources; empty `paths` = both paths of the circuits.
 */
export const declaredMaintenanceSchema = z
  .strictObject({
    id: z.string().trim().min(1).max(100).regex(oneLine, NOT_ONE_LINE),
    title: name,
    from: requestInstantSchema.describe('start of the first window if it recurs'),
    to: instantTextSchema,
    recurrence: maintenanceRecurrenceSchema.nullable().default(null).describe('null = it does not recur'),
    scopes: z.array(resource).max(200).default([]),
    paths: z.array(z.enum(circuitPaths)).max(2).default([]),
    note: line.default(''),
  })
  .refine(({ from, to }) => Date.parse(to) > Date.parse(from), { path: ['to'], message: 'it must end after it begins' })
  .refine(
    ({ from, to, recurrence }) => recurrence === null || Date.parse(to) - Date.parse(from) <= LONGEST_RECURRING_MS,
    { path: ['to'], message: 'one that recurs may last 7 days at the most' },
  )
  .superRefine(({ from, recurrence }, context) => {
    const read = recurrence && parseRecurrenceRule(recurrence.rule)
    if (!read || 'wrong' in read || !isTimeZone(recurrence.timeZone)) return
    const start = convertInstantToLocal(Date.parse(from), recurrence.timeZone)
    if (!generateOccurrenceStarts(read.rule, start, { to: start }).next().done) return
    context.addIssue({
      code: 'custom',
      path: ['recurrence', 'rule'],
      message: `the window begins on ${formatUtcDay(start)}, which the rule does not name: let it begin on a day of the rule`,
    })
  })

/**
 * Time in which resources are not polled. Their last known state is kept, and no notifications are sent. Empty `scopes`
 * = all resources; a subscription id covers all of its resources. The pause ends automatically.
 */
export const declaredPauseSchema = z
  .strictObject({
    id: z.string().trim().min(1).max(100).regex(oneLine, NOT_ONE_LINE),
    why: name,
    from: requestInstantSchema,
    to: instantTextSchema,
    scopes: z.array(resource).max(200).default([]),
    by: line.default('').describe('person who gave the information; empty = the user who saved it'),
  })
  .refine(({ from, to }) => Date.parse(to) > Date.parse(from), { path: ['to'], message: 'it must end after it begins' })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) <= LONGEST_PAUSE_MS, {
    path: ['to'],
    message:
      'it may last 30 days at the most: for longer, take the subscription off the list of those that are watched',
  })

/**
 * Name, contact and notes that operators wrote for a resource. `part` is '' for the whole resource, otherwise a path of
 * the circuit or a session in the form `localAddress~neighbor`.
 */
export const operatorCardSchema = z.strictObject({
  scope: resource,
  part: z.string().trim().max(200).regex(oneLine, NOT_ONE_LINE).default(''),
  displayName: line.default(''),
  serviceId: line.default(''),
  contact: line.default(''),
  runbookUrl: line
    .refine((text) => text === '' || isWebAddress(text), 'send an address that begins with https:// or http://')
    .default(''),
  note: z
    .string()
    .trim()
    .max(4_000)
    .regex(/^[^\0]*$/, 'write text, without a NUL')
    .default(''),
})

/** Resource, resource group or tag that is excluded from polling. The inventory still lists it. */
export const declaredExclusionSchema = z.strictObject({
  match: z
    .string()
    .trim()
    .max(2_048)
    .regex(oneLine, NOT_ONE_LINE)
    .refine(
      isExclusionText,
      'send the ARM id of a resource or of a resource group, or a tag as tag:name or tag:name=value',
    ),
  why: name,
})

/** Network interface whose effective routes are polled. */
export const chosenInterfaceSchema = z.strictObject({
  interface: z
    .string()
    .trim()
    .max(2_048)
    .regex(oneLine, NOT_ONE_LINE)
    .refine(
      (id) => parseArmId(id)?.type === armTypes.networkInterface,
      'send the ARM id of a network interface: /subscriptions/…/resourceGroups/…/providers/Microsoft.Network/networkInterfaces/NAME',
    ),
  note: line.default(''),
})

/** Prefix for which every announcement, withdrawal and path change raises an event. */
export const watchedPrefixSchema = z.strictObject({ prefix: prefixText, note: line.default('') })

const guid = z
  .string()
  .trim()
  .toLowerCase()
  .transform((text) => text.replace(/^\/subscriptions\//, ''))
  .pipe(
    z
      .string()
      .regex(
        /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
        'send an id such as 0a000000-0000-4000-8000-000000000001',
      ),
  )

/**
 * Customer with their subscriptions and circuits. A circuit listed here belongs to this customer in any subscription,
 * because a customer's circuit is often on a shared hub.
 */
export const declaredCustomerSchema = z.strictObject({
  name,
  connect: z
    .enum(['through', 'to'])
    .nullable()
    .default(null)
    .describe('how a Cloud Solution Provider connects the customer: connect-through or connect-to'),
  subscriptions: z.array(guid).max(500).default([]),
  circuits: z.array(resource).max(500).default([]),
  tenants: z
    .array(guid)
    .max(50)
    .default([])
    .describe('tenants whose subscriptions belong to the customer unless another rule assigns them'),
})

/** Tag of a resource or subscription; its value is the name of the customer. */
export const customerTagSchema = z.strictObject({ name: line.pipe(z.string().min(1, 'name a tag')) })

export const declarationsSchema = z.strictObject({
  sites: z.array(declaredSiteSchema).max(500),
  mappings: z.array(declaredMappingSchema).max(2_000),
  routerNeighbors: z.array(declaredRouterNeighborSchema).max(2_000),
  policies: z.array(declaredPolicySchema).max(500),
  maintenance: z.array(declaredMaintenanceSchema).max(1_000),
  pauses: z.array(declaredPauseSchema).max(200),
  cards: z.array(operatorCardSchema).max(5_000),
  watched: z.array(watchedPrefixSchema).max(1_000),
  exclusions: z.array(declaredExclusionSchema).max(500),
  customers: z.array(declaredCustomerSchema).max(1_000),
  customerTags: z.array(customerTagSchema).max(5),
  circuits: z.array(declaredCircuitSchema).max(2_000),
  interfaces: z.array(chosenInterfaceSchema).max(200),
})
export type Declarations = z.infer<typeof declarationsSchema>

export const declarationListNames = declarationsSchema.keyof().options
export type DeclarationList = keyof Declarations
export type DeclarationListItem<List extends DeclarationList = DeclarationList> = Declarations[List][number]

/** Schema of one item of each list. */
export const declarationItems = {
  sites: declaredSiteSchema,
  mappings: declaredMappingSchema,
  routerNeighbors: declaredRouterNeighborSchema,
  policies: declaredPolicySchema,
  maintenance: declaredMaintenanceSchema,
  pauses: declaredPauseSchema,
  cards: operatorCardSchema,
  watched: watchedPrefixSchema,
  exclusions: declaredExclusionSchema,
  customers: declaredCustomerSchema,
  customerTags: customerTagSchema,
  circuits: declaredCircuitSchema,
  interfaces: chosenInterfaceSchema,
} as const satisfies Record<DeclarationList, z.ZodType>

export const createEmptyDeclarations = (): Declarations => ({
  sites: [],
  mappings: [],
  routerNeighbors: [],
  policies: [],
  maintenance: [],
  pauses: [],
  cards: [],
  watched: [],
  exclusions: [],
  customers: [],
  customerTags: [],
  circuits: [],
  interfaces: [],
})

/**
 * Body of a PUT, with only the lists that change. `version` is the version that was edited; if the stored version
 * differs, the response is 409.
 */
export const declarationsBodySchema = declarationsSchema.partial().extend({
  version: z
    .int()
    .min(0)
    .optional()
    .describe(
      'version that was edited; 409 if it has changed since. Without a version, the stored lists are replaced without this check',
    ),
})
export type DeclarationsBody = z.infer<typeof declarationsBodySchema>

/** Stored declaration that this version of Peerwatch cannot parse. It is ignored until its list is saved again. */
export const unreadableDeclarationSchema = z.object({
  list: z.string(),
  key: z.string(),
  reason: z.string().describe('description of the problem'),
})
export type UnreadableDeclaration = z.infer<typeof unreadableDeclarationSchema>

/**
 * Site that Peerwatch derived from routes because the operator declared none: the prefixes that are best reached
 * through the same peering location and provider.
 */
export const learnedSiteSchema = z.object({
  name: z
    .string()
    .describe('`learned: Amsterdam / Equinix`: place at which it was learned, not a name of the customer'),
  circuits: z.array(z.string()).describe('short ids of the circuits with the best paths to it'),
  prefixes: z.int().describe('number of its prefixes'),
  confidence: z.enum(['certain', 'inferred']).describe('confidence that the neighbor belongs to these circuits'),
})
export type ApiLearnedSite = z.infer<typeof learnedSiteSchema>

/** Declarations and their version, current or as of the requested moment. */
export const declarationsResponseSchema = declarationsSchema.extend({
  version: z.int().describe('0 = nothing was ever declared'),
  updatedAt: instantTextSchema.nullable(),
  updatedBy: z.string().nullable(),
  unreadable: z.array(unreadableDeclarationSchema),
  learnedSites: z
    .array(learnedSiteSchema)
    .optional()
    .describe('sites that Peerwatch learned, where no site is declared; only with the declarations in force now'),
})
export type DeclarationsResponse = z.infer<typeof declarationsResponseSchema>

/** Saved version of the declarations: its author, and the items that it added, changed or removed. */
export const declarationsVersionSchema = z.object({
  version: z.int(),
  savedAt: instantTextSchema,
  savedBy: z.string(),
  changes: z.array(z.object({ list: z.string(), key: z.string(), op: z.enum(['added', 'changed', 'removed']) })),
})
export type DeclarationsVersion = z.infer<typeof declarationsVersionSchema>

export type DeclaredSite = z.infer<typeof declaredSiteSchema>
export type DeclaredNeighborMapping = z.infer<typeof declaredMappingSchema>
export type DeclaredRouterNeighbor = z.infer<typeof declaredRouterNeighborSchema>
export type DeclaredCircuitPolicy = z.infer<typeof declaredPolicySchema>
export type DeclaredMaintenance = z.infer<typeof declaredMaintenanceSchema>
export type DeclaredPollingPause = z.infer<typeof declaredPauseSchema>
export type OperatorCard = z.infer<typeof operatorCardSchema>
export type DeclaredPollingExclusion = z.infer<typeof declaredExclusionSchema>
export type PolledNetworkInterface = z.infer<typeof chosenInterfaceSchema>
export type DeclaredCircuit = z.infer<typeof declaredCircuitSchema>
export type DeclaredCustomer = z.infer<typeof declaredCustomerSchema>
