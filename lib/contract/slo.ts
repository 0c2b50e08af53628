import type { SloDetails, SloMeasurement } from './api/shared-facts.ts'

/**
 * Service level objectives of Peerwatch itself. Each one counts items (for example polls) and requires that a share of
 * them is good over 28 days.
 * @source Google, The Site Reliability Workbook, chapters 2 and 5 (https://sre.google/workbook/alerting-on-slos/)
 */
export const sloKeys = ['polls_in_time', 'recording_lag', 'stream_lag', 'notifications_in_time'] as const
export type SloKey = (typeof sloKeys)[number]

export interface SloDefinition extends SloDetails {
  /**
   * minimum number of counted items from which a burn rate is computed, because a single failure among a few items is
   * not significant
   */
  least: number
  /**
   * true if items are counted once per minute, so that a time without counts is a gap. False = items are counted when
   * they occur, so a time without counts is normal
   */
  isSampled: boolean
}

export const sloDefinitions: Readonly<Record<SloKey, SloDefinition>> = {
  polls_in_time: {
    name: 'Polls in time',
    good: 'a poll on the timetable that is not overdue by more than its interval, at least 10 s',
    source:
      'from the timetable, once a minute, by web or worker, whoever comes first; waits for Azure’s budgets are on the timetable and count as in time',
    objective: 0.995,
    withinSeconds: 10,
    least: 1,
    isSampled: true,
  },
  recording_lag: {
    name: 'Recording lag',
    good: 'a poll that is committed within 5 s of the last byte of its answer',
    source: 'by each worker, of its own polls; one that the database refuses for good is not counted',
    objective: 0.999,
    withinSeconds: 5,
    least: 100,
    isSampled: false,
  },
  stream_lag: {
    name: 'Changes on streams',
    good: 'a change that leaves on the event stream within 5 s of the last byte of the answer that showed it',
    source:
      'by each web process, of changes that somebody receives, with its own clock and the worker’s; what the browser takes to draw them is not included',
    objective: 0.995,
    withinSeconds: 5,
    least: 100,
    isSampled: false,
  },
  notifications_in_time: {
    name: 'Notifications in time',
    good: 'a notification that its receiver took within 60 s of being written',
    source:
      'from the outbox; receivers that are away count as late, notifications that wait for a digest or were dropped with their channel do not count',
    objective: 0.99,
    withinSeconds: 60,
    least: 20,
    isSampled: false,
  },
}

const HOUR = 3_600
const DAY = 24 * HOUR

/** Period of the objectives in seconds: four weeks, so that each period has the same number of weekends. */
export const SLO_WINDOW_SECONDS = 28 * DAY
/** Length in seconds of the buckets in which items are counted. It is equal to the shortest window of a burn rate. */
export const SLO_BUCKET_SECONDS = 300

export interface BurnRateAlertRule {
  severity: 'page' | 'ticket'
  longSeconds: number
  /**
   * length of a second, shorter window. The budget must burn in both windows, so that the alert ends soon after the
   * problem ends
   */
  shortSeconds: number
  /** share of the error budget of 28 days that must burn within the long window to raise the alert */
  budgetShare: number
}

/**
 * Alerts with two windows and several burn rates, as the workbook recommends (chapter 5, table 5-8), most severe first.
 */
export const burnRateAlertRules: readonly BurnRateAlertRule[] = [
  { severity: 'page', longSeconds: HOUR, shortSeconds: 300, budgetShare: 0.02 },
  { severity: 'page', longSeconds: 6 * HOUR, shortSeconds: 1_800, budgetShare: 0.05 },
  { severity: 'ticket', longSeconds: 3 * DAY, shortSeconds: 6 * HOUR, budgetShare: 0.1 },
]

/** Returns the burn rate above which an alert is raised. At burn rate 1, the error budget lasts exactly 28 days. */
export const computeBurnThreshold = ({ budgetShare, longSeconds }: BurnRateAlertRule): number =>
  (budgetShare * SLO_WINDOW_SECONDS) / longSeconds

/** Lengths in seconds of all windows for which a burn rate is computed, ascending. */
export const BURN_WINDOW_SECONDS: readonly number[] = [
  ...new Set(burnRateAlertRules.flatMap(({ longSeconds, shortSeconds }) => [longSeconds, shortSeconds])),
].toSorted((a, b) => a - b)

/** Number of good items and of all items that were counted in a period. */
export interface SloCounts {
  good: number
  total: number
}

/** Counts of one objective in the 28-day period and in the windows of the burn rates. */
export interface SloCountsByWindow extends SloCounts {
  /** start of the first bucket with counts in the 28 days; null = nothing was counted */
  since: number | null
  /** number of buckets that have counts, from `since` on */
  buckets: number
  /** counts in each of the windows of {@link BURN_WINDOW_SECONDS}, in the same order */
  recent: readonly SloCounts[]
}

export type { SloMeasurement }

/**
 * Returns the current state of an objective from its counts. During the first 28 days the error budget refers only to
 * the items that were counted so far.
 * @param now epoch milliseconds
 */
export function computeSloState(key: SloKey, counted: SloCountsByWindow, now: number): SloMeasurement {
  const { objective, least, isSampled } = sloDefinitions[key]
  const rateOf = ({ good, total }: SloCounts) => (total < least ? null : (total - good) / total / (1 - objective))
  const spent = rateOf(counted)
  const burn = BURN_WINDOW_SECONDS.map((windowSeconds, index) => ({
    windowSeconds,
    rate: rateOf(counted.recent[index] ?? { good: 0, total: 0 }),
  }))
  const rateIn = (seconds: number) => burn.find(({ windowSeconds }) => windowSeconds === seconds)?.rate ?? 0
  const alert = burnRateAlertRules.find(
    (one) => Math.min(rateIn(one.longSeconds), rateIn(one.shortSeconds)) > computeBurnThreshold(one),
  )
  const { since, buckets } = counted
  const elapsed = since === null ? 0 : Math.floor((now - since) / (SLO_BUCKET_SECONDS * 1_000)) + 1
  return {
    achieved: spent === null ? null : counted.good / counted.total,
    budgetLeft: spent === null ? null : 1 - spent,
    burn,
    alert: alert?.severity ?? null,
    measured: isSampled && elapsed > 0 ? Math.min(1, buckets / elapsed) : null,
  }
}
