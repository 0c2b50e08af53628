import { acknowledgeBody, incidentDetail, recipient, sendBody, snoozeBody } from '#lib/incidents/api/incidents.ts'
import { channelTest, channelsAnswer, channelsBody } from './channels.ts'
import { escalationAnswer, escalationBody } from './escalation.ts'
import { z } from 'zod'
import {
  answerOf,
  command,
  endpoint,
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
  channels: endpoint('/channels', 'channels', {
    summary: 'Notification channels and their filters; secrets are never returned',
    response: answerOf(channelsAnswer),
  }),
  escalation: endpoint('/escalation', 'channels', {
    summary: 'Escalation policies, and on-call rotations with who is on call now and next',
    response: answerOf(escalationAnswer),
  }),
  notifications: endpoint('/notifications', 'read', {
    summary: 'What was sent where and when, with attempts and what failed, newest first',
    parameters: notificationsParameters,
    response: pageOf(notification),
  }),
  recipients: endpoint('/incidents/recipients', 'acknowledge', {
    summary: 'Channels that incidents can be sent to by hand: turned on, and of a scope no wider than the caller’s',
    response: answerOf(recipient.array()),
  }),
}

export type ResponseOf<Name extends keyof typeof endpoints> = z.output<(typeof endpoints)[Name]['response']>

export const commands = {
  putChannels: command('put', '/channels', 'channels', {
    summary: 'Sets all channels; one that is left out is removed, and a secret that is left out stays',
    body: channelsBody,
    response: answerOf(channelsAnswer),
    problems: [409],
  }),
  putEscalation: command('put', '/escalation', 'channels', {
    summary: 'Sets all escalation policies and on-call rotations; one that is left out is removed',
    body: escalationBody,
    response: answerOf(escalationAnswer),
    problems: [409],
  }),
  testChannel: command('post', '/channels/{id}/test', 'channels', {
    summary: 'Sends a test to a channel now, and returns the result; limited by channel and in all',
    response: answerOf(channelTest),
    problems: [404, 429],
  }),
  acknowledgeIncident: command('post', '/incidents/{id}/ack', 'acknowledge', {
    summary: 'Takes an incident on',
    body: acknowledgeBody,
    response: answerOf(incidentDetail),
    problems: [404],
  }),
  snoozeIncident: command('post', '/incidents/{id}/snooze', 'acknowledge', {
    summary: 'Mutes reminders and escalations of an incident for a while; its end is notified. 0 minutes end it',
    body: snoozeBody,
    response: answerOf(incidentDetail),
    problems: [404],
  }),
  sendIncident: command('post', '/incidents/{id}/send', 'acknowledge', {
    summary: 'Queues one message about an incident to a channel; the same again within a minute is the same message',
    body: sendBody,
    response: answerOf(notification),
    problems: [404, 409, 429],
  }),
}

export type ResultOf<Name extends keyof typeof commands> = ResultIn<(typeof commands)[Name]>
