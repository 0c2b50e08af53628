import {
  sessionAvailabilityParameters,
  sessionHistoryParameters,
  sessionUptimeParameters,
  sessionsParameters,
} from './parameters.ts'
import { prefixCount, session, sessionAvailability, sessionInterval } from './sessions.ts'
import { sessionUptime } from './uptime.ts'
import { z } from 'zod'
import { answerOf, coveredAnswerOf, type Endpoint, pageOf } from '#lib/contract/index.ts'

export const endpoints = {
  sessions: {
    path: '/sessions',
    summary: 'BGP sessions of gateways and of circuit paths, now or as of a moment',
    right: 'read',
    parameters: sessionsParameters,
    response: pageOf(session),
  },
  sessionHistory: {
    path: '/sessions/history',
    summary: 'Intervals in which sessions had one state, newest first',
    right: 'read',
    parameters: sessionHistoryParameters,
    response: pageOf(sessionInterval),
  },
  sessionAvailability: {
    path: '/sessions/availability',
    summary: 'Availability of the sessions of a circuit or gateway in a time range, as bounds',
    right: 'read',
    parameters: sessionAvailabilityParameters,
    response: coveredAnswerOf(z.array(sessionAvailability)),
  },
  sessionUptime: {
    path: '/sessions/uptime',
    summary: 'How every BGP session was in the last days, day by day',
    right: 'read',
    parameters: sessionUptimeParameters,
    response: answerOf(sessionUptime),
  },
  prefixCounts: {
    path: '/sessions/prefixes',
    summary: 'Intervals of one number of prefixes, newest first',
    right: 'read',
    parameters: sessionHistoryParameters,
    response: pageOf(prefixCount),
  },
} as const satisfies Record<string, Endpoint>

export type ResponseOf<Name extends keyof typeof endpoints> = z.output<(typeof endpoints)[Name]['response']>
