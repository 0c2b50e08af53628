import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AsPathSegment,
  findCustomerPath,
  isAnnouncedByMicrosoft,
  computeAsPathLength,
  joinAsPathSegments,
  groupPrepends,
  formatAsPath,
  findOriginAsn,
  parseAsPath,
  asPathSegmentTypes,
  removeLeadingAsns,
} from './index.ts'

const read = (text: string) => parseAsPath(text) ?? { asPath: [Number.NaN] }

describe('an AS path', () => {
  it.each([
    ['of a local route', '', '', 0],
    ["with Azure's dashes", '12076-65001', '12076 65001', 2],
    ['prepended', '12076-65001-65001-65001', '12076 65001 65001 65001', 4],
    [
      'with an empty segment, and an ASN that anonymising made too large',
      '12076-65001-4514841457--64301',
      '12076 65001 4514841457 64301',
      4,
    ],
    ['with its origin', '65001 65002 i', '65001 65002', 2],
    ['with the line end that routers print', '46160 I\n                    ', '46160', 1],
    ['with its origin glued on', '65001?', '65001', 1],
    ['with the mark of the best path', '* 65001 e', '65001', 1],
    ['in asdot', '12076-65001-64086.59904', '12076 65001 4200000000', 3],
    ['in asdot+', '0.65001', '65001', 1],
    ['with a set, as Cisco and FRR print it', '65001 {65012,65010,65010} i', '65001 {65010,65012}', 2],
    ['with a set, as Junos and BIRD print it', '65001 { 65010 65012 } I', '65001 {65010,65012}', 2],
    ['with a set between dashes', '12076-65001-{65010-65012}', '12076 65001 {65010,65012}', 3],
    ['with asdot in a set', '65001 {1.0,2}?', '65001 {2,65536}', 2],
    ['with two sets', '{65010} {65012,65011} i', '{65010} {65011,65012}', 2],
    ['with an empty set', '65001 {}', '65001', 1],
    ['with a confederation sequence', '(65010 65011) 65001', '(65010 65011) 65001', 1],
    ['with one glued on', '(65527)65001 ?', '(65527) 65001', 1],
    ['with a confederation set, as Cisco and FRR print it', '[65011,65010] 65001', '[65010,65011] 65001', 1],
    ['with a confederation set, as Junos prints it', '([65011 65010]) 65001', '[65010,65011] 65001', 1],
    ['with a confederation set, as BIRD prints it', '({65011 65010}) 65001', '[65010,65011] 65001', 1],
    [
      'with all of them',
      '(65010 65011) [65012] 65001 65001 {65002,65003} i',
      '(65010 65011) [65012] 65001 65001 {65002,65003}',
      3,
    ],
  ])('%s: %j', (_, text, written, length) => {
    expect(formatAsPath(read(text))).toBe(written)
    expect(computeAsPathLength(read(text))).toBe(length)
    expect(parseAsPath(written)).toEqual(read(text))
  })

  it('holds all its ASNs, those of sets and confederations, too', () => {
    expect(parseAsPath('12076 65001')).toEqual({ asPath: [12076, 65001] })
    expect(parseAsPath('(65010) 65001 {65003,65002}')).toEqual({
      asPath: [65010, 65001, 65002, 65003],
      asPathText: '(65010) 65001 {65002,65003}',
    })
  })

  it.each([
    '12076-abc',
    '65001 {65010',
    '65001 65010}',
    '(65010]',
    '{(65010)}',
    '{{65010}}',
    '([65010)]',
    '(65010 [65011])',
    '{65001,x}',
    '1.65536',
    '65536.1',
    '1.2.3',
    '.5',
    '64086.',
  ])('is none: %j', (text) => expect(parseAsPath(text)).toBeNull())

  it('loses what leads it, and nothing in a set or a confederation', () => {
    const withoutEdge = (text: string) => formatAsPath(removeLeadingAsns(read(text), (asn) => asn === 12076))
    expect(withoutEdge('12076 12076 65001 12076')).toBe('65001 12076')
    expect(withoutEdge('12076 12076')).toBe('')
    expect(withoutEdge('12076 12076 {65001,65002}')).toBe('{65001,65002}')
    expect(withoutEdge('{12076,65001} 65002')).toBe('{12076,65001} 65002')
    expect(findCustomerPath(read('12076 65001 {65002,65003}'))).toEqual(read('65001 {65002,65003}'))
    expect(findCustomerPath(read('12076 65515 {65002,65003}'))).toBeNull()
  })

  it.each([
    ['', null, false],
    ['65001', '65001', false],
    ['12076 12076 65001 65002', '65001 65002', false],
    ['12076 65001 8075', '65001 8075', false],
    ['12076', null, true],
    ['12076 8075', null, true],
    ['12076 65515', null, false],
    ['12076 65001 65515', null, false],
    ['12076 65001 12076', null, false],
  ])('%j was announced by the customer as %j, by Microsoft: %j', (text, customer, isMicrosofts) => {
    const announced = findCustomerPath(read(text))
    expect(announced && formatAsPath(announced)).toBe(customer)
    expect(isAnnouncedByMicrosoft(read(text))).toBe(isMicrosofts)
  })

  it.each([
    ['12076 65001', 65001],
    ['', null],
    ['65001 {65010}', null],
    ['65001 (65010)', null],
    ['(65010) 65001', 65001],
  ])('%j began in %j', (text, asn) => expect(findOriginAsn(read(text))).toBe(asn))

  it('is folded by what stands in a row', () => {
    const folded = (text: string) => groupPrepends(read(text)).map((run) => [run.asn, run.text, run.times])
    expect(folded('12076 65001 65001 {65001} {65001} 65001')).toEqual([
      [12076, '12076', 1],
      [65001, '65001', 2],
      [null, '{65001}', 1],
      [null, '{65001}', 1],
      [65001, '65001', 1],
    ])
  })

  const asn = fc.integer({ min: 1, max: 4 })
  const segment: fc.Arbitrary<AsPathSegment> = fc.record({
    type: fc.constantFrom(...asPathSegmentTypes),
    asns: fc.array(asn, { minLength: 1, maxLength: 4 }),
  })

  it('reads back what it writes, and folding keeps all of it', () => {
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 5 }), (segments) => {
        const path = joinAsPathSegments(segments)
        expect(parseAsPath(formatAsPath(path))).toEqual(path)
        const counted = segments.map(({ type, asns }) => ({ sequence: asns.length, set: 1 })[type as 'set'] ?? 0)
        expect(computeAsPathLength(path)).toBe(counted.reduce((sum, one) => sum + one, 0))
        const runs = groupPrepends(path)
        const unfolded = runs.flatMap(({ text, times }) => Array<string>(times).fill(text)).join(' ')
        expect(unfolded).toBe(formatAsPath(path))
        for (let n = 1; n < runs.length; n++)
          expect(runs[n]?.asn !== null && runs[n]?.asn === runs[n - 1]?.asn).toBe(false)
      }),
    )
  })

  it('takes any text in as many steps as it has characters: a pattern of more would not come to an end', () => {
    const many = 30_000
    const counted = ['{', '(', '1 ', '1.', '-', '{1}', '([1])', 'i'].map((part) => parseAsPath(part.repeat(many)))
    expect(counted.map((one) => one && one.asPath.length)).toEqual([null, null, many, null, 0, many, many, null])
  })
})
