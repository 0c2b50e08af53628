import { describe, expect, it } from 'vitest'
import {
  parseAsArrayOf,
  parseAsBoolean,
  parseAsInteger,
  parseAsIsoDateTime,
  parseAsNumberLiteral,
  parseAsString,
  parseAsStringLiteral,
  queryText,
} from './parsers.ts'

describe('parameters of an address', () => {
  it.each([
    [parseAsString, 'a,b', 'a,b'],
    [parseAsBoolean, 'true', true],
    [parseAsInteger, '12', 12],
    [parseAsIsoDateTime, '2026-11-20T02:00:00.000Z', new Date('2026-11-20T02:00:00.000Z')],
    [parseAsStringLiteral(['day', 'week']), 'week', 'week'],
    [parseAsNumberLiteral([30, 90]), '90', 90],
    [parseAsArrayOf(parseAsString), 'a,b%2Cc', ['a', 'b,c']],
    [parseAsArrayOf(parseAsString), '', []],
  ])('%# are read, and written as they were: %2$s', (parser, text, value) => {
    expect(parser.read(text)).toEqual(value)
    expect(parser.write(value as never)).toBe(text)
  })

  it.each([
    [parseAsBoolean, 'yes'],
    [parseAsInteger, 'many'],
    [parseAsIsoDateTime, 'yesterday'],
    [parseAsStringLiteral(['day', 'week']), 'year'],
    [parseAsNumberLiteral([30, 90]), '31'],
  ])('that mean nothing are none: %2$s', (parser, text) => {
    expect(parser.read(text)).toBeNull()
  })

  it('of which one means nothing are the others', () => {
    expect(parseAsArrayOf(parseAsInteger).read('1,x,3')).toEqual([1, 3])
  })

  it.each<Record<string, string>>([
    { at: '2026-11-20T02:00Z', sort: '-state' },
    { q: `a b+c&d=e#f%20?"'\`<>`, 'x=y&z': 'ü, /' },
    { q: 'one\ntwo\tthree' },
    {},
  ])('are written so that they can be read again: %j', (given) => {
    const text = queryText(new URLSearchParams(given))
    expect(Object.fromEntries(new URL(`http://peerwatch/${text}#top`).searchParams)).toEqual(given)
  })

  it('keep what links are read by', () => {
    expect(queryText(new URLSearchParams({ at: '2026-11-20T02:00Z', hide: 'a,b' }))).toBe(
      '?at=2026-11-20T02:00Z&hide=a,b',
    )
  })
})
