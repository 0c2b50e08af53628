import { z } from 'zod'
import { canonicalAddress, formatPrefix, readPrefix } from '#lib/bgp/index.ts'
import { causeOwners } from '../cause.ts'
import { isMoment, MOMENT_RANGE } from '../time.ts'
import { eventKinds } from '../event-kinds/index.ts'
import { severities } from '../event.ts'
import { circuitPaths, peeringTypes, pollKinds } from '../poll.ts'
import { MOST_TERMS, parseChanges, parseLosses } from '../what-if-terms.ts'
import { notificationStates } from './channels.ts'
import { oneOf } from './one-of.ts'
import { reportSubjects } from './reports.ts'
import { routeSorts, routeTables } from './routes.ts'
import { usageSteps } from './usage.ts'

/** Most rows of one page, and how many there are when nobody says. */
export const MAX_LIMIT = 1_000
export const DEFAULT_LIMIT = 100

/** An instant as a parameter; read as epoch milliseconds. An offset is understood, though a `+` must be sent as %2B. */
const moment = z.iso
  .datetime({ offset: true, error: 'send an ISO 8601 instant such as 2026-11-20T03:12:00Z (a + is written %2B)' })
  .transform((text) => Date.parse(text))
  .refine(isMoment, MOMENT_RANGE)

/** Text that can be compared with a database's: not empty, no control characters. */
const text = (what: string) =>
  z
    .string()
    .min(1, `send ${what}`)
    .max(2_048, `send ${what}; this is too long for one`)
    // a NUL would be an error of the database, the others never stand in an id
    .regex(/^\P{Cc}*$/u, `send ${what}, without control characters`)

const id = text('a short id as the lists give it, or a percent-encoded ARM id').describe(
  "Peerwatch's short id, or the ARM id (percent-encoded, any case)",
)

/** Several words of a closed list, separated by commas; read as an array without duplicates. */
const someOf = <const Words extends readonly string[]>(words: Words) =>
  z.string().transform((value, context): Words[number][] => {
    const given = [...new Set(value.split(',').map((word) => word.trim()))]
    const known = words.filter((word) => given.includes(word))
    if (known.length === given.length) return known
    context.addIssue({ code: 'custom', message: `send ${oneOf(words)}, or several with commas between` })
    return z.NEVER
  })

const limit = z
  .string()
  .regex(/^[1-9]\d{0,3}$/, `send a whole number from 1 to ${MAX_LIMIT}`)
  .transform(Number)
  .refine((value) => value <= MAX_LIMIT, `send a whole number from 1 to ${MAX_LIMIT}`)
  .default(DEFAULT_LIMIT)
  .meta({ type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT, pattern: undefined })

export const pagingParameters = {
  cursor: text('the nextCursor of the page before').describe('`nextCursor` of the page before').optional(),
  limit,
}

const paging = pagingParameters

const range = {
  from: moment.describe('start of the requested time').optional(),
  to: moment.describe('end of the requested time; now when not given').optional(),
}

/** Any reader may ask for less than he sees. */
export const customerParameter = text('the name of a customer')
  .describe('only what belongs to this customer, by its name')
  .optional()
const customer = customerParameter

const at = moment.describe('as of this moment; now when not given').optional()

const asn = z
  .string()
  .regex(/^\d{1,15}$/, 'send an AS number such as 65001')
  .transform(Number)
  .describe('AS number anywhere in the path')
  .meta({ type: 'integer', minimum: 0, pattern: undefined })

/** An IP prefix as a parameter, read into its canonical text. */
const prefix = z
  .string('send an IP prefix such as 10.1.0.0/16 or 2001:db8::/32')
  .transform((value, context) => {
    const read = readPrefix(value)
    if (read && !read.hostBits) return formatPrefix(read.prefix)
    const hint = read
      ? `it has bits set beyond its length; send ${formatPrefix(read.prefix)}, or`
      : 'it is no IP prefix; send'
    context.addIssue({ code: 'custom', message: `${hint} one such as 10.1.0.0/16 or 2001:db8::/32` })
    return z.NEVER
  })
  .describe('exactly this prefix')

/** An IP address as a parameter, read into its canonical text. */
const address = z
  .string('send an IP address such as 10.1.2.3 or 2001:db8::1')
  .transform((value, context) => {
    const read = canonicalAddress(value)
    if (read !== null) return read
    context.addIssue({ code: 'custom', message: 'it is no IP address; send one such as 10.1.2.3 or 2001:db8::1' })
    return z.NEVER
  })
  .describe('the address to look up')

const order = z.enum(['asc', 'desc'], 'send asc or desc').default('asc')
const routeTable = z.enum(routeTables, `send ${oneOf(routeTables)}`)

const STEP_UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const STEP_WORDS: Record<string, string> = { hour: '1h', day: '1d' }
const stepMessage = 'send a length such as 5m, 1h or 1d'

/** A length of time as a parameter, read into milliseconds. */
const step = z
  .string()
  .transform((value, context) => {
    const [, count, unit] = /^([1-9]\d{0,5})([smhd])$/.exec(STEP_WORDS[value] ?? value) ?? []
    if (count !== undefined) return Number(count) * STEP_UNITS[unit as keyof typeof STEP_UNITS]
    context.addIssue({ code: 'custom', message: stepMessage })
    return z.NEVER
  })
  .describe('length of one step, such as 5m, hour or 1d; chosen from the range when not given')

/** From before to: an empty or backward range is a mistake of the caller, not an empty answer. */
const forward = <T extends { from?: number | undefined; to?: number | undefined }>(query: T) =>
  query.from === undefined || query.to === undefined || query.from <= query.to
const forwardMessage = { message: 'from lies after to: send an earlier from', path: ['from'] }

export const noParameters = z.strictObject({})
export const listParameters = z.strictObject(paging)
export const ownedListParameters = z.strictObject({ customer, ...paging })
/** Of one answer about all that a customer has. */
export const ownedParameters = z.strictObject({ customer })
/** As long as history is kept by default: windows that recur are expanded over it. */
const LONGEST_MAINTENANCE_MS = 400 * 24 * 60 * 60_000
export const maintenanceParameters = z
  .strictObject({
    scope: id.describe('windows about this resource, and those about everything').optional(),
    customer,
    from: moment.describe('start of the requested time; 7 days before its end or now when not given').optional(),
    to: moment.describe('end of the requested time; 30 days from now when not given').optional(),
  })
  .refine(forward, forwardMessage)
  .refine(({ from, to }) => from === undefined || to === undefined || to - from <= LONGEST_MAINTENANCE_MS, {
    message: 'send a time of 400 days at the most',
    path: ['to'],
  })
export const availabilityReportParameters = z.strictObject({
  month: z
    .string()
    .regex(/^20\d{2}-(0[1-9]|1[0-2])$/, 'send a month such as 2026-11')
    .describe('calendar month, UTC; the current one when not given')
    .optional(),
  by: z
    .enum(reportSubjects, `send ${reportSubjects.join(', ')}`)
    .describe('what a row is of')
    .default('circuit'),
  customer,
})
export const wallParameters = z.strictObject({
  customer,
  by: z
    .enum(['subscription', 'customer'], 'send subscription or customer')
    .describe('what `subscriptions` and `subscriptionId` are; subscriptions when not given')
    .optional(),
})
export const sessionsParameters = z.strictObject({ scope: id.optional(), customer, at, ...paging })
export const sessionHistoryParameters = z
  .strictObject({ scope: id.optional(), customer, ...range, ...paging })
  .refine(forward, forwardMessage)
export const sessionAvailabilityParameters = z
  .strictObject({ scope: id.describe('a circuit or gateway'), ...range })
  .refine(forward, forwardMessage)
export const gatewayLoadParameters = z.strictObject(range).refine(forward, forwardMessage)
export const circuitRoutersParameters = z.strictObject(range).refine(forward, forwardMessage)
export const arpHistoryParameters = z.strictObject({ ...range, ...paging }).refine(forward, forwardMessage)
export const routesParameters = z.strictObject({
  scope: id.optional(),
  customer,
  at,
  prefix: prefix.optional(),
  within: prefix.describe('this prefix and all longer ones in it').optional(),
  origin: text("ARM's word for the origin, such as Network, EBgp or IBgp").optional(),
  asn: asn.optional(),
  table: routeTable.describe('learned (gateways) and tables (circuit paths) when not given').optional(),
  neighbor: address
    .describe('of advertised routes: those that go to this BGP neighbor; needs table=advertised')
    .optional(),
  sort: z
    .enum(routeSorts, `send ${oneOf(routeSorts)}`)
    .default('prefix')
    .describe('orders all routes: rows without a value come last, equal ones in the order of their prefixes'),
  order,
  ...paging,
})
const tableOfRange = routeTable.describe('learned and tables when not given').optional()
export const routeLookupParameters = z.strictObject({ ip: address, at, scope: id.optional(), customer })

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
export const routesDiffParameters = z
  .strictObject({ scope: id.optional(), customer, ...range, table: tableOfRange })
  .refine(forward, forwardMessage)
export const routeChurnParameters = z
  .strictObject({ scope: id.optional(), customer, ...range, step: step.optional(), table: tableOfRange })
  .refine(forward, forwardMessage)
export const routeHistoryParameters = z
  .strictObject({ prefix, scope: id.optional(), customer, ...range, table: tableOfRange, ...paging })
  .refine(forward, forwardMessage)
export const routeChangesParameters = z
  .strictObject({
    scope: id.optional(),
    customer,
    within: prefix.describe('this prefix and all longer ones in it').optional(),
    ...range,
    table: tableOfRange,
    sort: z
      .enum(['time', 'prefix'], 'send time or prefix')
      .default('time')
      .describe('orders all changes: by when they were first seen, or by prefix and then by that'),
    order,
    ...paging,
  })
  .refine(forward, forwardMessage)
export const changesParameters = z
  .strictObject({
    scope: id.optional(),
    customer,
    type: text('an ARM type such as Microsoft.Network/expressRouteCircuits')
      .regex(/^[^/]+\/[^/]/, 'send an ARM type such as Microsoft.Network/expressRouteCircuits')
      .describe('ARM type of the changed resource, any case')
      .optional(),
    ...range,
    ...paging,
  })
  .refine(forward, forwardMessage)
/** Which events are asked for, of lists and of their summary. */
const whichEvents = {
  kind: someOf(eventKinds).describe('only these kinds, with commas between').optional(),
  severity: someOf(severities).describe('only these severities, with commas between').optional(),
  owner: someOf(causeOwners).describe('only those whose best cause has one of these owners').optional(),
  scope: id.describe('a circuit or gateway, or `estate`: what is about all of them').optional(),
  customer,
}
export const eventsParameters = z
  .strictObject({
    ...whichEvents,
    partOf: text("none, or an event's id")
      .describe('`none` = only events without a parent; an id = the children of that event')
      .optional(),
    incident: text("an incident's id").describe('only those of this incident').optional(),
    text: text('words to search for')
      .describe('contained in the kind, the scope’s name, the subject or the cause')
      .optional(),
    ...range,
    ...paging,
  })
  .refine(forward, forwardMessage)
export const eventsSummaryParameters = z
  .strictObject({
    ...whichEvents,
    partOf: text('none').describe('`none` = only events without a parent').optional(),
    ...range,
    step: step.optional(),
  })
  .refine(forward, forwardMessage)
export const declarationsParameters = z.strictObject({ at })
export const incidentsParameters = z.strictObject({
  state: z.enum(['open', 'closed'], 'send open or closed').optional(),
  scope: id.describe('only those with an event of this circuit or gateway, or of the whole `estate`').optional(),
  customer,
  subject: text('the subject of an event')
    .describe('only those with an event about this, as events write it: `10.0.4.12~10.0.4.4`')
    .optional(),
  severity: someOf(severities).describe('only these severities, with commas between').optional(),
  owner: someOf(causeOwners).describe('only those whose root’s best cause has one of these owners').optional(),
  acknowledged: z.enum(['yes', 'no'], 'send yes or no').optional(),
  assigned: z.enum(['yes', 'no'], 'send yes or no').optional(),
  assignee: text('a name').describe('only those assigned to this person or team').optional(),
  ...paging,
})
const MOST_DAYS = 90
const daysFrom = (least: 0 | 1, what: string) =>
  z
    .string()
    .regex(/^(0|[1-9]\d?)$/, `send a whole number from ${least} to ${MOST_DAYS}`)
    .transform(Number)
    .refine((value) => least <= value && value <= MOST_DAYS, `send a whole number from ${least} to ${MOST_DAYS}`)
    .default(30)
    .describe(what)
    .meta({ type: 'integer', minimum: least, maximum: MOST_DAYS, default: 30, pattern: undefined })
export const circuitHistoryParameters = z.strictObject({
  customer,
  days: daysFrom(0, 'days, today among them; 0 = none, the rates alone'),
})
export const uptimeParameters = z.strictObject({
  customer,
  scope: id.describe('only this circuit, gateway or hub').optional(),
  days: daysFrom(1, 'days, today among them'),
})
export const sessionUptimeParameters = z.strictObject({
  customer,
  scope: id.describe('only the sessions of this circuit or gateway').optional(),
  days: daysFrom(1, 'days, today among them'),
})
export const linkUptimeParameters = z.strictObject({ customer, days: daysFrom(1, 'days, today among them') })
export const incidentsSummaryParameters = z
  .strictObject({
    scope: id.describe('only those with an event of this circuit or gateway, or of the whole `estate`').optional(),
    customer,
    from: moment.describe('opened from then on; 30 days before `to` when not given').optional(),
    to: moment.describe('opened before; now when not given').optional(),
  })
  .refine(forward, forwardMessage)
export const handoverParameters = z.strictObject({
  since: moment.describe('when the shift began; 12 hours ago when not given').optional(),
  customer,
})
export const activityParameters = z.strictObject({ scope: id, ...range }).refine(forward, forwardMessage)
export const probesParameters = z
  .strictObject({
    scope: id.describe('a connection monitor, or a circuit or gateway that its tests go through').optional(),
    customer,
    ...range,
    step: step.optional().describe('length of one bucket, such as 5m or 1h; as Azure measured when not given'),
  })
  .refine(forward, forwardMessage)
export const sourcesParameters = z.strictObject({
  scope: id.optional(),
  customer,
  kind: z.enum(pollKinds, `send ${oneOf(pollKinds)}`).optional(),
  ...paging,
})
export const coverageParameters = z
  .strictObject({
    scope: id.optional(),
    customer,
    kind: z.enum(pollKinds, `send ${oneOf(pollKinds)}`).optional(),
    ...range,
    ...paging,
  })
  .refine(forward, forwardMessage)

/** An empty range holds no point at all. */
const notEmpty = ({ from, to }: { from?: number | undefined; to?: number | undefined }) =>
  from === undefined || from !== to

/** A peering whose counters are asked for by themselves. */
const countedPeering = z
  .enum(peeringTypes, `send ${oneOf(peeringTypes)}, or none for the whole circuit`)
  .describe('one peering only; all of them together when not given')
  .optional()

export const parityParameters = z.strictObject({
  peering: z
    .enum(peeringTypes, `send ${oneOf(peeringTypes)}`)
    .describe('the peering whose paths are compared; the one that gateways use when not given')
    .optional(),
})

export const usageParameters = z
  .strictObject({
    ...range,
    step: z
      .enum(usageSteps, `send ${oneOf(usageSteps)}`)
      .default('hour')
      .describe('length of a point; hours, days and months are those of UTC'),
    path: z
      .enum(circuitPaths, `send ${oneOf(circuitPaths)}, or none for both`)
      .describe('one path only; both summed when not given')
      .optional(),
    peering: countedPeering,
  })
  .refine(forward, forwardMessage)
  .refine(notEmpty, { message: 'from and to are the same moment: send a later to', path: ['from'] })

/** Most points that a chart of one path is thinned out to. */
const MOST_POINTS = 2_000
export const trafficParameters = z
  .strictObject({
    ...range,
    peering: countedPeering,
    points: z
      .string()
      .regex(/^[1-9]\d{0,3}$/, `send a whole number from 1 to ${MOST_POINTS}`)
      .transform(Number)
      .refine((value) => value <= MOST_POINTS, `send a whole number from 1 to ${MOST_POINTS}`)
      .default(600)
      .describe('most points of one path')
      .meta({ type: 'integer', minimum: 1, maximum: MOST_POINTS, default: 600, pattern: undefined }),
  })
  .refine(forward, forwardMessage)
  .refine(notEmpty, { message: 'from and to are the same moment: send a later to', path: ['from'] })

export const notificationsParameters = z.strictObject({
  channel: text('the id of a channel').describe('of this channel only').optional(),
  state: z.enum(notificationStates, `send ${oneOf(notificationStates)}`).optional(),
  ...paging,
})

/** The `{id}` of a path. */
export const idParameter = id

export type ListParameters = z.output<typeof listParameters>
export type AvailabilityReportParameters = z.output<typeof availabilityReportParameters>
export type SessionsParameters = z.output<typeof sessionsParameters>
export type SessionHistoryParameters = z.output<typeof sessionHistoryParameters>
export type SessionAvailabilityParameters = z.output<typeof sessionAvailabilityParameters>
export type RoutesParameters = z.output<typeof routesParameters>
export type RouteLookupParameters = z.output<typeof routeLookupParameters>
export type WhatIfParameters = z.output<typeof whatIfParameters>
export type ExpectedDrillParameters = z.output<typeof expectedDrillParameters>
export type RoutesDiffParameters = z.output<typeof routesDiffParameters>
export type RouteChurnParameters = z.output<typeof routeChurnParameters>
export type RouteHistoryParameters = z.output<typeof routeHistoryParameters>
export type RouteChangesParameters = z.output<typeof routeChangesParameters>
export type ChangesParameters = z.output<typeof changesParameters>
export type MaintenanceParameters = z.output<typeof maintenanceParameters>
export type DeclarationsParameters = z.output<typeof declarationsParameters>
export type HandoverParameters = z.output<typeof handoverParameters>
export type ActivityParameters = z.output<typeof activityParameters>
export type ProbesParameters = z.output<typeof probesParameters>
export type CircuitHistoryParameters = z.output<typeof circuitHistoryParameters>
export type UptimeParameters = z.output<typeof uptimeParameters>
export type IncidentsParameters = z.output<typeof incidentsParameters>
export type IncidentsSummaryParameters = z.output<typeof incidentsSummaryParameters>
export type NotificationsParameters = z.output<typeof notificationsParameters>
export type EventsSummaryParameters = z.output<typeof eventsSummaryParameters>
export type EventsParameters = z.output<typeof eventsParameters>
export type SourcesParameters = z.output<typeof sourcesParameters>
export type CoverageParameters = z.output<typeof coverageParameters>
export type GatewayLoadParameters = z.output<typeof gatewayLoadParameters>
export type CircuitRoutersParameters = z.output<typeof circuitRoutersParameters>
export type ArpHistoryParameters = z.output<typeof arpHistoryParameters>
export type ParityParameters = z.output<typeof parityParameters>
export type TrafficParameters = z.output<typeof trafficParameters>
export type UsageParameters = z.output<typeof usageParameters>
