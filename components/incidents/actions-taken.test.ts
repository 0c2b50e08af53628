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
  expect(actionsTaken(incident).map(({ at, words, note }) => [at, words, note])).toEqual([
    [minute(3), 'ann assigned it to Ben', null],
    [minute(4), 'ann acknowledged it', 'calling'],
    [minute(5), 'ann assigned it to themselves', 'mine after all'],
    [minute(6), 'cat took the assignment back', null],
  ])
})
