import { describe, expect, it } from 'vitest'
import type { ThresholdsResponse, ApiThreshold } from '#lib/contract/index.ts'
import { buildThresholdDraft, validateThresholdsForm } from './threshold-draft.ts'

const threshold = (more: Partial<ApiThreshold>): ApiThreshold => ({
  name: 'withdraw.mass.count',
  meaning: 'many',
  unit: 'count',
  value: 40,
  shipped: 50,
  source: 'design',
  ...more,
})
const answer: ThresholdsResponse = {
  version: 3,
  savedAt: null,
  savedBy: null,
  note: '',
  thresholds: [threshold({}), threshold({ name: 'fresh.late', unit: 'duration', value: 90_000, shipped: 90_000 })],
  versions: [],
}
const edited = (values: Record<string, string>, note = '') => {
  const draft = buildThresholdDraft(answer)
  return validateThresholdsForm(answer, { values: { ...draft.values, ...values }, note })
}

describe('thresholds as typed', () => {
  it('untouched, change nothing', () => {
    expect(edited({})).toEqual({ body: { version: 3, values: {}, note: '' } })
  })

  it.each([
    [{ 'withdraw/mass/count': '45' }, { 'withdraw.mass.count': 45 }],
    [{ 'fresh/late': '2 min' }, { 'fresh.late': 120_000 }],
    // an empty field means the default, and a different value is in force
    [{ 'withdraw/mass/count': ' ' }, { 'withdraw.mass.count': null }],
    // the default is in force
    [{ 'fresh/late': '' }, {}],
    // the same value with a different unit
    [{ 'fresh/late': '90000 ms' }, {}],
  ])('%j are %j', (values, wanted) => {
    expect(edited(values, ' why ')).toEqual({ body: { version: 3, values: wanted, note: 'why' } })
  })

  it('are refused at their fields, all of them', () => {
    const read = edited({ 'withdraw/mass/count': 'many', 'fresh/late': '2' })
    expect('faults' in read && Object.keys(read.faults)).toEqual(['values.withdraw/mass/count', 'values.fresh/late'])
  })
})
