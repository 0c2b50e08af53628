import { expect, it } from 'vitest'
import { isReplaced } from './replaced-instance.ts'

const [A, B, C] = ['10.0.4.12', '10.0.4.13', '10.0.4.14'] as const
const now = 100 * 60_000
const longAgo = now - 11 * 60_000

it.each([
  ['in it, while two others report', true, now - 60_000, [B, C]],
  ['in it, while one other reports', false, now - 60_000, [B]],
  ['after it', false, now - 10_000, [B, C]],
  ['before it', false, now - 120_000, [B, C]],
])(
  'an instance that was last seen %s, where a change of its gateway is over: replaced = %s',
  (_, expected, lastSeenAt, reporting) => {
    const changed = { earliest: now - 90_000, latest: now - 30_000 }
    expect(
      isReplaced({ address: A, lastSeenAt }, { instances: [[B]], instanceCount: 4, changed }, new Set(reporting), now),
    ).toBe(expected)
    // one that the configuration names is missed all the same
    expect(
      isReplaced({ address: A, lastSeenAt }, { instances: [[A]], instanceCount: 2, changed }, new Set(reporting), now),
    ).toBe(false)
  },
)

it('of three, one that fell silent is not taken for scaled in before ten minutes', () => {
  const gateway = { instances: [[B]], instanceCount: null }
  const after = (seconds: number) =>
    isReplaced({ address: A, lastSeenAt: now - seconds * 1_000 }, gateway, new Set([B, C]), now)
  expect([after(30), after(601)]).toEqual([false, true])
})
it.each<[string, boolean, Parameters<typeof isReplaced>[0], string[][], number | null, string[]]>([
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
  expect(isReplaced(instance, { instances, instanceCount }, new Set(reporting), now)).toBe(expected)
})
