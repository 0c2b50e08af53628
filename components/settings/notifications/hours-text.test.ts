import { expect, it } from 'vitest'
import { readWindow, windowText } from './hours-text.ts'

it.each([
  ['mon-fri 08:00-18:00', ['mon', 'tue', 'wed', 'thu', 'fri'], 'mon-fri 08:00-18:00'],
  ['Mon Wed 9:00 - 17:30', ['mon', 'wed'], 'mon wed 09:00-17:30'],
  ['sat-mon 20:00-06:00', ['sat', 'sun', 'mon'], 'mon sat sun 20:00-06:00'],
  ['00:00-24:00', ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], 'mon-sun 00:00-24:00'],
])('%s is read, and written as %s', (line, days, text) => {
  const window = readWindow(line)
  expect(window.days).toEqual(days)
  expect(windowText(window)).toBe(text)
})

it.each(['office hours', 'mon-fri', 'foo 08:00-18:00'])('%s names no days', (line) => {
  expect(readWindow(line).days).toEqual([])
})
