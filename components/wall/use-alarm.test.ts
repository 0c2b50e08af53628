import { expect, it } from 'vitest'
import { chooseAlarmSound } from './use-alarm.ts'
import { createTestWallTile } from './testing.ts'

const REMIND_EVERY_MS = 60_000

const taken = { acknowledged: { at: '2026-11-20T03:00:00.000Z', by: 'kim' } }
const was = (state: 'up' | 'degraded' | 'down' | 'unknown') => new Map([['x', state]])

it.each([
  ['goes down', [createTestWallTile('x', 'down')], was('up'), 0, 'down'],
  ['is down still, and was just announced', [createTestWallTile('x', 'down')], was('down'), REMIND_EVERY_MS - 1, null],
  [
    'is down still, and was announced a while ago',
    [createTestWallTile('x', 'down')],
    was('down'),
    REMIND_EVERY_MS,
    'down',
  ],
  ['is down and somebody has taken it on', [createTestWallTile('x', 'down', taken)], was('up'), REMIND_EVERY_MS, null],
  ['is down when the wall starts', [createTestWallTile('x', 'down')], null, 0, 'down'],
  ['degrades', [createTestWallTile('x', 'degraded')], was('up'), 0, 'degraded'],
  ['is degraded when the wall starts', [createTestWallTile('x', 'degraded')], null, REMIND_EVERY_MS, null],
  ['gets better', [createTestWallTile('x', 'degraded')], was('down'), REMIND_EVERY_MS, null],
  ['is not seen any more', [createTestWallTile('x', 'unknown')], was('up'), REMIND_EVERY_MS, null],
] as const)('what %s', (_, tiles, before, sinceLast, alert) => {
  expect(chooseAlarmSound(tiles, before, sinceLast)).toBe(alert)
})
