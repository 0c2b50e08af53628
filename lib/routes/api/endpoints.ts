import {
  routeChangeSchema,
  routeChurnSchema,
  routeIntervalSchema,
  routeLookupSchema,
  routesDiffSchema,
} from './route-history.ts'
import { arpIntervalSchema } from '#lib/usage/api/path-history.ts'
import { z } from 'zod'
import {
  createCoveredResponseSchema,
  defineEndpoint,
  createPageSchema,
  apiRouteTableEntrySchema,
  routeSorts,
  routePollKinds,
} from '#lib/contract/index.ts'
import { formatAcceptedValues } from '#lib/contract/api/one-of.ts'
import { canonicalizeAddress, formatPrefix, parsePrefixWithHostBits } from '#lib/bgp/index.ts'
import {
  atMomentParameter,
  customerFilterParameter,
  isRangeForward,
  rangeForwardFault,
  resourceIdPathParameter,
  pagingQueryParameters,
  timeRangeParameters,
  stepParameter,
  createTextParameter,
} from '#lib/contract/api/parameters.ts'

const asn = z
  .string()
  .regex(/^\d{1,15}$/, 'send an AS number such as 65001')
  .transform(Number)
  .describe('AS number anywhere in the AS path')
  .meta({ type: 'integer', minimum: 0, pattern: undefined })

/** Schema of a parameter with an IP prefix. The value is converted to canonical text. */
const prefix = z
  .string('send an IP prefix such as 10.1.0.0/16 or 2001:db8::/32')
  .transform((value, context) => {
    const read = parsePrefixWithHostBits(value)
    if (read && !read.hostBits) return formatPrefix(read.prefix)
    const hint = read
      ? `it has bits set beyond its length; send ${formatPrefix(read.prefix)}, or`
      : 'it is no IP prefix; send'
    context.addIssue({ code: 'custom', message: `${hint} one such as 10.1.0.0/16 or 2001:db8::/32` })
    return z.NEVER
  })
  .describe('exactly this prefix')

/** Schema of a parameter with an IP address. The value is converted to canonical text. */
const address = z
  .string('send an IP address such as 10.1.2.3 or 2001:db8::1')
  .transform((value, context) => {
    const read = canonicalizeAddress(value)
    if (read !== null) return read
    context.addIssue({ code: 'custom', message: 'it is no IP address; send one such as 10.1.2.3 or 2001:db8::1' })
    return z.NEVER
  })
  .describe('the address to look up')

const order = z.enum(['asc', 'desc'], 'send asc or desc').default('asc')

const routeTable = z.enum(routePollKinds, `send ${formatAcceptedValues(routePollKinds)}`)

export const arpHistoryParameters = z
  .strictObject({ ...timeRangeParameters, ...pagingQueryParameters })
  .refine(isRangeForward, rangeForwardFault)

export const routesParameters = z.strictObject({
  scope: resourceIdPathParameter.optional(),
  customer: customerFilterParameter,
  at: atMomentParameter,
  prefix: prefix.optional(),
  within: prefix.describe('this prefix and all more specific prefixes').optional(),
  origin: createTextParameter("ARM's word for the origin, such as Network, EBgp or IBgp").optional(),
  asn: asn.optional(),
  table: routeTable.describe('default: learned (gateways) and tables (circuit paths)').optional(),
  neighbor: address
    .describe('for advertised routes: only routes to this BGP neighbor; needs table=advertised')
    .optional(),
  sort: z
    .enum(routeSorts, `send ${formatAcceptedValues(routeSorts)}`)
    .default('prefix')
    .describe('sort key of all routes: rows without a value come last, equal rows are in the order of their prefixes'),
  order,
  ...pagingQueryParameters,
})

const tableOfRange = routeTable.describe('default: learned and tables').optional()

export const routeLookupParameters = z.strictObject({
  ip: address,
  at: atMomentParameter,
  scope: resourceIdPathParameter.optional(),
  customer: customerFilterParameter,
})

export const routesDiffParameters = z
  .strictObject({
    scope: resourceIdPathParameter.optional(),
    customer: customerFilterParameter,
    ...timeRangeParameters,
    table: tableOfRange,
  })
  .refine(isRangeForward, rangeForwardFault)

export const routeChurnParameters = z
  .strictObject({
    scope: resourceIdPathParameter.optional(),
    customer: customerFilterParameter,
    ...timeRangeParameters,
    step: stepParameter.optional(),
    table: tableOfRange,
  })
  .refine(isRangeForward, rangeForwardFault)

export const routeHistoryParameters = z
  .strictObject({
    prefix,
    scope: resourceIdPathParameter.optional(),
    customer: customerFilterParameter,
    ...timeRangeParameters,
    table: tableOfRange,
    ...pagingQueryParameters,
  })
  .refine(isRangeForward, rangeForwardFault)

export const routeChangesParameters = z
  .strictObject({
    scope: resourceIdPathParameter.optional(),
    customer: customerFilterParameter,
    within: prefix.describe('this prefix and all more specific prefixes').optional(),
    ...timeRangeParameters,
    table: tableOfRange,
    sort: z
      .enum(['time', 'prefix'], 'send time or prefix')
      .default('time')
      .describe('sort key of all changes: time of detection, or prefix and then time'),
    order,
    ...pagingQueryParameters,
  })
  .refine(isRangeForward, rangeForwardFault)

export type RoutesParameters = z.output<typeof routesParameters>

export type RouteLookupParameters = z.output<typeof routeLookupParameters>

export type RoutesDiffParameters = z.output<typeof routesDiffParameters>

export type RouteChurnParameters = z.output<typeof routeChurnParameters>

export type RouteHistoryParameters = z.output<typeof routeHistoryParameters>

export type RouteChangesParameters = z.output<typeof routeChangesParameters>

export type ArpHistoryParameters = z.output<typeof arpHistoryParameters>

export const endpoints = {
  arpHistory: defineEndpoint('/circuits/{id}/arp', 'read', {
    summary: "Intervals of the entries in a circuit's ARP tables, newest first",
    parameters: arpHistoryParameters,
    response: createPageSchema(arpIntervalSchema),
  }),
  routes: defineEndpoint('/routes', 'read', {
    summary: 'Routes of gateways and of circuit paths, now or as of a moment',
    parameters: routesParameters,
    response: createPageSchema(apiRouteTableEntrySchema),
  }),
  routeLookup: defineEndpoint('/routes/lookup', 'read', {
    summary:
      'Route lookup of an address, now or as of a moment: every route that covers it, with its rank and the reason',
    forAll: true,
    parameters: routeLookupParameters,
    response: createCoveredResponseSchema(routeLookupSchema),
  }),
  routesDiff: defineEndpoint('/routes/diff', 'read', {
    summary: 'Differences between two moments: announced, withdrawn and changed routes, and routes without data',
    parameters: routesDiffParameters,
    response: createCoveredResponseSchema(routesDiffSchema),
  }),
  routeChurn: defineEndpoint('/routes/churn', 'read', {
    summary: 'Route changes by step of time, and the prefixes that changed most',
    parameters: routeChurnParameters,
    response: createCoveredResponseSchema(routeChurnSchema),
  }),
  routeChanges: defineEndpoint('/routes/changes', 'read', {
    summary: 'Route changes in a range, each with the routes before and after and the two polls around it',
    parameters: routeChangesParameters,
    response: createPageSchema(routeChangeSchema),
  }),
  routeHistory: defineEndpoint('/routes/history', 'read', {
    summary: 'Intervals of the routes to one prefix, newest first',
    parameters: routeHistoryParameters,
    response: createPageSchema(routeIntervalSchema),
  }),
}

export type RoutesEndpointResponse<Name extends keyof typeof endpoints> = z.input<(typeof endpoints)[Name]['response']>
