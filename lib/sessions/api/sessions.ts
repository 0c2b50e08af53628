import { z } from 'zod'
import {
  boundsCodec,
  circuitPaths,
  instantCodec,
  createInstantCodec,
  createLastKnownSchema,
  circuitPathFields,
  resourceRefFields,
  provenLossFields,
  secondsBoundsCodec,
} from '#lib/contract/index.ts'
import { sessionStates } from '#lib/bgp/index.ts'

const sessionRoles = ['msee', 'gateway-peer', 'onprem', 'other'] as const
export const sessionVerdicts = ['up', 'down', 'disabled', 'never_established', 'not_reported', 'unknown'] as const
const knownStates = ['observed', 'stale', 'indeterminate', 'unknown'] as const

const pathMapping = z.object({
  circuitId: z.string(),
  path: z.enum(circuitPaths),
  confidence: z.enum(['certain', 'inferred', 'unknown']),
})

/**
 * A BGP session at a certain time. If `path` is set, it is a session between a circuit and the customer's router,
 * otherwise it is a gateway's session.
 */
export const sessionSchema = z.object({
  ...resourceRefFields,
  ...circuitPathFields,
  localAddress: z.string(),
  neighbor: z.string(),
  remoteAsn: z.number().nullable(),
  role: z.enum(sessionRoles),
  state: z.enum(sessionStates),
  azureState: z.string().nullable().describe("state in Azure's own words; null = not reported"),
  verdict: z.enum(sessionVerdicts),
  lastKnown: createLastKnownSchema(z.enum(sessionVerdicts)),
  establishedAt: boundsCodec.nullable(),
  downSince: boundsCodec
    .nullable()
    .describe(
      'verdict `down`: bounds of the time at which it went down, from the polls around it; if it was down at the first poll, from the age of the state that the router reports; null = unknown',
    ),
  ...provenLossFields,
  establishedTransitions: z
    .number()
    .int()
    .describe('number of transitions to up that Peerwatch observed, starting from 0 at the first poll'),
  prefixesReceived: z.number().int().nullable(),
  messagesSent: z.string().nullable(),
  messagesReceived: z.string().nullable(),
  known: z.enum(knownStates),
  lastSeenAt: createInstantCodec(z.string())
    .nullable()
    .describe(
      'end of the last successful poll that contained this row; null = not known exactly for a past moment: see lastSeenBetween',
    ),
  lastSeenBetween: boundsCodec
    .nullable()
    .describe(
      'the same as bounds, also for a past moment: within an interval of polls, it is known only between two bounds',
    ),
  mapping: pathMapping
    .extend({ circuitName: z.string().nullable().describe('null = the circuit no longer exists') })
    .nullable(),
  evidence: z.enum(['state', 'metric']),
})
export type BgpSession = z.infer<typeof sessionSchema>
export type StoredSession = z.input<typeof sessionSchema>

/** Identifies a session by its resource and its two ends. */
const ofSession = { scope: z.string(), localAddress: z.string(), neighbor: z.string(), ...circuitPathFields }

/** A time in which a session had one state. The intervals of a session follow each other, newest first. */
export const sessionIntervalSchema = z.object({
  ...ofSession,
  state: z.enum(sessionStates),
  azureState: z.string().nullable(),
  from: boundsCodec,
  to: boundsCodec.nullable().describe('null = ongoing'),
  known: z.enum(knownStates),
})
export type SessionInterval = z.infer<typeof sessionIntervalSchema>

/**
 * A time in which a session had the same number of received prefixes. The intervals of a session follow each other,
 * newest first.
 */
export const prefixCountSchema = z.object({
  ...ofSession,
  prefixesReceived: z.number().int(),
  from: boundsCodec,
  to: boundsCodec.nullable().describe('null = ongoing'),
})
export type PrefixCount = z.infer<typeof prefixCountSchema>

/** How long a session was up and down in a period. The times up, down, not listed and unknown add up to the period. */
export const sessionAvailabilitySchema = z.object({
  ...ofSession,
  from: instantCodec,
  to: instantCodec.describe('not later than the last successful poll'),
  up: secondsBoundsCodec,
  down: secondsBoundsCodec.describe(
    'time in which each sample was not established; a short recovery between two samples is not detected',
  ),
  notListedSeconds: z.number().describe('seconds in which polls succeeded but did not list it'),
  unknownSeconds: z.number().describe('seconds without a successful poll: neither up nor down'),
})
export type SessionAvailability = z.infer<typeof sessionAvailabilitySchema>
