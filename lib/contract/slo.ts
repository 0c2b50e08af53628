import type { SloFacts, SloState } from './api/shared-facts.ts'

/**
 * What Peerwatch promises of itself, as service level objectives: a share of what is counted must be good over 28 days.
 * @source Google, The Site Reliability Workbook, chapters 2 and 5 (https://sre.google/workbook/alerting-on-slos/)
 */
export const sloKeys = ['polls_in_time', 'recording_lag', 'stream_lag', 'notifications_in_time'] as const
export type SloKey = (typeof sloKeys)[number]

export interface Slo extends SloFacts {
  /** of fewer counts nothing is concluded: one failure of three is no burn rate */
  least: number
  /** sampled each minute, so that a time without counts is one without samples; others are counted when they happen */
  isSampled: boolean
}

export const slos: Readonly<Record<SloKey, Slo>> = {
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

/** Over how many seconds objectives hold: four weeks, so that each has the same number of weekends. */
export const SLO_WINDOW_SECONDS = 28 * DAY
/** Counts are kept for so many seconds together: the shortest window of a burn rate. */
export const SLO_BUCKET_SECONDS = 300

export interface BurnAlert {
  severity: 'page' | 'ticket'
  longSeconds: number
  /** the budget must still burn now, so that an alert ends soon after its cause */
  shortSeconds: number
  /** share of the budget of the whole window that burns in the long one */
  budgetShare: number
}

/** Multiwindow, multi-burn-rate alerts as the workbook recommends them (chapter 5, table 5-8), the worst first. */
export const burnAlerts: readonly BurnAlert[] = [
  { severity: 'page', longSeconds: HOUR, shortSeconds: 300, budgetShare: 0.02 },
  { severity: 'page', longSeconds: 6 * HOUR, shortSeconds: 1_800, budgetShare: 0.05 },
  { severity: 'ticket', longSeconds: 3 * DAY, shortSeconds: 6 * HOUR, budgetShare: 0.1 },
]

/** The burn rate above which an alert is raised: 1 = the budget lasts exactly as long as the window. */
export const burnThreshold = ({ budgetShare, longSeconds }: BurnAlert): number =>
  (budgetShare * SLO_WINDOW_SECONDS) / longSeconds

/** Seconds of every window that a burn rate is given for, ascending. */
export const burnWindows: readonly number[] = [
  ...new Set(burnAlerts.flatMap(({ longSeconds, shortSeconds }) => [longSeconds, shortSeconds])),
].toSorted((a, b) => a - b)

/** What was counted in some time. */
export interface SloCounts {
  good: number
  total: number
}

/** What was counted of one objective. */
export interface SloCounted extends SloCounts {
  /** start of the first bucket within the window; null = nothing was counted */
  since: number | null
  /** buckets with counts since then */
  buckets: number
  /** of {@link burnWindows}, in its order */
  recent: readonly SloCounts[]
}

export type { SloState }

/**
 * An objective's state from its counts. The budget is that of what was counted so far: while the window is not full, of the part that is.
 * @param now epoch milliseconds
 */
export function sloState(key: SloKey, counted: SloCounted, now: number): SloState {
  const { objective, least, isSampled } = slos[key]
  const rateOf = ({ good, total }: SloCounts) => (total < least ? null : (total - good) / total / (1 - objective))
  const spent = rateOf(counted)
  const burn = burnWindows.map((windowSeconds, index) => ({
    windowSeconds,
    rate: rateOf(counted.recent[index] ?? { good: 0, total: 0 }),
  }))
  const rateIn = (seconds: number) => burn.find(({ windowSeconds }) => windowSeconds === seconds)?.rate ?? 0
  const alert = burnAlerts.find(
    (one) => Math.min(rateIn(one.longSeconds), rateIn(one.shortSeconds)) > burnThreshold(one),
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
