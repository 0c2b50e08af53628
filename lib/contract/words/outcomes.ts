import type { PollOutcome } from '../poll.ts'

const reasons: Readonly<Record<PollOutcome, string>> = {
  ok: 'answered',
  unauthorized: 'Azure refused the sign-in (401)',
  forbidden: 'Azure refused (403)',
  not_found: 'Azure does not find it (404)',
  throttled: 'Azure asked to slow down (429)',
  locked: 'locked by another operation',
  unavailable: 'no usable answer from Azure',
  timeout: 'Azure did not answer in time',
  malformed: 'Azure answered something unreadable',
  incomplete: 'Azure answered in part',
  superseded: 'overtaken by another worker',
  clock: 'the collector’s clock is wrong',
  not_polled: 'not polled',
  not_given: 'Azure gives no routes for this connection',
  paused: 'paused by an operator',
}

/** Returns the outcome of a poll as text: `Azure refused (403)`. Screens show it as the reason for an unknown state. */
export const formatPollOutcome = (outcome: PollOutcome): string => reasons[outcome]

/** Error of a poll with the outcome `not_given` (ADR 0355). */
export const ROUTES_NOT_GIVEN = { code: 'ROUTES_NOT_GIVEN', detail: reasons.not_given } as const
