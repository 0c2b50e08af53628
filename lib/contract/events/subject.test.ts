import { describe, expect, it } from 'vitest'
import {
  getEventFlagValue,
  formatGatewayNeighbor,
  parseSubjectNeighbor,
  parseGatewayNeighbor,
  parsePathSubject,
  parsePollSubject,
  parseSessionSubject,
  formatPathSubject,
  formatPollSubject,
  formatSessionSubject,
  setEventFlagValue,
} from './subject.ts'

describe('a subject', () => {
  it.each([
    { localAddress: '10.0.4.12', neighbor: '10.0.4.4' },
    { localAddress: 'fd00::1', neighbor: 'fd00::2' },
  ])('of a session is read as it is written: %o', (ends) => {
    expect(parseSessionSubject(formatSessionSubject(ends))).toEqual(ends)
    expect(parseSubjectNeighbor(formatSessionSubject(ends))).toBe(ends.neighbor)
  })

  it.each(['10.0.4.4', '10.0.4.12~', 'a~b~c', ''])('that names no session is none: %s', (text) => {
    expect(parseSessionSubject(text)).toBeNull()
  })

  it('that names a neighbor alone is that neighbor', () => {
    expect(parseSubjectNeighbor('10.0.4.4')).toBe('10.0.4.4')
  })

  it.each([
    [formatPathSubject('AzurePrivatePeering', 'secondary'), { peering: 'AzurePrivatePeering', path: 'secondary' }],
    ['MicrosoftPeering', { peering: 'MicrosoftPeering', path: null }],
    ['MicrosoftPeering/third', { peering: 'MicrosoftPeering', path: null }],
    ['', { peering: null, path: null }],
  ])('of a path: %s', (subject, expected) => {
    expect(parsePathSubject(subject)).toEqual(expected)
  })

  it.each([
    ['peers', ''],
    ['summary', 'AzurePrivatePeering/primary'],
    ['advertised', '10.0.4.4'],
  ] as const)('of polls is read as it is written: %s %s', (kind, subresource) => {
    expect(parsePollSubject(formatPollSubject(kind, subresource))).toEqual({ kind, subresource })
  })

  it.each(['AzurePrivatePeering/primary', 'everything', ''])('that names no polls is none: %s', (text) => {
    expect(parsePollSubject(text)).toBeNull()
  })

  it('of a route member is read as it is written', () => {
    const member = { gateway: 'gw1', neighbor: '10.0.4.4' }
    expect(parseGatewayNeighbor(formatGatewayNeighbor(member))).toEqual(member)
    expect(parseGatewayNeighbor('gw1')).toEqual({ gateway: 'gw1', neighbor: '' })
  })
})

describe('a flag with a value', () => {
  it('is read by its name, and replaced by a later one', () => {
    const flags = setEventFlagValue(['learned', 'to:partial'], 'to', 'on_backup')
    expect(flags).toEqual(['learned', 'to:on_backup'])
    expect(getEventFlagValue(flags, 'to')).toBe('on_backup')
    expect(getEventFlagValue(flags, 'from')).toBeNull()
  })
})
