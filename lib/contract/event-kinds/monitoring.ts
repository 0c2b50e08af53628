import { type EventKindRecord, USUAL } from './record.ts'

const MONITORING = {
  ...USUAL,
  area: 'monitoring',
  polls: ['peers', 'summary'],
  maintenance: 'alerts',
} as const

/** Remedies by outcome are in words/outcomes.ts. */
const BY_OUTCOME = {
  from: 'rule',
  owner: 'unknown',
  nextStep: 'Open Sources: it names what fails, why, and what to do.',
} as const

/** Of Peerwatch itself: no poll shows it. */
const OWN = { ...MONITORING, polls: [], scopes: ['collector'] } as const

export const monitoringKinds = {
  alerting_unproved: {
    ...OWN,
    name: 'Alerting not proved',
    meaning: 'A synthetic circuit that falls is not notified: a real outage may not be either.',
    subject: 'link',
    incident: { rank: 12 },
    cause: {
      from: 'rule',
      owner: 'own_change',
      nextStep: 'The evidence names the broken link: mend that first.',
    },
  },
  channel_failing: {
    ...OWN,
    name: 'Channel fails',
    meaning: 'A notification channel delivers nothing: whoever reads it is not notified.',
    subject: 'channel',
    incident: { rank: 13 },
    cause: {
      from: 'rule',
      owner: 'own_change',
      nextStep: 'Open Settings, Notifications: it has the receiver’s answer. Test the channel after the repair.',
    },
  },
  storage_low: {
    ...OWN,
    name: 'Storage low',
    meaning: 'The disk of the database is nearly full: nothing is recorded when it is.',
    subject: 'database',
    incident: { rank: 14 },
    cause: {
      from: 'rule',
      owner: 'own_change',
      nextStep: 'Make room, enlarge the disk, or shorten RETAIN_RAW or RETAIN_HISTORY.',
    },
  },
  past_changed: {
    ...OWN,
    name: 'Past changed',
    meaning: 'An answer about a time that is over is no longer what it was.',
    subject: 'history',
    incident: { rank: 16 },
    cause: {
      from: 'rule',
      owner: 'own_change',
      nextStep:
        'Open Settings, Notifications: it has the lines that differ. Find the rows that were changed or lost, then remove the answer.',
    },
  },
  screen_silent: {
    ...OWN,
    name: 'Wall silent',
    meaning: 'A wall has drawn nothing for two minutes: what it shows may be frozen.',
    subject: 'screen',
    incident: { rank: 15 },
    cause: {
      from: 'rule',
      owner: 'own_change',
      nextStep: 'Restart its browser. If it was taken down, remove it under Settings, Notifications.',
    },
  },
  clock_step: {
    ...MONITORING,
    name: 'Clock step',
    meaning: 'The clock of the machine that polls was set: times around it are less certain.',
    lifecycle: 'point',
    scopes: ['collector'],
    subject: 'machine',
    incident: 'aside',
    cause: {
      from: 'rule',
      owner: 'own_change',
      nextStep: 'Check the time service (NTP) of the machine. Bounds of single polls hold.',
    },
  },
  collector_error: {
    ...MONITORING,
    name: 'Polls fail',
    meaning: 'Polls of this resource fail: its current state is unknown.',
    scopes: ['circuit', 'gateway', 'connection', 'subscription'],
    subject: 'poll',
    incident: { rank: 30, pollFailure: true },
    cause: BY_OUTCOME,
  },
  collector_degraded: {
    ...MONITORING,
    name: 'Polling degraded',
    meaning: 'More than half of this subscription’s polls fail for the same reason.',
    scopes: ['subscription'],
    subject: 'subscription',
    incident: { rank: 20, pollFailure: true },
    cause: BY_OUTCOME,
  },
  nothing_polled: {
    ...MONITORING,
    name: 'Nothing is polled',
    meaning: 'No poll succeeds: what the screens show is out of date.',
    scopes: ['collector', 'subscription'],
    subject: 'subscription',
    incident: { rank: 10, pollFailure: true },
    cause: {
      from: 'rule',
      owner: 'unknown',
      nextStep: 'Check that a worker runs, and its log.',
    },
  },
} as const satisfies Record<string, EventKindRecord>
