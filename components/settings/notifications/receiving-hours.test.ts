import { expect, it } from 'vitest'
import type { Weekday } from '#lib/contract/index.ts'
import { createDraft } from '../../schema-form/form-draft.ts'
import { receivingHoursFields, readHoursWindows, formatHoursWindow } from './receiving-hours.ts'

it.each<[Weekday[], string, string, string]>([
  [['mon', 'tue', 'wed', 'thu', 'fri'], '08:00', '18:00', 'mon-fri 08:00-18:00'],
  [['wed', 'mon'], '09:00', '17:30', 'mon wed 09:00-17:30'],
  [['sat', 'sun', 'mon'], '20:00', '06:00', 'mon sat sun 20:00-06:00'],
  [['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], '00:00', '24:00', 'mon-sun 00:00-24:00'],
])('%s from %s to %s is written as %s', (days, from, to, text) =>
  expect(formatHoursWindow({ days, from, to })).toBe(text),
)

it('the rows of a form are the windows that they were made of, with an hour of one digit padded', () => {
  const windows = [{ days: ['mon' as const], from: '08:00', to: '24:00' }]
  expect(readHoursWindows(createDraft(receivingHoursFields, { hours: windows }))).toEqual(windows)
  expect(readHoursWindows({ hours: [{ days: ['sun'], from: ' 9:30', to: '' }] })).toEqual([
    { days: ['sun'], from: '09:30', to: '' },
  ])
  expect(readHoursWindows({ hours: '' })).toEqual([])
})
