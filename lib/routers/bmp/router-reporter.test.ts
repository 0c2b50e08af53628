import { describe, expect, it } from 'vitest'
import type { RouterNeighborReport } from '#lib/contract/index.ts'
import { BmpDecoder } from './codec/decoder.ts'
import { bytesOfHex } from './codec/testing/hex.ts'
import { frrBmpMessageBytes, gobgpBmpMessageBytes } from './codec/testing/router-bytes.ts'
import { BmpToReportConverter } from './router-reporter.ts'

/** One second after the time that the routers reported in these bytes. */
const AT = 0x6b0136b0 * 1_000

/** Returns the reports from messages, of which each arrives 1 ms after the previous message. */
function reports(messages: readonly string[], at = AT): RouterNeighborReport[] {
  const decoder = new BmpDecoder()
  const reporter = new BmpToReportConverter()
  return messages.flatMap((hex, index) =>
    [...decoder.push(bytesOfHex(hex))].flatMap((message) => reporter.reportsOf({ at: at + index, message })),
  )
}

const second = (hex: string) => Number.parseInt(hex, 16) * 1_000
/**
 * Adds the fraction of a second at which FRR's boot began, 0x000cb322 microseconds, because FRR's seconds start with
 * it.
 */
const frrSecond = (hex: string) => second(hex) + 832

describe('when a session came up', () => {
  it('is no earlier than FRR names for a session that it states when it connects, for of one that just came up it names its boot', () => {
    const [up] = reports([frrBmpMessageBytes.initiation, frrBmpMessageBytes.peerUp])
    const established = { earliest: frrSecond('6b01341a'), latest: AT + 1 }
    expect(up).toMatchObject({ type: 'sessionUp', at: AT + 1, notBefore: null, established })
  })

  it('is not named by FRR for one that has just come up: it names when that went down', () => {
    const [, up] = reports([frrBmpMessageBytes.initiation, frrBmpMessageBytes.downLocally, frrBmpMessageBytes.peerUp])
    expect(up).toMatchObject({ type: 'sessionUp', notBefore: null, established: null })
  })

  it('is not named by FRR for a neighbor that is new', () => {
    const [, up] = reports([frrBmpMessageBytes.initiation, frrBmpMessageBytes.endOfRib, frrBmpMessageBytes.peerUp])
    expect(up).toMatchObject({ type: 'sessionUp', notBefore: null, established: null })
  })

  it('is bounded by GoBGP for one that has just come up, and for no other', () => {
    expect(reports([gobgpBmpMessageBytes.initiation, gobgpBmpMessageBytes.peerUp])).toMatchObject([
      { notBefore: null, established: null },
    ])
    const [, up] = reports([
      gobgpBmpMessageBytes.initiation,
      gobgpBmpMessageBytes.downByHoldTimer,
      gobgpBmpMessageBytes.peerUp,
    ])
    expect(up).toMatchObject({ notBefore: second('6b01344a'), established: null })
  })
})

it('a session that is down when the router connects is dated by FRR alone: others may name when they say so', () => {
  expect(reports([frrBmpMessageBytes.initiation, frrBmpMessageBytes.downLocally])[0]?.notBefore).not.toBeNull()
  expect(reports([gobgpBmpMessageBytes.initiation, gobgpBmpMessageBytes.downByHoldTimer])).toMatchObject([
    { type: 'sessionDown', notBefore: null },
  ])
  expect(
    reports([gobgpBmpMessageBytes.initiation, gobgpBmpMessageBytes.peerUp, gobgpBmpMessageBytes.downByHoldTimer]),
  ).toMatchObject([{}, { notBefore: second('6b01362f') }])
})

it('a statistic that was sent at a second to come shows a clock that is ahead', () => {
  const early = second('6b013425') - 5
  expect(
    reports(
      [
        frrBmpMessageBytes.initiation,
        frrBmpMessageBytes.statistics,
        frrBmpMessageBytes.downByConnection.replace('6b013472', '6b013420'),
      ],
      early,
    ),
  ).toMatchObject([{ type: 'sessionDown', notBefore: null }])
})

it('a message that can not be read leaves its neighbor unobserved until its session is stated again, and no other', () => {
  const other = (hex: string) => hex.replaceAll('c0000262', 'c0000263')
  const broken = frrBmpMessageBytes.withdrawal.replace(/0003100a0b0000$/, '00ff100a0b0000')
  const all = reports([
    frrBmpMessageBytes.initiation,
    frrBmpMessageBytes.peerUp,
    other(frrBmpMessageBytes.peerUp),
    broken,
    frrBmpMessageBytes.withdrawal,
    broken,
    other(frrBmpMessageBytes.withdrawal),
    frrBmpMessageBytes.endOfRib,
    frrBmpMessageBytes.peerUp,
    frrBmpMessageBytes.withdrawal,
  ])
  expect(all.map(({ type, peer }) => `${type} ${peer.neighbor}`)).toEqual([
    'sessionUp 192.0.2.98',
    'sessionUp 192.0.2.99',
    'sessionUnread 192.0.2.98',
    'route 192.0.2.99',
    'sessionUp 192.0.2.98',
    'route 192.0.2.98',
  ])
})

it('the router itself, as a neighbor without an address, has no session', () => {
  const own = (hex: string) => hex.replaceAll('c0000262', '00000000')
  expect(
    reports([frrBmpMessageBytes.initiation, own(frrBmpMessageBytes.peerUp), own(frrBmpMessageBytes.downByConnection)]),
  ).toEqual([])
  expect(reports([frrBmpMessageBytes.initiation, own(frrBmpMessageBytes.withdrawal)])).toMatchObject([
    { type: 'route', peer: { neighbor: null } },
  ])
})

it('a session has both ends and the lower hold time', () => {
  expect(reports([frrBmpMessageBytes.initiation, frrBmpMessageBytes.peerUp])).toMatchObject([
    {
      peer: { type: 'global', distinguisher: '0000000000000000', neighbor: '192.0.2.98' },
      localAddress: '192.0.2.97',
      localAsn: 65010,
      neighborAsn: 12076,
      neighborBgpId: '10.0.4.4',
      holdTimeSeconds: 180,
    },
  ])
})

describe('a time that a router names', () => {
  it('bounds when a session went down', () => {
    expect(reports([frrBmpMessageBytes.initiation, frrBmpMessageBytes.downByConnection])).toMatchObject([
      { notBefore: frrSecond('6b013472') },
    ])
  })

  it('bounds nothing when it lies ahead, nor does any after it', () => {
    const early = second('6b013472') - 5
    expect(
      reports(
        [frrBmpMessageBytes.initiation, frrBmpMessageBytes.downByConnection, frrBmpMessageBytes.downByRemoteReset],
        early,
      ),
    ).toMatchObject([{ notBefore: null }, { notBefore: null }])
  })

  it('is absent where it is zero', () => {
    expect(reports([frrBmpMessageBytes.initiation, frrBmpMessageBytes.endOfRib])).toMatchObject([
      { type: 'tableRead', family: 'ipv4', notBefore: null },
    ])
  })
})

describe('the AS path of a route', () => {
  it('is without the own ASN that FRR put in front', () => {
    expect(
      reports([frrBmpMessageBytes.initiation, frrBmpMessageBytes.peerUp, frrBmpMessageBytes.announcement]).at(-1),
    ).toMatchObject({
      type: 'route',
      view: 'adjInPost',
      prefix: '10.10.0.0/16',
      attributes: { asPath: [12076, 12076, 65515], asPathCorrected: true },
    })
  })

  it('is as it was sent where nobody says what the own ASN is', () => {
    expect(reports([frrBmpMessageBytes.initiation, frrBmpMessageBytes.announcement]).at(-1)).toMatchObject({
      attributes: { asPath: [65010, 12076, 12076, 65515], asPathCorrected: false },
    })
  })

  it('is as GoBGP sends it, which is as it was received', () => {
    expect(
      reports([gobgpBmpMessageBytes.initiation, gobgpBmpMessageBytes.peerUp, gobgpBmpMessageBytes.announcement]).slice(
        1,
      ),
    ).toMatchObject([
      { prefix: '10.10.0.0/16', attributes: { asPath: [12076, 65515], asPathCorrected: false, med: 100 } },
      { prefix: '10.11.0.0/16' },
    ])
  })
})

it('a local preference that GoBGP leaves out is its default, one that FRR leaves out is not known, and before policy there is none', () => {
  const preferences = (...messages: string[]) =>
    reports(messages).flatMap((report) =>
      report.type === 'route'
        ? [[report.view, report.attributes?.localPref, report.attributes?.localPrefIsDefault]]
        : [],
    )
  expect(preferences(gobgpBmpMessageBytes.initiation, gobgpBmpMessageBytes.locRib)).toEqual([['locRib', 100, true]])
  expect(preferences(gobgpBmpMessageBytes.initiation, frrBmpMessageBytes.announcement)).toEqual([
    ['adjInPost', 100, true],
  ])
  expect(preferences(frrBmpMessageBytes.initiation, frrBmpMessageBytes.announcement)).toEqual([
    ['adjInPost', null, undefined],
  ])
  expect(preferences(gobgpBmpMessageBytes.initiation, gobgpBmpMessageBytes.announcement)).toEqual([
    ['adjInPre', null, undefined],
    ['adjInPre', null, undefined],
  ])
})

it('GoBGP’s own table has been read when it says so of a neighbor’s, because it says nothing of its own', () => {
  const tables = (...messages: string[]) =>
    reports(messages).flatMap((report) => (report.type === 'tableRead' ? [`${report.peer.type} ${report.view}`] : []))
  expect(tables(gobgpBmpMessageBytes.initiation, gobgpBmpMessageBytes.locRib, gobgpBmpMessageBytes.endOfRib)).toEqual([
    'global adjInPost',
    'locRib locRib',
  ])
  expect(tables(gobgpBmpMessageBytes.initiation, gobgpBmpMessageBytes.endOfRib)).toEqual(['global adjInPost'])
  expect(tables(frrBmpMessageBytes.initiation, gobgpBmpMessageBytes.locRib, gobgpBmpMessageBytes.endOfRib)).toEqual([
    'global adjInPost',
  ])
})

it('a withdrawal that GoBGP receives takes the route after policy, too', () => {
  const views = (initiation: string) =>
    reports([initiation, frrBmpMessageBytes.withdrawal]).flatMap((report) =>
      report.type === 'route' ? [report.view] : [],
    )
  expect(views(gobgpBmpMessageBytes.initiation)).toEqual(['adjInPre', 'adjInPost'])
  expect(views(frrBmpMessageBytes.initiation)).toEqual(['adjInPre'])
})

it('a withdrawal is a route without attributes', () => {
  expect(reports([frrBmpMessageBytes.initiation, frrBmpMessageBytes.withdrawal])).toMatchObject([
    { type: 'route', prefix: '10.11.0.0/16', attributes: null },
  ])
})

describe('memory', () => {
  /** Builds an UPDATE with a number of communities and the given prefixes. */
  const update = (communities: number, nlri: string) => {
    const list = Array.from({ length: communities }, (_, n) => (0xfde80000 + n).toString(16)).join('')
    const attributes = `40010100400200400304c0000261d008${(4 * communities).toString(16).padStart(4, '0')}${list}`
    const body = `0000${(attributes.length / 2).toString(16).padStart(4, '0')}${attributes}${nlri}`
    const bgp = `${'ff'.repeat(16)}${(19 + body.length / 2).toString(16).padStart(4, '0')}02${body}`
    const header = frrBmpMessageBytes.announcement.slice(12, 12 + 84)
    return `03${(6 + 42 + bgp.length / 2).toString(16).padStart(8, '0')}00${header}${bgp}`
  }

  it('a prefix that a message repeats is one report', () => {
    expect(reports([frrBmpMessageBytes.initiation, update(1, '00'.repeat(20_000))])).toHaveLength(1)
  })

  it('sets of attributes are remembered up to a megabyte', () => {
    const decoder = new BmpDecoder()
    const reporter = new BmpToReportConverter()
    const attributesOf = (hex: string) =>
      [...decoder.push(bytesOfHex(hex))]
        .flatMap((message) => reporter.reportsOf({ at: AT, message }))
        .map((report) => (report.type === 'route' ? report.attributes : null))[0]
    const first = attributesOf(update(500, '100a0a'))
    expect(attributesOf(update(500, '100a0b'))).toBe(first)
    // a set of 500 communities takes some 34 kB
    for (let n = 1; n <= 40; n++) attributesOf(update(460 + n - 1, '100a0c'))
    const again = attributesOf(update(500, '100a0a'))
    expect(again).toEqual(first)
    expect(again).not.toBe(first)
  })
})
