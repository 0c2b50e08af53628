import { expect, it } from 'vitest'
import { listActionsTaken } from './actions-taken.ts'
import { testMinuteIso, testIncidentDetail } from './testing.ts'

it('what people did is in order of time, each with its note', () => {
  const incident = testIncidentDetail([], { acknowledged: { at: testMinuteIso(4), by: 'ann', note: 'calling' } })
  incident.assignments = [
    { assignee: 'Ben', at: testMinuteIso(3), by: 'ann', note: null },
    { assignee: 'ann', at: testMinuteIso(5), by: 'ann', note: 'mine after all' },
    { assignee: null, at: testMinuteIso(6), by: 'cat', note: null },
  ]
  const sent = { channelId: 'ch_1', channelName: 'NOC', by: 'ann', note: null, deliveredAt: null }
  incident.sent = [
    { ...sent, at: testMinuteIso(7), state: 'delivered', deliveredAt: testMinuteIso(8) },
    { ...sent, at: testMinuteIso(9), state: 'failed' },
    { ...sent, at: testMinuteIso(10), state: null },
  ]
  expect(listActionsTaken(incident).map(({ at, words, note }) => [at, words, note])).toEqual([
    [testMinuteIso(3), 'ann assigned it to Ben', null],
    [testMinuteIso(4), 'ann acknowledged it', 'calling'],
    [testMinuteIso(5), 'ann assigned it to themselves', 'mine after all'],
    [testMinuteIso(6), 'cat took the assignment back', null],
    [testMinuteIso(7), 'ann sent it to NOC: delivered', null],
    [testMinuteIso(9), 'ann sent it to NOC: not delivered, no further attempt', null],
    [testMinuteIso(10), 'ann sent it to NOC: no longer in the log', null],
  ])
})
