import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseConnectedDuration } from './decode/connected-duration.ts'
import { parsePrefixState } from './decode/prefix-state.ts'
import { parseInstant } from './decode/parse-instant.ts'
import { parseUpDown } from './decode/up-down.ts'
import { printedUpDown } from '#lab/simulator/duration.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'

const pad = (value: number, width = 2) => String(value).padStart(width, '0')

describe('connectedDuration', () => {
  it.each([
    ['3.03:14:13.1796961', 3 * MS_PER_DAY + (3 * 3_600 + 14 * 60 + 13) * 1_000 + 179, 1],
    ['9.01:04:53.5768637', 9 * MS_PER_DAY + (3_600 + 4 * 60 + 53) * 1_000 + 576, 1],
    ['02:07:41', (2 * 3_600 + 7 * 60 + 41) * 1_000, 1_000],
    ['1.00:00:00', MS_PER_DAY, 1_000],
    ['00:00:00', 0, 1_000],
    ['00:00:00.5', 500, 100],
    ['00:00:00.0009999', 0, 1],
    [' 02:07:41 ', (2 * 3_600 + 7 * 60 + 41) * 1_000, 1_000],
    ['3650.00:00:00', 3_650 * MS_PER_DAY, 1_000],
  ])('%s', (text, ms, unitMs) => expect(parseConnectedDuration(text)).toEqual({ ms, unitMs }))

  it.each([null, '', '-00:00:01', '3651.00:00:00', '24:00:00', '00:60:00', '00:00:60', '1:2:3', '1d02h', 'never', '5'])(
    '%s states nothing',
    (text) => expect(parseConnectedDuration(text)).toBeNull(),
  )

  it('reads whatever .NET prints of a time below ten years', () => {
    const ticks = fc.bigInt({ min: 0n, max: BigInt(3_649 * MS_PER_DAY) * 10_000n })
    fc.assert(
      fc.property(ticks, (tick) => {
        const seconds = tick / 10_000_000n
        const [days, rest] = [Number(seconds / 86_400n), Number(seconds % 86_400n)]
        const fraction = tick % 10_000_000n
        const clock = `${pad(Math.floor(rest / 3_600))}:${pad(Math.floor(rest / 60) % 60)}:${pad(rest % 60)}`
        const text = `${days ? `${days}.` : ''}${clock}${fraction ? `.${String(fraction).padStart(7, '0')}` : ''}`
        expect(parseConnectedDuration(text)?.ms).toBe(Number(tick / 10_000n))
      }),
    )
  })

  it('never throws and never makes up a negative time', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parsed = parseConnectedDuration(text)
        expect(parsed === null || parsed.ms >= 0).toBe(true)
      }),
    )
  })
})

describe('upDown', () => {
  const hour = 3_600_000
  it.each([
    ['00:00:59', 59_000, 1_000],
    ['23:59:59', MS_PER_DAY - 1_000, 1_000],
    ['1d02h', MS_PER_DAY + 2 * hour, hour],
    ['6d23h', 6 * MS_PER_DAY + 23 * hour, hour],
    ['8w4d', 60 * MS_PER_DAY, MS_PER_DAY],
    ['1y2w', 379 * MS_PER_DAY, 7 * MS_PER_DAY],
    [' 1D02H ', MS_PER_DAY + 2 * hour, hour],
    ['9m17s', 557_000, 1_000],
    ['39m59s', 2_399_000, 1_000],
    ['45s', 45_000, 1_000],
    ['2h39m', 2 * hour + 39 * 60_000, 60_000],
    ['1d13h', MS_PER_DAY + 13 * hour, hour],
    ['1w2d03h', 9 * MS_PER_DAY + 3 * hour, hour],
    ['2d', 2 * MS_PER_DAY, MS_PER_DAY],
    ['7:16', 436_000, 1_000],
    ['58:09', 3_489_000, 1_000],
    ['1:20:25', hour + 1_225_000, 1_000],
    ['1d 3:20:11', MS_PER_DAY + 3 * hour + 1_211_000, 1_000],
  ])('%s', (text, ms, unitMs) => expect(parseUpDown(text)).toEqual({ ms, unitMs }))

  it.each(['never', 'Never', ' NEVER '])('%s is no time but a fact', (text) => expect(parseUpDown(text)).toBe('never'))

  // two numbers after days may be hours and minutes; a unit missing between two others may be any number
  const ambiguous = ['1d 3:20', '1d5m', '5s3m', '1d1d', '11 minutes']
  const outOfRange = [
    '24:00:00',
    '00:61:00',
    '60:00',
    '7:60',
    '1:2',
    '1d24h',
    '2h60m',
    '8w7d',
    '1y53w',
    '3.03:14:13',
    '12',
  ]
  it.each([null, '', ...outOfRange, ...ambiguous])('%s states nothing', (text) => expect(parseUpDown(text)).toBeNull())

  it('a truncated print is never more than the truth and less than one unit short of it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 * 86_400 }), (seconds) => {
        const days = Math.floor(seconds / 86_400)
        const clock = `${pad(Math.floor(seconds / 3_600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`
        const short = `${days}d${pad(Math.floor(seconds / 3_600) % 24)}h`
        const text = days === 0 ? clock : days < 7 ? short : `${Math.floor(days / 7)}w${days % 7}d`
        for (const printed of [
          text,
          printedUpDown(seconds * 1_000, 'units'),
          printedUpDown(seconds * 1_000, 'clock'),
        ]) {
          const parsed = parseUpDown(printed)
          if (!parsed || parsed === 'never') throw new Error(`${printed} was not read`)
          expect(parsed.ms).toBeLessThanOrEqual(seconds * 1_000)
          expect(parsed.ms + parsed.unitMs).toBeGreaterThan(seconds * 1_000)
        }
      }),
    )
  })
})

describe('statePfxRcd', () => {
  it.each([
    ['50', 'established', 50, null],
    ['0', 'established', 0, null],
    [' 4000 ', 'established', 4_000, null],
    ['Established', 'established', null, null],
    ['Idle', 'idle', null, null],
    ['Active', 'active', null, null],
    ['Connect', 'connect', null, null],
    ['OpenSent', 'openSent', null, null],
    ['OpenConfirm', 'openConfirm', null, null],
    ['Idle (Admin)', 'stopped', null, 'admin'],
    ['idle(admin)', 'stopped', null, 'admin'],
    ['Idle (PfxCt)', 'idle', null, 'prefixLimit'],
    ['Idle (Something)', 'idle', null, null],
    ['Closing', 'unknown', null, null],
    ['', 'unknown', null, null],
    ['-5', 'unknown', null, null],
  ])('%j is %s', (printed, state, prefixesReceived, downReason) =>
    expect(parsePrefixState(printed)).toEqual({ state, prefixesReceived, downReason }),
  )
})

describe('a stated moment', () => {
  const at = Date.UTC(2026, 7, 6, 8, 5, 41)
  it.each([
    ['2026-08-06T08:05:41.1234567Z', at + 123],
    ['2026-08-06T10:05:41+02:00', at],
    ['2026-08-06T08:05:41', at],
    ['8/6/2026 8:05:41 AM', at],
    ['8/6/2026 8:05:41 PM', at + 12 * 3_600_000],
    ['08/06/2026 08:05:41', at],
    ['0001-01-01T00:00:00', null],
    ['yesterday', null],
    ['13/32/2026 08:05:41', null],
    ['', null],
    [null, null],
  ])('%s', (text, expected) => expect(parseInstant(text)).toBe(expected))
})
