import { expect, it } from 'vitest'
import { chooseAlarmSound } from './use-alarm.ts'
import { tile } from './testing.ts'

const REMIND_EVERY_MS = 60_000

const taken = { acknowledged: { at: '2026-11-20T03:00:00.000Z', by: 'kim' } }
const was = (state: 'up' | 'degraded' | 'down' | 'unknown') => new Map([['x', state]])

it.each([
  ['goes down', [tile('x', 'down')], was('up'), 0, 'down'],
  ['is down still, and was just announced', [tile('x', 'down')], was('down'), REMIND_EVERY_MS - 1, null],
  ['is down still, and was announced a while ago', [tile('x', 'down')], was('down'), REMIND_EVERY_MS, 'down'],
  ['is down and somebody has taken it on', [tile('x', 'down', taken)], was('up'), REMIND_EVERY_MS, null],
  ['is down when the wall starts', [tile('x', 'down')], null, 0, 'down'],
  ['degrades', [tile('x', 'degraded')], was('up'), 0, 'degraded'],
  ['is degraded when the wall starts', [tile('x', 'degraded')], null, REMIND_EVERY_MS, null],
  ['gets better', [tile('x', 'degraded')], was('down'), REMIND_EVERY_MS, null],
  ['is not seen any more', [tile('x', 'unknown')], was('up'), REMIND_EVERY_MS, null],
] as const)('what %s', (_, tiles, before, sinceLast, alert) => {
  expect(chooseAlarmSound(tiles, before, sinceLast)).toBe(alert)
})
