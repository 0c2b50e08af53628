import { expect, it } from 'vitest'
import { actionsTaken } from './actions-taken.ts'
import { minute, testDetail } from './testing.ts'

it('what people did is in order of time, each with its note', () => {
  const incident = testDetail([], { acknowledged: { at: minute(4), by: 'ann', note: 'calling' } })
  incident.assignments = [
    { assignee: 'Ben', at: minute(3), by: 'ann', note: null },
    { assignee: 'ann', at: minute(5), by: 'ann', note: 'mine after all' },
    { assignee: null, at: minute(6), by: 'cat', note: null },
  ]
  const sent = { channelId: 'ch_1', channelName: 'NOC', by: 'ann', note: null, deliveredAt: null }
  incident.sent = [
    { ...sent, at: minute(7), state: 'delivered', deliveredAt: minute(8) },
    { ...sent, at: minute(9), state: 'failed' },
    { ...sent, at: minute(10), state: null },
  ]
  expect(actionsTaken(incident).map(({ at, words, note }) => [at, words, note])).toEqual([
    [minute(3), 'ann assigned it to Ben', null],
    [minute(4), 'ann acknowledged it', 'calling'],
    [minute(5), 'ann assigned it to themselves', 'mine after all'],
    [minute(6), 'cat took the assignment back', null],
    [minute(7), 'ann sent it to NOC: delivered', null],
    [minute(9), 'ann sent it to NOC: not delivered, no further attempt', null],
    [minute(10), 'ann sent it to NOC: no longer in the log', null],
  ])
})
