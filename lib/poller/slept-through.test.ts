import { expect, it } from 'vitest'
import type { PollOutcome, PollError } from '#lib/contract/index.ts'
import { hasSleptThroughPoll } from './slept-through.ts'

const DEADLINE = 20_000
const error = (httpStatus: number | null): PollError => ({
  code: 'X',
  detail: '',
  httpStatus,
  retryAfterSeconds: null,
  missingAction: null,
})

const cases: [string, PollOutcome, number | null, { tookMs: number; frozenMs: number }, boolean][] = [
  ['a time-out of a frozen process', 'timeout', null, { tookMs: 125_000, frozenMs: 120_000 }, true],
  ['a connection that was cut meanwhile', 'unavailable', null, { tookMs: 121_000, frozenMs: 120_000 }, true],
  ['a time-out of a process that ran', 'timeout', null, { tookMs: 20_000, frozenMs: 0 }, false],
  ['a time-out after the whole deadline beside a freeze', 'timeout', null, { tookMs: 25_000, frozenMs: 4_000 }, false],
  ['an answer 503 that was read late', 'unavailable', 503, { tookMs: 121_000, frozenMs: 120_000 }, false],
  ['a refusal that was read late', 'forbidden', 403, { tookMs: 121_000, frozenMs: 120_000 }, false],
  ['rows that were read late', 'ok', null, { tookMs: 121_000, frozenMs: 120_000 }, false],
]
it.each(cases)('%s', (_, outcome, status, { tookMs, frozenMs }, expected) => {
  const poll = { outcome, error: outcome === 'ok' ? null : error(status), startedAt: 1_000, finishedAt: 1_000 + tookMs }
  expect(hasSleptThroughPoll(poll, frozenMs, DEADLINE)).toBe(expected)
})
