import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseBgpLogLine } from './bgp-line.ts'
import { LineSplitter } from './line-splitter.ts'
import { RouterClockEstimator } from './router-clock.ts'
import { resolveStatedTime } from './stated-time.ts'
import { MAX_LINE_BYTES, parseSyslogMessage } from './syslog-message.ts'
import { SyslogToReportConverter } from './syslog-reporter.ts'

/** 2026-11-21 06:13:28 UTC. */
const AT = Date.UTC(2026, 10, 21, 6, 13, 28)
const utc = (text: string) => Date.parse(`${text}Z`)

describe('a line', () => {
  it.each([
    [
      'of RFC 5424 as rsyslog sends it for FRR',
      '<30>1 2026-11-21T06:13:27.766749+00:00 vm bgpd 3501 - -  [PXVXG-TFNNT] %ADJCHANGE: neighbor 192.0.2.98(Unknown) in vrf default Up',
      { host: 'vm', stated: { kind: 'instant', at: utc('2026-11-21T06:13:27.766') } },
    ],
    [
      'of RFC 5424 with structured data, as Junos sends it',
      '<28>1 2026-11-21T08:13:27.123+02:00 vmx01 rpd 2902 RPD_BGP_NEIGHBOR_STATE_CHANGED [junos@2636.1.1.1.2.29 event="a \\"quoted\\] one"][x y="z"] BGP peer 192.0.2.98',
      {
        host: 'vmx01',
        stated: { kind: 'instant', at: utc('2026-11-21T06:13:27.123') },
        text: 'RPD_BGP_NEIGHBOR_STATE_CHANGED: BGP peer 192.0.2.98',
      },
    ],
    ['of RFC 5424 that states nothing', '<30>1 - - - - - -', { host: null, stated: null, text: '' }],
    [
      'of RFC 3164, without a year and a zone',
      '<30>Nov 21 06:13:27 vm bgpd[3501]: %ADJCHANGE: neighbor 192.0.2.98 Up',
      { host: 'vm', stated: { kind: 'local', asUtc: utc('2026-11-21T06:13:27'), year: null } },
    ],
    [
      'of IOS XE with a number, a name, milliseconds and a zone',
      '<189>45: ce1: Nov 21 06:13:27.766 UTC: %BGP-5-ADJCHANGE: neighbor 192.0.2.98 Up',
      {
        host: 'ce1',
        stated: { kind: 'instant', at: utc('2026-11-21T06:13:27.766') },
        text: '%BGP-5-ADJCHANGE: neighbor 192.0.2.98 Up',
      },
    ],
    [
      'of IOS XE whose clock is not set',
      '<189>45: *Mar  1 18:46:11.000: %BGP-5-ADJCHANGE: neighbor 192.0.2.98 Up',
      { host: null, stated: null },
    ],
    [
      'of IOS XR through a relay',
      '<189>Nov 21 12:13:28 192.168.203.1 9238766: ce1 RP/0/RP0/CPU0:Nov 21 12:13:27.651 +06: bgp[1097]: %ROUTING-BGP-5-ADJCHANGE : neighbor 192.0.2.98 Up (VRF: default) (AS: 12076)',
      { host: 'ce1', stated: { kind: 'instant', at: utc('2026-11-21T06:13:27.651') } },
    ],
    [
      'of EOS with a year',
      '<189>Nov 21 2026 06:13:27 leaf1 Bgp: %BGP-5-ADJCHANGE: peer 192.0.2.98',
      { host: 'leaf1', stated: { kind: 'local', asUtc: utc('2026-11-21T06:13:27'), year: 2026 } },
    ],
    [
      'of NX-OS, whose year comes first and whose name may lack',
      '<189>: 2026 Nov 21 06:13:27 UTC: %BGP-5-ADJCHANGE: bgp- [7891] (default) neighbor 192.0.2.98 Up',
      {
        host: null,
        stated: { kind: 'instant', at: utc('2026-11-21T06:13:27') },
        text: '%BGP-5-ADJCHANGE: bgp- [7891] (default) neighbor 192.0.2.98 Up',
      },
    ],
    [
      'of NX-OS with its name',
      '<189>2026 Nov 21 06:13:27 leaf1 %BGP-5-ADJCHANGE:  bgp- [7891] (default) neighbor 192.0.2.98 Up',
      { host: 'leaf1', stated: { kind: 'local', asUtc: utc('2026-11-21T06:13:27'), year: 2026 } },
    ],
    [
      'of IOS XE that lost its source of time',
      '<189>45: .Nov 21 06:13:27.766: %BGP-5-ADJCHANGE: neighbor 192.0.2.98 Up',
      { host: null, stated: null },
    ],
    ['without a time', '<30>%ADJCHANGE: neighbor 192.0.2.98 Up', { host: null, stated: null }],
  ])('%s', (_, line, expected) => expect(parseSyslogMessage(line, AT)).toMatchObject(expected))

  it.each([
    'no priority',
    '<192>1 - - - - - -',
    '<30>1 2026-13-21T06:13:27Z vm bgpd - - - x',
    '<30>1 2026-11-21T06:13:27 vm bgpd - - - x',
    '<30>1 - - - - - [never ends',
    '<30>',
    '',
  ])('that is none: %j', (line) => expect(parseSyslogMessage(line, AT)).toBeNull())
})

describe('a time without a year', () => {
  const day = (month: number, date: number) => ({
    year: null,
    month,
    day: date,
    hour: 23,
    minute: 59,
    second: 59,
    millisecond: 0,
  })
  it('is of the year that brings it nearest', () => {
    const newYear = Date.UTC(2027, 0, 1, 0, 0, 1)
    expect(resolveStatedTime(day(11, 31), 0, newYear)).toEqual({ kind: 'instant', at: utc('2026-12-31T23:59:59') })
    expect(resolveStatedTime(day(0, 1), 0, Date.UTC(2026, 11, 31, 23))).toEqual({
      kind: 'instant',
      at: utc('2027-01-01T23:59:59'),
    })
  })
  it('is none where there is no such day', () => {
    expect(resolveStatedTime(day(1, 30), 0, AT)).toBeNull()
  })
})

describe("a router's clock", () => {
  const local = (text: string) => ({ kind: 'local', asUtc: utc(text), year: null }) as const

  it('bounds by the second that it states with its zone', () => {
    const clock = new RouterClockEstimator()
    expect(clock.notBefore({ kind: 'instant', at: AT - 300 }, AT)).toBe(AT - 1_000)
    expect(clock.notBefore(null, AT)).toBeNull()
  })

  it('bounds nothing once it stated a second to come', () => {
    const clock = new RouterClockEstimator()
    expect(clock.notBefore({ kind: 'instant', at: AT + 5_000 }, AT)).toBeNull()
    expect(clock.notBefore({ kind: 'instant', at: AT }, AT + 60_000)).toBeNull()
  })

  it('without a zone is learned from lines that agree for ten minutes', () => {
    const clock = new RouterClockEstimator()
    expect(clock.notBefore(local('2026-11-21T11:43:27'), AT)).toBeNull()
    expect(clock.notBefore(local('2026-11-21T11:43:30'), AT + 3_000)).toBeNull()
    expect(clock.notBefore(local('2026-11-21T11:53:30'), AT + 603_000)).toBe(AT + 602_000)
    // the bound of a late line is as early as the time that it states
    expect(clock.notBefore(local('2026-11-21T11:43:40'), AT + 700_000)).toBe(AT + 12_000)
  })

  it('without a zone is not learned from lines that waited for the station', () => {
    const clock = new RouterClockEstimator()
    const utcLocal = (at: number) => ({ kind: 'local', asUtc: at, year: null }) as const
    for (let n = 0; n < 50; n++) {
      const happened = AT + n * 1_000
      const bound = clock.notBefore(utcLocal(happened), AT + 3_720_000 + n)
      expect(bound === null || bound <= happened).toBe(true)
    }
  })

  it('without a zone is put forward at once and back when lines agree', () => {
    const clock = new RouterClockEstimator()
    const summer = (seconds: number) => local(new Date(AT + 7_200_000 + seconds * 1_000).toISOString().slice(0, 19))
    const winter = (seconds: number) => local(new Date(AT + 3_600_000 + seconds * 1_000).toISOString().slice(0, 19))
    clock.notBefore(summer(0), AT)
    // the bound is one hour too early, which is less precise but not wrong
    expect(clock.notBefore(winter(610), AT + 610_000)).toBe(AT + 610_000 - 3_600_000)
    clock.notBefore(winter(611), AT + 611_000)
    expect(clock.notBefore(winter(612), AT + 612_000)).toBe(AT + 612_000 - 3_600_000)
    clock.notBefore(winter(1_210), AT + 1_210_000)
    expect(clock.notBefore(winter(1_211), AT + 1_211_000)).toBe(AT + 1_211_000)
    expect(clock.notBefore(summer(1_212), AT + 1_212_000)).toBeNull()
    expect(clock.notBefore(summer(1_812), AT + 1_812_000)).toBe(AT + 1_812_000)
  })

  it('never bounds after what happened, whatever its zone, as long as it is right and its first lines are not late', () => {
    const lines = fc.array(
      fc.record({ after: fc.integer({ min: 1, max: 86_400_000 }), late: fc.integer({ min: 0, max: 3_600_000 }) }),
      { maxLength: 30 },
    )
    fc.assert(
      fc.property(fc.integer({ min: -48, max: 56 }), lines, (quarters, all) => {
        const clock = new RouterClockEstimator()
        const zone = quarters * 15 * 60_000
        clock.notBefore({ kind: 'local', asUtc: AT + zone, year: null }, AT)
        let [event, arrival] = [AT, AT]
        for (const { after, late } of all) {
          event += after
          arrival = Math.max(arrival, event + late)
          const asUtc = Math.floor(event / 1_000) * 1_000 + zone
          const bound = clock.notBefore({ kind: 'local', asUtc, year: null }, arrival)
          // three late lines that agree look like a clock that was set back
          if (late < 450_000) expect(bound === null || bound <= event || all.length > 3).toBe(true)
        }
      }),
    )
  })
})

describe('a stream of lines', () => {
  const frames = (bytes: Uint8Array, sizes: readonly number[]) => {
    const splitter = new LineSplitter()
    const read = []
    let [at, turn] = [0, 0]
    while (at < bytes.length) {
      const size = Math.max(1, sizes[turn++ % Math.max(1, sizes.length)] ?? bytes.length)
      read.push(...splitter.push(bytes.subarray(at, at + size)))
      at += size
    }
    const rest = splitter.rest()
    return rest ? [...read, rest] : read
  }
  const counted = (line: string) => `${Buffer.byteLength(line)} ${line}`

  it('is split the same whatever the chunks, by octet counting and by newlines', () => {
    // a line begins with its priority
    const line = fc
      .string({ unit: 'binary', minLength: 0, maxLength: 60 })
      .map((text) => `<30>${text.replace(/[\n\r\0\uFFFD]/g, '.')}`)
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 })
    const sent = fc.array(fc.record({ line, isCounted: fc.boolean() }), { maxLength: 10 })
    fc.assert(
      fc.property(sent, sizes, (all, chunks) => {
        const text = all.map((one) => (one.isCounted ? counted(one.line) : `${one.line}\n`)).join('')
        const expected = all.map((one) => ({ line: Buffer.from(one.line).toString() }))
        expect(frames(Buffer.from(text), chunks)).toEqual(expected)
      }),
    )
  })

  it('goes on after what is too long or no frame', () => {
    const long = 'x'.repeat(MAX_LINE_BYTES + 1)
    expect(frames(Buffer.from(`<30>${long}\n<30>a\n`), [1_000])).toEqual([{ fault: 'oversized' }, { line: '<30>a' }])
    expect(frames(Buffer.from('999999 <30>a\n<30>b\n'), [])).toEqual([{ fault: 'malformed' }, { line: '<30>b' }])
    expect(frames(Buffer.from('9000 <30>a\n<30>b\n'), [])).toEqual([{ fault: 'oversized' }, { line: '<30>b' }])
    expect(frames(Buffer.from('12x <30>a\n<30>b\n'), [])).toEqual([{ fault: 'malformed' }, { line: '<30>b' }])
  })

  it('hands on a last line that nothing ends', () => {
    expect(frames(Buffer.from('<30>a\n<30>b'), [])).toEqual([{ line: '<30>a' }, { line: '<30>b' }])
  })

  it('takes any bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: 1, max: 50 }),
        (bytes, size) => void frames(bytes, [size]),
      ),
    )
  })
})

describe('what a sender writes', () => {
  const example =
    '<30>1 2026-11-21T06:13:27.766749+00:00 vm bgpd 3501 - -  [PXVXG-TFNNT] %ADJCHANGE: neighbor 192.0.2.98(Unknown) in vrf default Down Interface down'

  it('is a line of a session with its bounds', () => {
    expect(new SyslogToReportConverter().read(example, AT)).toMatchObject({
      is: 'session',
      host: 'vm',
      line: { neighbor: '192.0.2.98', at: AT, notBefore: AT - 1_000, state: 'down' },
    })
  })

  it('is read or skipped, whatever it is, in no time', () => {
    const mutated = fc
      .tuple(fc.nat(example.length), fc.nat(20), fc.string({ unit: 'binary', maxLength: 30 }))
      .map(([at, cut, put]) => example.slice(0, at) + put + example.slice(at + cut))
    const started = performance.now()
    fc.assert(
      fc.property(fc.oneof(mutated, fc.string({ unit: 'binary', maxLength: 500 })), (text) => {
        const read = new SyslogToReportConverter().read(text, AT)
        expect(['session', 'other', 'malformed']).toContain(read.is)
        if (read.is === 'session') expect(read.line.text).not.toMatch(/\0/)
      }),
      { numRuns: 500 },
    )
    // patterns with backtracking would take seconds for one line
    for (const part of ['(', ' ', '0:', '%ADJCHANGE: neighbor ', 'BGP peer 1.1.1.1 (x AS 1)', 'Nov 21 '])
      new SyslogToReportConverter().read(`<30>${part.repeat(MAX_LINE_BYTES / part.length)}`, AT)
    expect(performance.now() - started).toBeLessThan(5_000)
    // a line that continues with spaces, once for each position at which a pattern may start again
    const blank = ' '.repeat(MAX_LINE_BYTES)
    const begins = [
      '%ROUTING-BGP-5-ADJCHANGE : neighbor 192.0.2.98 Down - ',
      '%BGP-5-ADJCHANGE: bgp- [7891] (default) neighbor 192.0.2.98 Down - ',
      '%ADJCHANGE: neighbor 192.0.2.98(',
      'BGP peer 192.0.2.98 (External AS 1) changed state from A to B (event C)',
      'NOTIFICATION sent to 192.0.2.98 (External AS 1): code 4 (',
    ]
    const texts = begins.flatMap((begin) => [`${begin}${blank}x`, begin.repeat(MAX_LINE_BYTES / begin.length)])
    const read = performance.now()
    for (const text of texts) for (let n = 0; n < 20; n++) parseBgpLogLine(text.slice(0, MAX_LINE_BYTES))
    // a pattern that starts again at each space takes 45 ms a line
    expect(performance.now() - read).toBeLessThan(1_000)
  })
})
