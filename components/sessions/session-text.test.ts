import fc from 'fast-check'
import { parseSessionSubject, formatSessionSubject } from '#lib/contract/vocabulary.ts'
import { describe, expect, it } from 'vitest'
import { buildSessionHref } from '../format/session-address.ts'
import { isEventOfSession } from '../timeline/session-tracks.ts'
import { formatSessionTitle } from './session-text.ts'
import { testSession } from './testing.ts'

describe('the address of a session', () => {
  it('names its two ends, also of IPv6', () => {
    expect(buildSessionHref({ scope: 'c1', localAddress: 'fd00::2', neighbor: 'fd00::1' })).toBe(
      '/sessions/c1/fd00%3A%3A2~fd00%3A%3A1',
    )
  })
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(fc.tuple(fc.ipV4(), fc.ipV6()), ([localAddress, neighbor]) => {
        expect(parseSessionSubject(formatSessionSubject({ localAddress, neighbor }))).toEqual({
          localAddress,
          neighbor,
        })
      }),
    )
  })
  it.each(['', '10.0.0.1', '10.0.0.1~', 'a~b~c'])('%j names none', (text) => {
    expect(parseSessionSubject(text)).toBeNull()
  })
})

describe('the title of a session', () => {
  const all = ['10.0.4.13', '10.0.4.12', '10.0.4.9'].map((localAddress) => ({ localAddress }))
  const mapping = { circuitId: 'c1', circuitName: 'erc-london', path: 'secondary', confidence: 'inferred' } as const
  it.each([
    [{ scopeName: 'erc-london', path: 'primary', role: 'onprem' }, 'erc-london primary: CE ↔ MSEE'],
    [
      { scopeName: 'erc-london', path: 'primary', role: 'onprem', peering: 'microsoft', neighbor: 'fd00::1' },
      'erc-london primary, Microsoft peering: CE ↔ MSEE (IPv6)',
    ],
    [{ localAddress: '10.0.4.12', mapping }, 'ergw instance 1 ↔ MSEE, erc-london secondary'],
    [{ localAddress: '10.0.4.9', neighbor: '10.0.4.4' }, 'ergw instance 0 ↔ MSEE 10.0.4.4'],
    [{ localAddress: '10.0.4.9', neighbor: '10.0.4.13', role: 'gateway-peer' }, 'ergw instance 0 ↔ sibling 10.0.4.13'],
    [{ localAddress: '', neighbor: '10.9.0.4', role: 'other' }, 'ergw both instances ↔ 10.9.0.4'],
  ] satisfies [Parameters<typeof testSession>[0], string][])('%#', (fields, title) => {
    expect(formatSessionTitle(testSession(fields), all)).toBe(title)
  })
})

describe('the events of a session', () => {
  const session = testSession({ localAddress: '10.0.4.12', neighbor: '10.0.4.4' })
  const onPath = testSession({
    localAddress: '172.16.0.2',
    neighbor: '172.16.0.1',
    peering: 'private',
    path: 'primary',
  })
  it.each([
    ['10.0.4.12~10.0.4.4', session, true],
    ['10.0.4.12~10.0.4.5', session, false],
    ['10.0.4.4,10.0.4.5', session, true],
    ['10.0.4.5', session, false],
    ['10.0.4.12', session, true],
    ['10.10.5.0/24', session, false],
    ['', session, true],
    ['AzurePrivatePeering/primary', onPath, true],
    ['AzurePrivatePeering/secondary', onPath, false],
    ['AzurePrivatePeering', onPath, true],
    ['MicrosoftPeering/primary', onPath, false],
  ])('%j concerns it or not', (subject, of, expected) => {
    expect(isEventOfSession({ subject }, of)).toBe(expected)
  })
})
