import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  deriveCookieKey,
  readCookie,
  getCookiePrefix,
  getSessionCookieName,
  verifySignedCookie,
  getWallCookieName,
  readWallToken,
} from '../caller/cookies.ts'
import { hashSecret, isTokenText, generateAccessTokenText } from '../tokens/token-text.ts'
import {
  buildStartedSignInCounters,
  buildReauthCounters,
  buildCodeReuseCounters,
  getKnownBrowserCookieName,
  makeKnownBrowserValue,
  getClientNetwork,
  buildSignInCounters,
} from './attempt-counters.ts'
import { findSignInOriginFault, parseSignInOrigins } from './sign-in-origins.ts'

const KEY = deriveCookieKey('a secret')
const signed = (value: string, key = KEY) => `${value}.${createHmac('sha256', key).update(value).digest('base64')}`

describe('the value of a cookie', () => {
  it.each<[header: string | undefined, value: string | null]>([
    [undefined, null],
    ['', null],
    ['a=1', '1'],
    ['b=2; a=1', '1'],
    ['a=1; a=2', '1'],
    [' a = 1 ', '1'],
    ['a=b=c', 'b=c'],
    ['a=', ''],
    ['a', null],
    ['aa=1', null],
    ['A=1', null],
    ['a=%20x', ' x'],
    // a broken percent escape: the first cookie of the name counts, and it cannot be decoded
    ['a=%; a=1', null],
  ])('%j: %j', (header, value) => {
    expect(readCookie(header, 'a')).toBe(value)
  })

  it('has a name that other hosts cannot set behind https', () => {
    expect([true, false].map(getCookiePrefix)).toEqual(['__Host-peerwatch', 'peerwatch'])
    expect([getSessionCookieName(true), getWallCookieName(false), getKnownBrowserCookieName(true)]).toEqual([
      '__Host-peerwatch.session_token',
      'peerwatch.wall',
      '__Host-peerwatch.known',
    ])
  })

  it.each<[header: string, isHttps: boolean, token: string | null]>([
    ['__Host-peerwatch.wall=new', true, 'new'],
    ['__Secure-peerwatch.wall=old', true, 'old'],
    ['__Secure-peerwatch.wall=old; __Host-peerwatch.wall=new', true, 'new'],
    ['peerwatch.wall=plain', true, null],
    ['peerwatch.wall=plain', false, 'plain'],
    ['__Secure-peerwatch.wall=old', false, null],
  ])('of a wall, %s (https: %s): %s', (header, isHttps, token) => {
    expect(readWallToken(header, isHttps)).toBe(token)
  })
})

describe('a signed value', () => {
  it.each<[string, cookie: string, value: string | null]>([
    ['that is signed', signed('token'), 'token'],
    ['with a dot', signed('a.b'), 'a.b'],
    ['by another key', signed('token', deriveCookieKey('another')), null],
    ['with another value', signed('token').replace('token', 'tokem'), null],
    ['without a signature', 'token', null],
    ['with an empty signature', 'token.', null],
    ['with half of a signature', signed('token').slice(0, -10), null],
    ['that is empty', signed(''), null],
  ])('%s', (_, cookie, value) => {
    expect(verifySignedCookie(cookie, KEY)).toBe(value)
  })

  it('is read as it was signed, and never with another character', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (value, other) => {
        expect(verifySignedCookie(signed(value), KEY)).toBe(value)
        if (other !== value)
          expect(
            verifySignedCookie(
              signed(value).replace(value, () => other),
              KEY,
            ),
          ).not.toBe(other)
      }),
    )
  })
})

describe('a token', () => {
  it('is recognized by its form before the database is asked', () => {
    const token = generateAccessTokenText()
    expect(isTokenText(token)).toBe(true)
    expect(generateAccessTokenText()).not.toBe(token)
    for (const text of ['', 'pw_', token.slice(1), `${token}x`, `${token}\n`, token.toUpperCase().slice(0, 10)])
      expect(isTokenText(text)).toBe(false)
  })

  it('is kept by its hash, in which it is not contained', () => {
    const token = generateAccessTokenText()
    expect(hashSecret(token)).toMatch(/^[0-9a-f]{64}$/)
    expect(hashSecret(token)).toBe(hashSecret(token))
    expect(hashSecret(token)).not.toContain(token.slice(3, 12))
  })
})

describe('the counters of an attempt to sign in', () => {
  const attempt = (own: Partial<Parameters<typeof buildSignInCounters>[0]> = {}) =>
    buildSignInCounters({
      email: 'ada@example.com',
      address: '203.0.113.7',
      isShared: false,
      cookie: undefined,
      cookieKey: KEY,
      isHttps: true,
      ...own,
    })
  const limitsOf = (own: Parameters<typeof attempt>[0]) =>
    attempt(own).map(({ key, limit }) => `${key.split(':')[0]} ${limit}`)
  const knownBrowser = (email: string, key = KEY) =>
    `${getKnownBrowserCookieName(true)}=${encodeURIComponent(signed(makeKnownBrowserValue(email, 'random'), key))}`

  it.each<[string, Parameters<typeof attempt>[0], string[]]>([
    ['of an unknown browser', {}, ['network 30', 'account 10', 'account 100']],
    ['behind a proxy that is not trusted', { isShared: true }, ['network 300', 'account 100']],
    ['of a known browser', { cookie: knownBrowser('ada@example.com') }, ['browser 10']],
    ['of a known browser, in another case', { cookie: knownBrowser(' ADA@example.com') }, ['browser 10']],
    [
      'of a browser that is known for another account',
      { cookie: knownBrowser('eve@example.com') },
      ['network 30', 'account 10', 'account 100'],
    ],
    [
      'of a cookie with another signature',
      { cookie: knownBrowser('ada@example.com', 'x') },
      ['network 30', 'account 10', 'account 100'],
    ],
  ])('%s', (_, own, limits) => {
    expect(limitsOf(own)).toEqual(limits)
  })

  it('are the same for every spelling of an account, and for every address of one network', () => {
    expect(attempt({ email: ' Ada@Example.com ' })).toEqual(attempt())
    expect(attempt({ address: '2001:db8::1' })).toEqual(attempt({ address: '2001:db8:0:0:ffff::9' }))
    expect(attempt({ address: '203.0.113.8' })).not.toEqual(attempt())
  })

  it('do not name the account or the browser', () => {
    const keys = [...attempt(), ...attempt({ cookie: knownBrowser('ada@example.com') })].map(({ key }) => key)
    for (const key of keys) expect(key).not.toMatch(/ada|example|random/)
  })

  it('have at most 65,536 accounts, so that made-up addresses make no endless rows', () => {
    fc.assert(
      fc.property(fc.string(), (email) => {
        expect(attempt({ email }).at(-1)?.key).toMatch(/^account:[0-9a-f]{4}$/)
      }),
    )
  })

  it('of a change count the user, those of a code the code of one user', () => {
    expect(buildReauthCounters('u1')).toEqual([{ key: 'change:u1', limit: 10 }])
    expect(buildCodeReuseCounters('u1', '123456')).toEqual(buildCodeReuseCounters('u1', '123456'))
    expect(buildCodeReuseCounters('u1', '123456')).not.toEqual(buildCodeReuseCounters('u2', '123456'))
    expect(buildCodeReuseCounters('u1', '123456')[0]).toMatchObject({ limit: 1 })
    expect(buildCodeReuseCounters('u1', '123456')[0]?.key).not.toContain('123456')
  })

  it.each([
    ['passkey', false, 30],
    ['provider', true, 300],
  ] as const)('of a sign-in by %s that begins (shared: %s)', (kind, isShared, limit) => {
    expect(buildStartedSignInCounters(kind, '203.0.113.7', isShared)).toEqual([{ key: `${kind}:203.0.113.7`, limit }])
  })
})

it('every address of IPv6 has the network of its first 64 bits', () => {
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      const { hostname } = new URL(`http://[${address}]`)
      expect(getClientNetwork(address)).toMatch(/^(?:[0-9a-f]{1,4}:){4}:\/64$|^\d+\.\d+\.\d+\.\d+$/)
      if (!address.includes('.')) expect(getClientNetwork(hostname.slice(1, -1))).toBe(getClientNetwork(address))
    }),
  )
})

describe('where people sign in', () => {
  it.each<[address: string, origins: string[]]>([
    ['https://peerwatch.example.com', ['https://peerwatch.example.com']],
    ['https://peerwatch.example.com:8443/path', ['https://peerwatch.example.com:8443']],
    ['http://127.0.0.1:3000', ['http://127.0.0.1:3000', 'http://localhost:3000', 'http://[::1]:3000']],
    ['http://localhost', ['http://localhost', 'http://127.0.0.1', 'http://[::1]']],
    ['http://[::1]:80', ['http://[::1]', 'http://localhost', 'http://127.0.0.1']],
  ])('%s', (address, origins) => {
    expect(parseSignInOrigins(address)).toEqual(origins)
  })

  it.each<[asked: string | null, isElsewhere: boolean]>([
    [null, false],
    ['http://127.0.0.1:3000', false],
    ['http://localhost:3000', false],
    ['http://localhost:3001', true],
    ['https://localhost:3000', true],
    ['https://evil.example.com', true],
  ])('a page of %s (elsewhere: %s)', (asked, isElsewhere) => {
    const words = findSignInOriginFault(parseSignInOrigins('http://127.0.0.1:3000'), asked)
    expect(words !== null).toBe(isElsewhere)
    if (isElsewhere) expect(words).toContain('open http://127.0.0.1:3000/sign-in')
  })
})
