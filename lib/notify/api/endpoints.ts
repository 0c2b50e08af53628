import { acknowledgeBody, incidentDetail, recipient, sendBody, snoozeBody } from '#lib/incidents/api/incidents.ts'
import { channelTest, channelsAnswer, channelsBody } from './channels.ts'
import { escalationAnswer, escalationBody } from './escalation.ts'
import { z } from 'zod'
import {
  answerOf,
  type Command,
  type Endpoint,
  noParameters,
  notification,
  pageOf,
  type ResultIn,
  notificationStates,
} from '#lib/contract/index.ts'
import { oneOf } from '#lib/contract/api/one-of.ts'
import { paging, text } from '#lib/contract/api/parameters.ts'

export const notificationsParameters = z.strictObject({
  channel: text('the id of a channel').describe('of this channel only').optional(),
  state: z.enum(notificationStates, `send ${oneOf(notificationStates)}`).optional(),
  ...paging,
})

export type NotificationsParameters = z.output<typeof notificationsParameters>

export const endpoints = {
  channels: {
    path: '/channels',
    summary: 'Notification channels and their filters; secrets are never returned',
    right: 'channels',
    parameters: noParameters,
    response: answerOf(channelsAnswer),
  },
  escalation: {
    path: '/escalation',
    summary: 'Escalation policies, and on-call rotations with who is on call now and next',
    right: 'channels',
    parameters: noParameters,
    response: answerOf(escalationAnswer),
  },
  notifications: {
    path: '/notifications',
    summary: 'What was sent where and when, with attempts and what failed, newest first',
    right: 'read',
    parameters: notificationsParameters,
    response: pageOf(notification),
  },
  recipients: {
    path: '/incidents/recipients',
    summary: 'Channels that incidents can be sent to by hand: turned on, and of a scope no wider than the caller’s',
    right: 'acknowledge',
    parameters: noParameters,
    response: answerOf(recipient.array()),
  },
} as const satisfies Record<string, Endpoint>

export type ResponseOf<Name extends keyof typeof endpoints> = z.output<(typeof endpoints)[Name]['response']>

export const commands = {
  putChannels: {
    method: 'put',
    path: '/channels',
    summary: 'Sets all channels; one that is left out is removed, and a secret that is left out stays',
    right: 'channels',
    body: channelsBody,
    response: answerOf(channelsAnswer),
    problems: [409],
  },
  putEscalation: {
    method: 'put',
    path: '/escalation',
    summary: 'Sets all escalation policies and on-call rotations; one that is left out is removed',
    right: 'channels',
    body: escalationBody,
    response: answerOf(escalationAnswer),
    problems: [409],
  },
  testChannel: {
    method: 'post',
    path: '/channels/{id}/test',
    summary: 'Sends a test to a channel now, and returns the result; limited by channel and in all',
    right: 'channels',
    body: z.strictObject({}),
    response: answerOf(channelTest),
    problems: [404, 429],
  },
  acknowledgeIncident: {
    method: 'post',
    path: '/incidents/{id}/ack',
    summary: 'Takes an incident on',
    right: 'acknowledge',
    body: acknowledgeBody,
    response: answerOf(incidentDetail),
    problems: [404],
  },
  snoozeIncident: {
    method: 'post',
    path: '/incidents/{id}/snooze',
    summary: 'Mutes reminders and escalations of an incident for a while; its end is notified. 0 minutes end it',
    right: 'acknowledge',
    body: snoozeBody,
    response: answerOf(incidentDetail),
    problems: [404],
  },
  sendIncident: {
    method: 'post',
    path: '/incidents/{id}/send',
    summary: 'Queues one message about an incident to a channel; the same again within a minute is the same message',
    right: 'acknowledge',
    body: sendBody,
    response: answerOf(notification),
    problems: [404, 409, 429],
  },
} as const satisfies Record<string, Command>

export type ResultOf<Name extends keyof typeof commands> = ResultIn<(typeof commands)[Name]>
