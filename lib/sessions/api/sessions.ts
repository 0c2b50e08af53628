import { z } from 'zod'
import {
  bounds,
  circuitPaths,
  instant,
  instantAs,
  ofCircuit,
  ofResource,
  proven,
  seconds,
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
export const session = z.object({
  ...ofResource,
  ...ofCircuit,
  localAddress: z.string(),
  neighbor: z.string(),
  remoteAsn: z.number().nullable(),
  role: z.enum(sessionRoles),
  state: z.enum(sessionStates),
  azureState: z.string().nullable().describe('Azure’s own word; null = it states none'),
  verdict: z.enum(sessionVerdicts),
  establishedAt: bounds.nullable(),
  downSince: bounds
    .nullable()
    .describe(
      'verdict `down`: when it fell, by the polls around it, and of what was down at the first by the router’s own age of the state; null = not known',
    ),
  ...proven,
  establishedTransitions: z.number().int().describe('observed by Peerwatch: 0 at first sight, +1 for each up seen'),
  prefixesReceived: z.number().int().nullable(),
  messagesSent: z.string().nullable(),
  messagesReceived: z.string().nullable(),
  known: z.enum(knownStates),
  lastSeenAt: instantAs(z.string())
    .nullable()
    .describe(
      'end of the last good poll that held this row; null = not known exactly, as of a moment in the past: see lastSeenBetween',
    ),
  lastSeenBetween: bounds
    .nullable()
    .describe('the same, also as of a moment: within an interval of polls it is known between two bounds only'),
  mapping: pathMapping
    .extend({ circuitName: z.string().nullable().describe('null = the circuit is no more') })
    .nullable(),
  evidence: z.enum(['state', 'metric']),
})
export type Session = z.infer<typeof session>
export type StoredSession = z.input<typeof session>

/** Identifies a session by its resource and its two ends. */
const ofSession = { scope: z.string(), localAddress: z.string(), neighbor: z.string(), ...ofCircuit }

/** A time in which a session had one state. The intervals of a session follow each other, newest first. */
export const sessionInterval = z.object({
  ...ofSession,
  state: z.enum(sessionStates),
  azureState: z.string().nullable(),
  from: bounds,
  to: bounds.nullable().describe('null while it lasts'),
  known: z.enum(knownStates),
})
export type SessionInterval = z.infer<typeof sessionInterval>

/**
 * A time in which a session had the same number of received prefixes. The intervals of a session follow each other,
 * newest first.
 */
export const prefixCount = z.object({
  ...ofSession,
  prefixesReceived: z.number().int(),
  from: bounds,
  to: bounds.nullable().describe('null while it lasts'),
})
export type PrefixCount = z.infer<typeof prefixCount>

/** How long a session was up and down in a period. The times up, down, not listed and unknown add up to the period. */
export const sessionAvailability = z.object({
  ...ofSession,
  from: instant,
  to: instant.describe('no later than the last good poll'),
  up: seconds,
  down: seconds.describe('not established at each sample; what rose and fell again between two is not seen'),
  notListedSeconds: z.number().describe('polls were good, and none listed it'),
  unknownSeconds: z.number().describe('no good poll covers it: neither up nor down'),
})
export type SessionAvailability = z.infer<typeof sessionAvailability>
