import { describe, expect, it } from 'vitest'
import { testMinuteIso, testEvent } from '../incidents/testing.ts'
import { buildExportedRows } from '../ui/table/exported-rows.ts'
import { buildEventLogColumns } from './event-log.tsx'

const columns = buildEventLogColumns({ unfolded: new Set(), toggle: () => {} })
const exported = (...events: ReturnType<typeof testEvent>[]) => {
  const view = { title: 'events', time: null, address: '', now: Date.parse(testMinuteIso(20)) }
  const [header = [], ...rows] = buildExportedRows(columns, events, view)
  return rows.map((row) => Object.fromEntries(row.map((value, index) => [header[index], value])))
}

describe('exported events', () => {
  it('keep both bounds, and say cause, owner and evidence in words', () => {
    const flap = testEvent({
      id: 'f',
      kind: 'session_flap',
      startedBetween: [testMinuteIso(1), testMinuteIso(2)],
      endedBetween: [testMinuteIso(2), testMinuteIso(3)],
      duration: { atLeastSeconds: 0, atMostSeconds: 5 },
      cause: { class: 'onprem_policy_change', owner: 'onprem', confidence: 0.7, evidence: [], nextStep: 'Ask them.' },
      evidence: [{ field: 'prefixes', before: 17, after: 2, sampledBefore: null, sampledAfter: null }],
    })
    expect(exported(flap)).toEqual([
      expect.objectContaining({
        'Started, earliest (UTC)': testMinuteIso(1),
        'Started, latest (UTC)': testMinuteIso(2),
        'Ended, earliest (UTC)': testMinuteIso(2),
        'Ended, latest (UTC)': testMinuteIso(3),
        'Lasted at least (s)': 0,
        'Lasted at most (s)': 5,
        Ongoing: 'no',
        'Probable cause': 'on-premises policy change',
        'Confidence (%)': 70,
        Evidence: 'prefixes: 17 → 2',
      }),
    ])
    expect(exported(flap)[0]?.['Likely owner']).toMatch(/^[a-z]/)
  })

  it('that go on have lasted until now', () => {
    const open = testEvent({ id: 'o', kind: 'path_down', endedBetween: null, duration: null })
    expect(exported({ ...open, startedBetween: [testMinuteIso(8), testMinuteIso(10)] })).toEqual([
      expect.objectContaining({ 'Lasted at least (s)': 600, 'Lasted at most (s)': 720, Ongoing: 'yes' }),
    ])
  })
})
