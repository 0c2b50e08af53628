import { describe, expect, it } from 'vitest'
import { splitListParameter, toggleInListParameter } from '../ui/toggled-list.ts'
import { isEventFilterActive, emptyEventLogFilter, convertEventFilterToQuery } from './event-filter.ts'
import { formatSubjectText } from './event-text.ts'

describe('a word is added to a list, or taken from it:', () => {
  it.each<[string, string | null, string[], string | null]>([
    ['into an empty one', null, ['a'], 'a'],
    ['beside others', 'a', ['b'], 'a,b'],
    ['out of it', 'a,b', ['a'], 'b'],
    ['the last one out', 'a', ['a'], null],
    ['a whole group, of which one is in', 'b', ['a', 'b'], 'b,a'],
    ['a whole group, which is in', 'a,b,c', ['a', 'b'], 'c'],
  ])('%s', (_, list, words, expected) => {
    expect(toggleInListParameter(list, words)).toBe(expected)
  })
  it('and twice is not at all', () => {
    expect(toggleInListParameter(toggleInListParameter('x,y', ['a', 'b']), ['a', 'b'])).toBe('x,y')
  })
})

it('an address requests root events, unless child events are included', () => {
  expect(convertEventFilterToQuery({ ...emptyEventLogFilter, kind: 'failover' })).toMatchObject({
    kind: 'failover',
    partOf: 'none',
  })
  expect(convertEventFilterToQuery({ ...emptyEventLogFilter, parts: 'each' })).toMatchObject({ partOf: null })
  expect(isEventFilterActive(emptyEventLogFilter)).toBe(false)
  expect(isEventFilterActive({ ...emptyEventLogFilter, text: 'x' })).toBe(true)
  expect(splitListParameter(null)).toEqual([])
})

describe('a subject reads', () => {
  it.each([
    ['10.0.4.12~10.0.4.4', '10.0.4.12 ↔ 10.0.4.4'],
    ['AzurePrivatePeering/primary', 'private peering, primary'],
    ['MicrosoftPeering', 'Microsoft peering'],
    ['10.0.4.4,10.0.4.5 > 10.0.4.4', '10.0.4.4, 10.0.4.5 → 10.0.4.4'],
    ['10.0.4.13', '10.0.4.13'],
    ['learned', 'Learned'],
    ['learned: London / Equinix', 'learned: London / Equinix'],
    ['advertised 10.0.4.4', 'Advertised, 10.0.4.4'],
    ['arp MicrosoftPeering/primary', 'ARP, Microsoft peering, primary'],
  ])('%s as %s', (subject, words) => {
    expect(formatSubjectText(subject)).toBe(words)
  })
})
