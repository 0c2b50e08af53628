import { describe, expect, it } from 'vitest'
import { CursorError, createQueryCursors } from './cursor.ts'

const cursors = createQueryCursors('list', { scope: 'x' })
/** Writes a cursor with any parts; everybody can do so, because the mark is not secret. */
const forged = (...parts: unknown[]) => cursors.write(parts as string[])

describe('the parts of a cursor', () => {
  it('are read as they were written', () => {
    const cursor = cursors.write([Date.UTC(2026, 10, 20), 7, 'peers', '10.0.0.0/8'])
    expect(cursors.read(cursor, 'moment', 'int', 'text', 'prefix')).toEqual([
      Date.UTC(2026, 10, 20),
      7,
      'peers',
      '10.0.0.0/8',
    ])
    expect(cursors.read(undefined, 'moment')).toBeNull()
  })

  it.each([
    { kind: 'moment', part: 'abc' },
    { kind: 'moment', part: -1 },
    { kind: 'moment', part: 0.5 },
    { kind: 'moment', part: 1e300 },
    { kind: 'moment', part: 253_402_300_800_000 },
    { kind: 'moment', part: null },
    { kind: 'int', part: 'abc' },
    { kind: 'int', part: 2 ** 31 },
    { kind: 'int', part: 1.5 },
    { kind: 'number', part: 'abc' },
    { kind: 'number', part: null },
    { kind: 'text', part: 1 },
    { kind: 'text', part: 'a\0b' },
    { kind: 'text', part: '\ud800' },
    { kind: 'prefix', part: 'ten' },
    { kind: 'prefix', part: '10.0.0.0/33' },
  ] as const)('$part is no $kind', ({ kind, part }) => {
    expect(() => cursors.read(forged(part), kind)).toThrow(CursorError)
  })

  it('are neither more nor fewer than were asked for', () => {
    expect(() => cursors.read(forged(1), 'int', 'int')).toThrow(CursorError)
    expect(() => cursors.read(forged(1, 1), 'int')).toThrow(CursorError)
  })
})
