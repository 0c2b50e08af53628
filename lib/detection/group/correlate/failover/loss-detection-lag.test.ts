import { describe, expect, it } from 'vitest'
import { defaultSettings } from '../../../model/settings.ts'
import { compareFailoverWithBudgets } from './failover-expectations.ts'
import { computeLossDetectionLag } from './loss-detection-lag.ts'
import {
  computeDurationBetweenBounds,
  narrowKnownBounds,
  narrowFailoverTime,
  mergeFailoverRevisions,
} from './failover-revisions.ts'

const seconds = (earliest: number, latest: number) => ({ earliest: earliest * 1_000, latest: latest * 1_000 })

describe('lagOf', () => {
  it.each([
    ['a silent cut without BFD, one-minute polls', seconds(25, 89), seconds(130, 192), ['hold_timer'], 'hold_timer'],
    [
      'a cut with BFD, one-minute polls',
      seconds(25, 89),
      seconds(10, 72),
      ['immediate', 'bfd_750', 'low_timers'],
      null,
    ],
    ['fast polls that distinguish them', seconds(0, 1), seconds(0.9, 1.4), ['immediate'], 'immediate'],
    ['BFD at 750 ms, fast polls', seconds(0, 0.2), seconds(2.2, 2.5), ['bfd_750'], 'bfd_750'],
    ['low timers, fast polls', seconds(0, 1), seconds(9, 10), ['low_timers'], 'low_timers'],
    ['between all of them', seconds(0, 1), seconds(40, 60), [], null],
    [
      'bounds so wide that nothing is excluded',
      seconds(0, 300),
      seconds(100, 400),
      ['immediate', 'bfd_750', 'low_timers', 'hold_timer'],
      null,
    ],
  ])('%s', (_, lost, ended, possible, named) => {
    const lag = computeLossDetectionLag(lost, ended, defaultSettings)
    expect(lag).toMatchObject({ possible, named })
    expect(lag.advice === null).toBe(named !== 'hold_timer')
  })

  it('is never below 0', () => {
    expect(computeLossDetectionLag(seconds(100, 200), seconds(50, 60), defaultSettings).lag).toEqual({
      minMs: 0,
      maxMs: 0,
    })
  })
})

describe('expectationsOf', () => {
  const against = (minMs: number, maxMs: number) =>
    compareFailoverWithBudgets({ minMs, maxMs }, { isVpn: false, isLoss: true, mechanism: null }, defaultSettings).map(
      ({ class: name, verdict }) => `${name} ${verdict}`,
    )
  it.each([
    [0, 20_000, ['withdrawal within', 'bfd within', 'bfd_750 within', 'hold_timer within']],
    [0, 62_000, ['withdrawal not_provable', 'bfd not_provable', 'bfd_750 within', 'hold_timer within']],
    [20_001, 61_000, ['withdrawal exceeded', 'bfd within', 'bfd_750 within', 'hold_timer within']],
    [240_001, 300_000, ['withdrawal exceeded', 'bfd exceeded', 'bfd_750 exceeded', 'hold_timer exceeded']],
  ])('between %i and %i ms', (least, most, verdicts) => {
    expect(against(least, most)).toEqual(verdicts)
  })

  it('are those of a VPN gateway where that was the former path, and of the hold timer where it is proven', () => {
    const classes = (isVpn: boolean, isLoss: boolean, hold: boolean) =>
      compareFailoverWithBudgets(
        null,
        {
          isVpn,
          isLoss,
          mechanism: hold ? computeLossDetectionLag(seconds(0, 1), seconds(150, 160), defaultSettings) : null,
        },
        defaultSettings,
      ).map(({ class: name }) => name)
    expect(classes(true, true, false)).toEqual(['vpn_unplanned', 'vpn_planned'])
    expect(classes(false, true, true)[0]).toBe('hold_timer')
    const slow = computeLossDetectionLag(seconds(0, 0.2), seconds(2.2, 2.5), defaultSettings)
    const [first] = compareFailoverWithBudgets(null, { isVpn: false, isLoss: true, mechanism: slow }, defaultSettings)
    expect(first).toMatchObject({ class: 'bfd_750', budgetMs: 62_250 })
    expect(classes(false, false, false)).toEqual(['withdrawal'])
  })

  it('can prove nothing of what is not known', () => {
    const reported = compareFailoverWithBudgets(null, { isVpn: false, isLoss: true, mechanism: null }, defaultSettings)
    expect(new Set(reported.map(({ verdict }) => verdict))).toEqual(new Set(['not_provable']))
  })
})

describe('refined', () => {
  it.each([
    ['narrower', seconds(0, 60), seconds(10, 20), seconds(10, 20), false],
    ['overlapping', seconds(0, 60), seconds(30, 90), seconds(30, 60), false],
    ['wider', seconds(10, 20), seconds(0, 60), seconds(10, 20), false],
    ['apart: the earlier one stands', seconds(0, 60), seconds(61, 90), seconds(0, 60), true],
  ])('by one that is %s', (_, known, now, bounds, isOutside) => {
    expect(narrowKnownBounds(known, now)).toEqual({ bounds, isOutside })
  })
})

describe('lengthFrom', () => {
  it.each([
    ['overlapping bounds', seconds(25, 89), seconds(13, 87), { minMs: 0, maxMs: 62_000 }],
    ['apart', seconds(0, 10), seconds(30, 40), { minMs: 20_000, maxMs: 40_000 }],
    ['reversed', seconds(50, 60), seconds(0, 10), { minMs: 0, maxMs: 0 }],
  ])('%s', (_, from, to, length) => {
    expect(computeDurationBetweenBounds(from, to)).toEqual(length)
  })
  it('is unknown where one end is', () => expect(computeDurationBetweenBounds(null, seconds(0, 1))).toBeNull())
})

describe('a mark that is checked again', () => {
  const between = (earliest: number, latest: number) => ({ earliest, latest })
  const snapshot = (known: ReturnType<typeof between> | null, counters: [number, number], rates?: [number, number]) =>
    narrowFailoverTime(
      'forwardingEnds',
      known,
      { counters: between(...counters), rates: rates ? between(...rates) : null },
      1_000,
    )
  const logged = (
    before: [number, number],
    reported: [number, number],
    by: 'counters' | 'rates',
    isOutside = false,
  ) => ({
    at: 1_000,
    mark: 'forwardingEnds',
    by,
    before: between(...before),
    reported: between(...reported),
    isOutside,
  })

  it.each([
    ['what is known first is no revision', snapshot(null, [0, 60]), [0, 60], []],
    ['rates narrow it', snapshot(null, [0, 60], [20, 80]), [20, 60], [logged([0, 60], [20, 80], 'rates')]],
    ['the same again is none', snapshot(between(20, 60), [0, 60], [20, 80]), [20, 60], []],
    ['later counters narrow it', snapshot(between(0, 60), [30, 60]), [30, 60], [logged([0, 60], [30, 60], 'counters')]],
    [
      'what contradicts is noted and changes nothing',
      snapshot(between(0, 60), [0, 60], [70, 80]),
      [0, 60],
      [logged([0, 60], [70, 80], 'rates', true)],
    ],
  ] as const)('%s', (_, { bounds, revisions }, [earliest, latest], expected) => {
    expect(bounds).toEqual({ earliest, latest })
    expect(revisions).toEqual(expected)
  })

  it('is logged with the same contradiction once', () => {
    const first = snapshot(between(0, 60), [0, 60], [70, 80]).revisions
    expect(mergeFailoverRevisions(first, snapshot(between(0, 60), [0, 60], [75, 90]).revisions)).toEqual(first)
  })
})
