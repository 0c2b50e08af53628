import fc from 'fast-check'
import { parseSession, sessionSubject } from '#lib/contract/vocabulary.ts'
import { describe, expect, it } from 'vitest'
import { sessionHref } from '../format/session-address.ts'
import { remainingWords, sessionMeaning } from './session-words.ts'
import { testSession } from './testing.ts'

describe('the address of a session', () => {
  it('names its two ends, also of IPv6', () => {
    expect(sessionHref({ scope: 'c1', localAddress: 'fd00::2', neighbor: 'fd00::1' })).toBe(
      '/sessions/c1/fd00%3A%3A2~fd00%3A%3A1',
    )
  })
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(fc.tuple(fc.ipV4(), fc.ipV6()), ([localAddress, neighbor]) => {
        expect(parseSession(sessionSubject({ localAddress, neighbor }))).toEqual({ localAddress, neighbor })
      }),
    )
  })
  it.each(['', '10.0.0.1', '10.0.0.1~', 'a~b~c'])('%j names none', (text) => {
    expect(parseSession(text)).toBeNull()
  })
})

describe('what a session means', () => {
  it.each([
    [
      testSession({ scopeName: 'erc-london', path: 'primary', role: 'onprem', verdict: 'down' }),
      'Between the customer’s router and Microsoft’s edge, primary path of erc-london. While it is down, Azure and the customer exchange no routes over it.',
    ],
    [
      testSession({ mapping: { circuitId: 'c1', circuitName: 'c1', path: 'secondary', confidence: 'inferred' } }),
      'Between an instance of ergw and Microsoft’s edge, secondary path (inferred).',
    ],
    [testSession({ role: 'gateway-peer' }), 'Between two instances of ergw: carries no customer traffic.'],
  ])('%#', (session, words) => {
    expect(sessionMeaning(session)).toBe(words)
  })
})

describe('what is left beside it', () => {
  const session = testSession({})
  const other = (fields: Parameters<typeof testSession>[0]) => testSession({ neighbor: '10.0.4.5', ...fields })
  it.each([
    ['nothing', [session], 'None: no other session of this kind.'],
    ['one', [session, other({})], '1 of 1 other session of this kind up.'],
    [
      'none that is up',
      [session, other({ verdict: 'unknown' })],
      'None of 1 other session of this kind is confirmed up.',
    ],
    [
      'siblings and those that never connected do not count',
      [session, other({ role: 'gateway-peer' }), other({ verdict: 'never_established' })],
      'None: no other session of this kind.',
    ],
  ])('%s', (_, all, words) => {
    expect(remainingWords(session, all)).toBe(words)
  })
})
