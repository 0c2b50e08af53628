import { type EventKindRecord, DEFAULT_EVENT_KIND_FIELDS } from './event-kind-record.ts'

const MONITORING = {
  ...DEFAULT_EVENT_KIND_FIELDS,
  area: 'monitoring',
  polls: ['peers', 'summary'],
  maintenance: 'alerts',
} as const

/** Common fields of event kinds about faults of Peerwatch itself. Polls of Azure cannot show such faults. */
const OWN = { ...MONITORING, polls: [], scopes: ['collector'] } as const

export const monitoringEventKindRecords = {
  alerting_unproved: {
    ...OWN,
    name: 'Alerting not proved',
    meaning: 'The test outage of a synthetic circuit was not notified, so a real outage may not be notified either.',
    subject: 'link',
    incident: { rank: 12 },
  },
  channel_failing: {
    ...OWN,
    name: 'Channel fails',
    meaning: 'A notification channel delivers nothing, so its readers are not notified.',
    subject: 'channel',
    incident: { rank: 13 },
  },
  storage_low: {
    ...OWN,
    name: 'Storage low',
    meaning: 'The disk of the database is nearly full. When it is full, Peerwatch records nothing.',
    subject: 'database',
    incident: { rank: 14 },
  },
  deletion_held: {
    ...OWN,
    name: 'Deletion held',
    meaning:
      'More than three days of history are due for deletion at once. Peerwatch deletes nothing until an admin confirms it.',
    subject: 'history',
    incident: { rank: 17 },
  },
  screen_silent: {
    ...OWN,
    name: 'Wall silent',
    meaning: 'A wall has drawn nothing for two minutes, so its picture may be frozen.',
    subject: 'screen',
    incident: { rank: 15 },
  },
  clock_step: {
    ...MONITORING,
    name: 'Clock step',
    meaning: 'The clock of the machine that polls was changed, so times around the change are less certain.',
    lifecycle: 'point',
    scopes: ['collector'],
    subject: 'machine',
    incident: 'aside',
  },
  collector_error: {
    ...MONITORING,
    name: 'Polls fail',
    meaning: 'Polls of this resource fail: its current state is unknown.',
    scopes: ['circuit', 'gateway', 'connection', 'subscription'],
    subject: 'poll',
    incident: { rank: 30, pollFailure: true },
  },
  collector_degraded: {
    ...MONITORING,
    name: 'Polling degraded',
    meaning:
      'More than half of this subscription’s polls fail for the same reason, or several resources or subscriptions fail for a shared cause.',
    scopes: ['subscription', 'collector'],
    subject: 'subscription',
    incident: { rank: 20, pollFailure: true },
  },
  nothing_polled: {
    ...MONITORING,
    name: 'Nothing is polled',
    meaning: 'No poll succeeds: what the screens show is out of date.',
    scopes: ['collector', 'subscription'],
    subject: 'subscription',
    incident: { rank: 10, pollFailure: true },
  },
} as const satisfies Record<string, EventKindRecord>
