import { describe, expect, it } from 'vitest'
import type { ReportSchedule } from '#lib/reports/api/index.ts'
import { convertToReportInput, validateReportDraft, createReportDraft, formatReportTimes } from './report-draft.ts'

const common = {
  id: 'rp_1',
  name: 'Review',
  enabled: true,
  hour: 7,
  zone: 'Europe/London',
  scopes: ['customer:Contoso'],
  channels: ['ch_1'],
  addresses: ['a@x.example', 'b@x.example'],
  next: null,
}
const weekly: ReportSchedule = { ...common, report: 'cost_weekly', weekday: 'tue' }
const monthly: ReportSchedule = { ...common, report: 'availability_monthly', dayOfMonth: 3 }

describe('a draft', () => {
  it.each([weekly, monthly])('of an unchanged report is that report', (schedule) => {
    expect(validateReportDraft(createReportDraft(schedule.report, schedule), schedule.report, schedule)).toEqual({
      body: convertToReportInput(schedule),
    })
  })

  it('names what is wrong with each field', () => {
    const draft = {
      ...createReportDraft('availability_monthly', monthly),
      scopes: 'Contoso',
      dayOfMonth: '31',
      zone: '',
      hour: 'x',
    }
    expect(validateReportDraft(draft, 'availability_monthly', monthly)).toEqual({
      faults: {
        scopes: expect.stringMatching(/no scope/),
        dayOfMonth: expect.any(String),
        zone: 'enter a time zone such as Europe/London',
        hour: 'enter an hour',
      },
    })
    expect(
      validateReportDraft(
        { ...createReportDraft('cost_weekly', weekly), channels: [], addresses: '' },
        'cost_weekly',
        weekly,
      ),
    ).toEqual({
      faults: { addresses: 'name a channel or an address' },
    })
  })
})

it('times are shown in words', () => {
  expect(formatReportTimes(weekly)).toBe('Tuesday, 07:00 Europe/London')
  expect(formatReportTimes(monthly)).toBe('day 3 of the month, 07:00 Europe/London')
})
