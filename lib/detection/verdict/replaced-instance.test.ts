import { expect, it } from 'vitest'
import { getLastChangeBounds, hasFewerScaleUnits, isGatewayInstanceReplaced } from './replaced-instance.ts'

const [A, B, C] = ['10.0.4.12', '10.0.4.13', '10.0.4.14'] as const
const now = 100 * 60_000
const longAgo = now - 11 * 60_000

it.each([
  ['in it, while two others report', true, now - 60_000, [B, C]],
  ['in it, while one other reports', false, now - 60_000, [B]],
  ['as it began', true, now - 90_000, [B, C]],
  ['as it was over', true, now - 30_000, [B, C]],
  ['after it', false, now - 10_000, [B, C]],
  ['before it', false, now - 120_000, [B, C]],
])(
  'an instance that was last seen %s, where a change of its gateway is over: replaced = %s',
  (_, expected, lastSeenAt, reporting) => {
    const changed = { earliest: now - 90_000, latest: now - 30_000 }
    expect(
      isGatewayInstanceReplaced(
        { address: A, lastSeenAt },
        { instances: [[B]], instanceCount: 4, changed },
        new Set(reporting),
        now,
      ),
    ).toBe(expected)
    // an instance in the configuration is never replaced
    expect(
      isGatewayInstanceReplaced(
        { address: A, lastSeenAt },
        { instances: [[A]], instanceCount: 2, changed },
        new Set(reporting),
        now,
      ),
    ).toBe(false)
  },
)

it('the only one is replaced by one', () => {
  const changed = { earliest: now - 90_000, latest: now - 30_000 }
  const gateway = { instances: [], instanceCount: 1, changed }
  expect(isGatewayInstanceReplaced({ address: A, lastSeenAt: now - 60_000 }, gateway, new Set([B]), now)).toBe(true)
})

it('a change lasts from when it may have begun to when it may have ended, once it has', () => {
  const started = { earliest: 1, latest: 2 }
  expect(getLastChangeBounds({ started, ended: { earliest: 3, latest: 4 } })).toEqual({ earliest: 1, latest: 4 })
  expect(getLastChangeBounds({ started, ended: null })).toBeNull()
  expect(getLastChangeBounds(undefined)).toBeNull()
})

it('of three, one that fell silent is not taken for scaled in before ten minutes', () => {
  const gateway = { instances: [[B]], instanceCount: null }
  const after = (seconds: number) =>
    isGatewayInstanceReplaced({ address: A, lastSeenAt: now - seconds * 1_000 }, gateway, new Set([B, C]), now)
  expect([after(30), after(601)]).toEqual([false, true])
})
it.each<[string, boolean, Parameters<typeof isGatewayInstanceReplaced>[0], string[][], number | null, string[]]>([
  ['silent for long while two others report', true, { address: A, lastSeenAt: longAgo }, [], null, [B, C]],
  ['silent for 10 minutes at most', false, { address: A, lastSeenAt: now - 10 * 60_000 }, [], null, [B, C]],
  ['with no time of its last report', false, { address: A, lastSeenAt: null }, [], null, [B, C]],
  ['silent while one other reports', false, { address: A, lastSeenAt: longAgo }, [], null, [B]],
  ['silent while two of three report', false, { address: A, lastSeenAt: longAgo }, [], 3, [B, C]],
  ['the only one, silent while the configured one reports', true, { address: A, lastSeenAt: longAgo }, [[B]], 1, [B]],
  ['that the configuration names', false, { address: A, lastSeenAt: longAgo }, [[A], [B]], 2, [B]],
  ['under its other configured address', false, { address: A, lastSeenAt: longAgo }, [[C, A], [B]], 2, [B]],
  ['when the settings name one of two', false, { address: A, lastSeenAt: longAgo }, [[B]], null, [B]],
  [
    'when the settings name two others, which are silent too',
    true,
    { address: A, lastSeenAt: longAgo },
    [[B], [C]],
    2,
    [],
  ],
])('an instance %s: replaced = %s', (_, expected, instance, instances, instanceCount, reporting) => {
  expect(isGatewayInstanceReplaced(instance, { instances, instanceCount }, new Set(reporting), now)).toBe(expected)
})

it('one of a gateway that scales is waited for until its units are reported', () => {
  const gateway = { instances: [[B]], instanceCount: null, scales: true }
  const after = (minutes: number) =>
    isGatewayInstanceReplaced({ address: A, lastSeenAt: now - minutes * 60_000 }, gateway, new Set([B, C]), now)
  expect([after(11), after(20), after(21)]).toEqual([false, false, true])
})

it.each<[string, boolean | null, [minute: number, units: number][]]>([
  [
    'are fewer in a bucket after it left',
    true,
    [
      [40, 3],
      [45, 3],
      [55, 2],
    ],
  ],
  [
    'fell in the bucket in which it left',
    true,
    [
      [45, 3],
      [50, 2.2],
    ],
  ],
  [
    'fell before it left',
    true,
    [
      [40, 3],
      [45, 2],
    ],
  ],
  [
    'are as many after it left',
    false,
    [
      [45, 3],
      [50, 3],
      [55, 3],
    ],
  ],
  [
    'are as many in the bucket in which it left',
    null,
    [
      [45, 3],
      [50, 3],
    ],
  ],
  [
    'are more',
    false,
    [
      [45, 2],
      [55, 3],
    ],
  ],
  [
    'are as many in the bucket that begins as it has left',
    false,
    [
      [45, 3],
      [52, 3],
    ],
  ],
  [
    'were not reported before it left',
    null,
    [
      [51, 3],
      [55, 2],
    ],
  ],
  ['are not reported', null, []],
])('units that %s: fewer = %s', (_, expected, buckets) => {
  const left = { earliest: 51 * 60_000, latest: 52 * 60_000 }
  const samples = buckets.map(([minute, units]) => ({ at: minute * 60_000, units }))
  expect(hasFewerScaleUnits(samples, left)).toBe(expected)
})
