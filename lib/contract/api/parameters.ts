import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { INSTANT_RANGE_FAULT, isValidInstant } from '../time/time.ts'
import { z } from 'zod'

/** Maximum number of rows per page. {@link DEFAULT_LIMIT} applies if the request does not set a limit. */
export const MAX_LIMIT = 1_000

export const DEFAULT_LIMIT = 100

/**
 * Instant as a parameter, parsed into epoch milliseconds. A UTC offset is accepted, but its `+` must be sent as %2B.
 */
export const instantParameter = z.iso
  .datetime({ offset: true, error: 'send an ISO 8601 instant such as 2026-11-20T03:12:00Z (a + is written %2B)' })
  .transform((text) => Date.parse(text))
  .refine(isValidInstant, INSTANT_RANGE_FAULT)

/**
 * Schema of a parameter that is compared with texts in the database: 1 to 2,048 characters without control characters.
 * `what` names the value in error messages.
 */
export const createTextParameter = (what: string) =>
  z
    .string()
    .min(1, `send ${what}`)
    .max(2_048, `send ${what}; this is too long for one`)
    // A NUL would cause a database error; other control characters do not occur in an id.
    .regex(/^\P{Cc}*$/u, `send ${what}, without control characters`)

export const resourceIdPathParameter = createTextParameter(
  'a short id as the lists give it, or a percent-encoded ARM id',
).describe("Peerwatch's short id, or the ARM id (percent-encoded, any case)")

const limit = z
  .string()
  .regex(/^[1-9]\d{0,3}$/, `send a whole number from 1 to ${MAX_LIMIT}`)
  .transform(Number)
  .refine((value) => value <= MAX_LIMIT, `send a whole number from 1 to ${MAX_LIMIT}`)
  .default(DEFAULT_LIMIT)
  .meta({ type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT, pattern: undefined })

export const pagingParameters = {
  cursor: createTextParameter('the nextCursor of the page before')
    .describe('`nextCursor` of the previous page')
    .optional(),
  limit,
}

export const pagingQueryParameters = pagingParameters

export const timeRangeParameters = {
  from: instantParameter.describe('start of the requested time').optional(),
  to: instantParameter.describe('end of the requested time; default: now').optional(),
}

/** Parameter that limits a response to the resources of one customer. It never shows more than the caller may see. */
export const customerNameParameter = createTextParameter('the name of a customer')
  .describe('name of a customer, to limit the response to resources of the customer')
  .optional()

export const customerFilterParameter = customerNameParameter

export const atMomentParameter = instantParameter.describe('moment of the requested state; default: now').optional()

const STEP_UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

const STEP_WORDS: Record<string, string> = createSafeLookupTable({ hour: '1h', day: '1d' })

const stepMessage = 'send a length such as 5m, 1h or 1d'

/** Duration as a parameter, for example `5m`, `1h` or `day`, parsed into milliseconds. */
export const stepParameter = z
  .string()
  .transform((value, context) => {
    const [, count, unit] = /^([1-9]\d{0,5})([smhd])$/.exec(STEP_WORDS[value] ?? value) ?? []
    if (count !== undefined) return Number(count) * STEP_UNITS[unit as keyof typeof STEP_UNITS]
    context.addIssue({ code: 'custom', message: stepMessage })
    return z.NEVER
  })
  .describe('length of one step, such as 5m, hour or 1d; default: chosen from the range')

/**
 * Reports whether `from` is not after `to`, or one of them is missing. Otherwise the request is refused, because an
 * empty response would hide the mistake.
 */
export const isRangeForward = <T extends { from?: number | undefined; to?: number | undefined }>(query: T) =>
  query.from === undefined || query.to === undefined || query.from <= query.to

export const rangeForwardFault = { message: 'from lies after to: send an earlier from', path: ['from'] }

export const noParameters = z.strictObject({})

export const listParameters = z.strictObject(pagingQueryParameters)

export const customerListParameters = z.strictObject({ customer: customerFilterParameter, ...pagingQueryParameters })

/** Parameters of a paged list that the caller can request for a past moment (`at`) and for one customer. */
export const customerListAtParameters = z.strictObject({
  customer: customerFilterParameter,
  at: atMomentParameter,
  ...pagingQueryParameters,
})
export const customerAtParameters = z.strictObject({ customer: customerFilterParameter, at: atMomentParameter })
export const atParameters = z.strictObject({ at: atMomentParameter })

/** Parameters of a response that the caller can limit to one customer, without paging. */
export const customerFilterParameters = z.strictObject({ customer: customerFilterParameter })

const MAX_DAYS = 90

export const createDaysParameter = (least: 0 | 1, what: string) =>
  z
    .string()
    .regex(/^(0|[1-9]\d?)$/, `send a whole number from ${least} to ${MAX_DAYS}`)
    .transform(Number)
    .refine((value) => least <= value && value <= MAX_DAYS, `send a whole number from ${least} to ${MAX_DAYS}`)
    .default(30)
    .describe(what)
    .meta({ type: 'integer', minimum: least, maximum: MAX_DAYS, default: 30, pattern: undefined })

/** Short id or ARM id of a resource, in place of `{id}` in the path of an endpoint. */
export const resourceIdParameter = resourceIdPathParameter

export type ListParameters = z.output<typeof listParameters>
