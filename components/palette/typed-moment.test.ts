import { expect, it } from 'vitest'
import { typedMoment } from './typed-moment.ts'

const now = Date.parse('2026-11-22T09:30:00Z')

it.each([
  ['03:12', '2026-11-22T03:12:00.000Z'],
  ['3:12', '2026-11-22T03:12:00.000Z'],
  ['22:15', '2026-11-21T22:15:00.000Z'],
  ['03:12 yesterday', '2026-11-21T03:12:00.000Z'],
  ['yesterday 03:12:07', '2026-11-21T03:12:07.000Z'],
  ['Today 03:12 UTC', '2026-11-22T03:12:00.000Z'],
  ['2026-11-20 03:12', '2026-11-20T03:12:00.000Z'],
  ['2026-11-20', '2026-11-20T00:00:00.000Z'],
  ['2026-11-20T03:12Z', '2026-11-20T03:12:00.000Z'],
  ['2026-11-20T03:12', '2026-11-20T03:12:00.000Z'],
])('%s is %s', (text, iso) => {
  expect(new Date(typedMoment(text, now, 'UTC') ?? Number.NaN).toISOString()).toBe(iso)
})

it.each([
  '',
  'soon',
  '25:00',
  '03:72',
  '2026-13-40',
  '2026-11-23 03:12',
  '03:12 04:12',
  'yesterday today',
  '2026-11-20T3Z',
])('%j is no moment that has passed', (text) => {
  expect(typedMoment(text, now, 'UTC')).toBeNull()
})

it('is read in the zone of the screen, unless it has one', () => {
  expect(typedMoment('03:12 utc', now, 'Asia/Kolkata')).toBe(Date.parse('2026-11-22T03:12:00Z'))
  expect(typedMoment('03:12', now, 'Asia/Kolkata')).toBe(Date.parse('2026-11-21T21:42:00Z'))
  expect(typedMoment('2026-11-20T03:12Z', now, 'Asia/Kolkata')).toBe(Date.parse('2026-11-20T03:12:00Z'))
})
