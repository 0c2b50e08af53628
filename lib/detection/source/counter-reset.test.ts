import { expect, it } from 'vitest'
import type { CounterResetChange, PollRecord } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { applyPollToDetectionState } from './fold-poll.ts'

it('reports a counter that fell, in a poll that shows nothing else', () => {
  const mark: PollRecord = {
    sourceId: 1,
    scope: 'ckt-lon',
    subresource: '',
    kind: 'stats',
    startedAt: MS_PER_MINUTE,
    finishedAt: MS_PER_MINUTE + 2_000,
    outcome: 'ok',
    previousOkAt: 0,
    previousAttemptAt: 0,
    silentInstances: [],
  }
  const fell = (path: string, counter: CounterResetChange['counter']): CounterResetChange => ({
    type: 'counterReset',
    path,
    counter,
    before: '61597114035092',
    after: '491228070',
    between: { earliest: 0, latest: mark.finishedAt },
  })
  const changes = [fell('primary', 'bytesIn'), fell('primary', 'bytesOut'), fell('secondary', 'bytesIn')]
  const { events } = applyPollToDetectionState(null, mark, changes)
  expect(events.map(({ kind, subject, started }) => [kind, subject, started])).toEqual([
    ['counter_reset', 'primary', { earliest: 0, latest: mark.finishedAt }],
    ['counter_reset', 'secondary', { earliest: 0, latest: mark.finishedAt }],
  ])
})
