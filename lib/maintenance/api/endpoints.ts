import {
  calendarBody,
  calendarView,
  maintenanceWindow,
  unreadableMaintenance,
  answerOf,
  type Command,
  type Endpoint,
  noParameters,
  type ResultIn,
} from '#lib/contract/index.ts'
import { z } from 'zod'
import { customer, forward, forwardMessage, id, moment } from '#lib/contract/api/parameters.ts'

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

export type MaintenanceParameters = z.output<typeof maintenanceParameters>

export const endpoints = {
  maintenance: {
    path: '/maintenance',
    summary:
      'Maintenance windows of every source in a time, each time of one that recurs, in the order in which they begin',
    right: 'read',
    parameters: maintenanceParameters,
    response: answerOf(maintenanceWindow.array()).extend({
      unreadable: unreadableMaintenance
        .array()
        .describe('maintenance configurations whose windows are unknown: events in them alert'),
    }),
  },
  calendars: {
    path: '/maintenance/calendars',
    summary: 'Calendars that announce maintenance, with how their reading goes',
    right: 'read',
    parameters: noParameters,
    response: answerOf(calendarView.array()),
  },
} as const satisfies Record<string, Endpoint>

export type ResponseOf<Name extends keyof typeof endpoints> = z.output<(typeof endpoints)[Name]['response']>

export const commands = {
  addCalendar: {
    method: 'post',
    path: '/maintenance/calendars',
    summary: 'Adds a calendar by URL or by its text, and reads it',
    right: 'declare',
    body: calendarBody,
    response: answerOf(calendarView),
    problems: [],
  },
  putCalendar: {
    method: 'put',
    path: '/maintenance/calendars/{id}',
    summary: 'Changes a calendar, and reads it; without url and content its source stays',
    right: 'declare',
    body: calendarBody,
    response: answerOf(calendarView),
    problems: [404],
  },
  removeCalendar: {
    method: 'delete',
    path: '/maintenance/calendars/{id}',
    summary: 'Takes a calendar away, with all of its windows',
    right: 'declare',
    body: z.strictObject({}),
    response: answerOf(calendarView),
    problems: [404],
  },
  readCalendar: {
    method: 'post',
    path: '/maintenance/calendars/{id}/read',
    summary: 'Reads a calendar now, and not when its hour is over',
    right: 'declare',
    body: z.strictObject({}),
    response: answerOf(calendarView),
    problems: [404],
  },
} as const satisfies Record<string, Command>

export type ResultOf<Name extends keyof typeof commands> = ResultIn<(typeof commands)[Name]>
