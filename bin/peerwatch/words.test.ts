import { describe, expect, it } from 'vitest'
import { parseMomentOption } from './moment-option.ts'
import { formatTimeBounds, formatTextTable } from './text-table.ts'

const now = Date.parse('2026-11-20T12:00:00Z')

describe('a moment', () => {
  it.each([
    ['now', '2026-11-20T12:00:00.000Z'],
    ['90s', '2026-11-20T11:58:30.000Z'],
    ['15m', '2026-11-20T11:45:00.000Z'],
    ['3d', '2026-11-17T12:00:00.000Z'],
    ['2026-11-19', '2026-11-19T00:00:00.000Z'],
    ['2026-11-19 03:12', '2026-11-19T03:12:00.000Z'],
    ['2026-11-19T03:12:04', '2026-11-19T03:12:04.000Z'],
    ['2026-11-19T03:12:04+02:00', '2026-11-19T01:12:04.000Z'],
  ])('%s is %s', (text, iso) => {
    expect(parseMomentOption(text, now)).toBe(iso)
  })

  it.each(['noon', '15', '2026-13-01', '15w', '', '03:12', '2026-11-19T03:12:04+2'])('%s is none', (text) => {
    expect(() => parseMomentOption(text, now)).toThrow(/write 2026-11-20T03:12:00Z/)
  })
})

describe('bounds', () => {
  it.each([
    [['2026-11-20T03:12:04.000Z', '2026-11-20T03:12:04.500Z'], '2026-11-20 03:12:04 UTC'],
    [['2026-11-20T03:12:04.000Z', '2026-11-20T03:13:00.000Z'], '2026-11-20 03:12:04 .. 03:13:00 UTC'],
    [['2026-11-19T23:59:04.000Z', '2026-11-20T00:01:00.000Z'], '2026-11-19 23:59:04 .. 2026-11-20 00:01:00 UTC'],
    [['1970-01-01T00:00:00.000Z', '2026-11-20T00:01:00.000Z'], 'before 2026-11-20 00:01:00 UTC'],
    [null, '-'],
  ] as const)('%j are %s', (bounds, text) => {
    expect(formatTimeBounds(bounds)).toBe(text)
  })
})

describe('a table', () => {
  it('has columns as wide as their cells, and no blanks at the end', () => {
    expect(
      formatTextTable(
        ['A', 'NAME'],
        [
          ['long', 'x'],
          ['b', 'Zürich'],
        ],
      ),
    ).toBe('A     NAME\nlong  x\nb     Zürich\n')
  })

  it('without rows is nothing', () => {
    expect(formatTextTable(['A'], [])).toBe('')
  })

  it('does not hand on what would steer a terminal', () => {
    expect(formatTextTable(['A'], [['\u001b]0;x\u0007\u202ey\nz']])).toBe('A\n\u{FFFD}]0;x\u{FFFD}\u{FFFD}y\u{FFFD}z\n')
  })
})
