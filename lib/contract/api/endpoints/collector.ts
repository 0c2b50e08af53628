import { z } from 'zod'
import { channelTest, channelsAnswer, channelsBody, notification } from '../channels.ts'
import { answerOf, pageOf } from '../envelope.ts'
import {
  coverageParameters,
  noParameters,
  notificationsParameters,
  ownedListParameters,
  sourcesParameters,
} from '../parameters.ts'
import { serviceKeyBody, serviceKeyRequest } from '../service-key.ts'
import { backTest, backTestBody, thresholdsAnswer, thresholdsBody } from '../settings.ts'
import { setupAnswer } from '../setup.ts'
import { sloStatus } from '../slos.ts'
import {
  apiVersionInUse,
  awaitedRemoval,
  coverageInterval,
  excludedSource,
  listingFailed,
  processStatus,
  source,
} from '../sources.ts'
import { watch, watchBody } from '../watch.ts'
import { reportPreview, reportRun, reportSchedulesAnswer, reportSchedulesBody } from '../report-schedules.ts'
import { escalationAnswer, escalationBody } from '../escalation.ts'
import type { Command, Endpoint } from './endpoint.ts'

/** Peerwatch itself: its polls, thresholds and notifications. */
export const collectorEndpoints = {
  thresholds: {
    path: '/settings/thresholds',
    summary: 'Every rule of detection with its value, where that comes from, and the versions that were saved',
    right: 'read',
    parameters: noParameters,
    response: answerOf(thresholdsAnswer),
  },
  backTests: {
    path: '/back-tests',
    summary: 'The last back-tests, newest first',
    right: 'read',
    parameters: noParameters,
    response: answerOf(backTest.array()),
  },
  backTest: {
    path: '/back-tests/{id}',
    summary: 'One back-test: its progress, then the events that other thresholds would have raised',
    right: 'read',
    parameters: noParameters,
    response: answerOf(backTest),
  },
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
  reportSchedules: {
    path: '/report-schedules',
    summary: 'Reports that are sent by mail at set times, and what was sent; those with amounts need read_cost, too',
    right: 'channels',
    parameters: noParameters,
    response: answerOf(reportSchedulesAnswer),
  },
  reportPreview: {
    path: '/report-schedules/{id}/preview',
    summary: 'A report as it would be sent now',
    right: 'channels',
    parameters: noParameters,
    response: answerOf(reportPreview),
  },
  notifications: {
    path: '/notifications',
    summary: 'What was sent where and when, with attempts and what failed, newest first',
    right: 'read',
    parameters: notificationsParameters,
    response: pageOf(notification),
  },
  sources: {
    path: '/sources',
    summary: 'What is polled, and how its polls go',
    right: 'read',
    parameters: sourcesParameters,
    response: pageOf(source).extend({
      listingFailed: listingFailed
        .nullable()
        .describe(
          'why the subscriptions that the credential sees could not be listed; null = they were, or are configured by id',
        ),
      excluded: z.array(excludedSource).describe('resources that a declaration leaves out of polling'),
      awaitedRemovals: z
        .array(awaitedRemoval)
        .describe(
          'what an inventory lacked, more than a third of its type: gone only if the next answered list lacks it too',
        ),
      apiVersion: apiVersionInUse
        .nullable()
        .describe("of Microsoft.Network, in the place of the SDK's; null = the SDK's is in use"),
    }),
  },
  coverage: {
    path: '/sources/coverage',
    summary: 'Intervals of polls with one outcome, newest first',
    right: 'read',
    parameters: coverageParameters,
    response: pageOf(coverageInterval),
  },
  setup: {
    path: '/setup',
    summary: 'What a worker last found of environment, database and Azure, and the custom role that the polls need',
    right: 'settings',
    parameters: noParameters,
    response: answerOf(setupAnswer),
  },
  serviceKeyRequests: {
    path: '/service-key-requests',
    summary: 'Who wanted which circuit’s service key, when and what for, newest first; the keys are kept nowhere',
    right: 'read',
    parameters: ownedListParameters,
    response: pageOf(serviceKeyRequest),
  },
  processes: {
    path: '/processes',
    summary: "Peerwatch's own processes",
    right: 'read',
    parameters: noParameters,
    response: answerOf(processStatus.array()),
  },
  slos: {
    path: '/slos',
    summary: 'How well Peerwatch keeps its own objectives over 28 days; for whoever sees everything',
    right: 'read',
    parameters: noParameters,
    response: answerOf(sloStatus.array()),
  },
} as const satisfies Record<string, Endpoint>

export const collectorCommands = {
  watch: {
    method: 'post',
    path: '/watch',
    summary: 'Polls a circuit, gateway or connection faster for a while, so that bounds are narrow; 0 minutes end it',
    right: 'acknowledge',
    body: watchBody,
    response: answerOf(watch),
    problems: [404],
  },
  requestServiceKey: {
    method: 'post',
    path: '/circuits/{id}/service-key',
    summary: 'Records that somebody wants the service key, which is then read in Azure; no key is ever answered',
    right: 'acknowledge',
    body: serviceKeyBody,
    response: answerOf(serviceKeyRequest),
    problems: [404],
  },
  putThresholds: {
    method: 'put',
    path: '/settings/thresholds',
    summary: 'Saves thresholds as a new version; events of before keep the version that made them',
    right: 'settings',
    body: thresholdsBody,
    response: answerOf(thresholdsAnswer),
    problems: [409],
  },
  askBackTest: {
    method: 'post',
    path: '/back-tests',
    summary: 'Folds stored history again with other thresholds, in the background',
    right: 'settings',
    body: backTestBody,
    response: answerOf(backTest),
    problems: [429],
  },
  cancelBackTest: {
    method: 'post',
    path: '/back-tests/{id}/cancel',
    summary: 'Gives a back-test up',
    right: 'settings',
    body: z.strictObject({}),
    response: answerOf(backTest),
    problems: [404],
  },
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
  putReportSchedules: {
    method: 'put',
    path: '/report-schedules',
    summary: 'Sets all reports that are sent by mail; one that is left out is removed',
    right: 'channels',
    body: reportSchedulesBody,
    response: answerOf(reportSchedulesAnswer),
    problems: [409],
  },
  sendReport: {
    method: 'post',
    path: '/report-schedules/{id}/send',
    summary: 'Sends a report now to its recipients, beside its schedule; limited in all',
    right: 'channels',
    body: z.strictObject({}),
    response: answerOf(reportRun),
    problems: [404, 429],
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
} as const satisfies Record<string, Command>
