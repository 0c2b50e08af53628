import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findTopmostAuthenticationResults, findAuthenticationFault } from './authentication-results.ts'

const SERVER = 'mx.corp.example'
const judge = (headers: string, domain = 'carrier.example') =>
  findAuthenticationFault(findTopmostAuthenticationResults(headers), { server: SERVER, domain })
const field = (text: string) => `Authentication-Results: ${text}\r\n`

describe('a mail is believed', () => {
  it.each([
    ['a signature of its domain', `${SERVER}; dkim=pass header.d=carrier.example header.s=k1`],
    ['other letters and a version', `MX.Corp.Example 1; DKIM=Pass header.D=Carrier.Example`],
    ['a method with a version', `${SERVER}; dkim/1=pass header.d=carrier.example`],
    ['spaces around signs', `${SERVER} ; dkim = pass header.d = carrier.example`],
    [
      'an identity, as Gmail writes it',
      `${SERVER};\r\n       dkim=pass header.i=@carrier.example header.s=a header.b=Zx+/1=`,
    ],
    ['comments', `${SERVER} (x; y); (a (nested) \\) one) dkim=pass (2048-bit key; secure) header.d=carrier.example`],
    ['a quoted value', `${SERVER}; dkim=pass reason="good; signature" header.d="carrier.example"`],
    ['DMARC', `${SERVER}; spf=pass smtp.mailfrom=x.example; dmarc=pass (p=NONE dis=NONE) header.from=carrier.example`],
    ['one good signature of two', `${SERVER}; dkim=fail header.d=list.example; dkim=pass header.d=carrier.example`],
    ['lines that are folded', `${SERVER};\r\n\tdkim=pass\r\n\theader.d=carrier.example`],
  ])('by %s', (_, text) => {
    expect(judge(field(text))).toBe(null)
  })

  it('by a signature of the domain above', () => {
    expect(judge(field(`${SERVER}; dkim=pass header.d=carrier.example`), 'noc.carrier.example')).toBe(null)
  })
})

describe('a mail is not believed', () => {
  const unconfirmed = `${SERVER} has confirmed carrier.example neither by DKIM nor by DMARC`
  it.each([
    ['no header', 'Subject: x\r\n', /^mx.corp.example has not checked its sender/],
    [
      'another server',
      field('mx.evil.example; dkim=pass header.d=carrier.example'),
      /is from mx.evil.example, and not from mx.corp/,
    ],
    ['no server', field('dkim=pass header.d=carrier.example; x=pass'), /is from dkim=pass, and not/],
    ['an empty field', field(''), /is from an unnamed server/],
    [
      'a forged field below the server’s',
      field(`${SERVER}; dkim=none`) + field(`${SERVER}; dkim=pass header.d=carrier.example`),
      unconfirmed,
    ],
    ['a failed signature', field(`${SERVER}; dkim=fail header.d=carrier.example`), unconfirmed],
    ['no result', field(`${SERVER}; none`), unconfirmed],
    ['SPF alone', field(`${SERVER}; spf=pass smtp.mailfrom=carrier.example`), unconfirmed],
    ['a signature of another domain', field(`${SERVER}; dkim=pass header.d=evil.example`), unconfirmed],
    ['a domain that ends alike', field(`${SERVER}; dkim=pass header.d=evilcarrier.example`), unconfirmed],
    ['a domain below', field(`${SERVER}; dkim=pass header.d=customer.carrier.example`), unconfirmed],
    ['a top-level domain', field(`${SERVER}; dkim=pass header.d=example`), unconfirmed],
    [
      'two signers in one result',
      field(`${SERVER}; dkim=pass header.d=evil.example header.d=carrier.example`),
      unconfirmed,
    ],
    ['DMARC of another domain', field(`${SERVER}; dmarc=pass header.from=evil.example`), unconfirmed],
    ['DMARC of no domain', field(`${SERVER}; dmarc=pass`), unconfirmed],
    ['a result in a comment', field(`${SERVER}; spf=fail (; dkim=pass header.d=carrier.example)`), unconfirmed],
    [
      'a result in a comment without an end',
      field(`${SERVER}; spf=fail (x; dkim=pass header.d=carrier.example`),
      unconfirmed,
    ],
    [
      'a result in a quoted value',
      field(`${SERVER}; spf=pass smtp.mailfrom="a; dkim=pass header.d=carrier.example; b"@evil.example`),
      unconfirmed,
    ],
    [
      'an escaped quotation mark',
      field(`${SERVER}; spf=pass x="a\\"; dkim=pass header.d=carrier.example; b"`),
      unconfirmed,
    ],
    ['passing', field(`${SERVER}; dkim=passing header.d=carrier.example`), unconfirmed],
  ])('by %s', (_, headers, says) => {
    expect(judge(headers)).toMatch(says)
  })

  it('whatever a sender writes into a quoted value or a comment', () => {
    const written = fc.string({ unit: fc.constantFrom(...'; ()"\\', 'dkim=pass', 'header.d=carrier.example', '\r\n ') })
    fc.assert(
      fc.property(written, (text) => {
        const quoted = text.replaceAll(/["\\]/g, '\\$&').replaceAll('\r\n', '')
        expect(judge(field(`${SERVER}; spf=pass smtp.mailfrom="${quoted}"@evil.example`))).toBe(unconfirmed)
        const comment = text.replaceAll(/[()\\]/g, '\\$&')
        expect(judge(field(`${SERVER}; spf=pass (${comment}) smtp.mailfrom=evil.example`))).toBe(unconfirmed)
      }),
    )
  })
})
