import { describe, expect, it } from 'vitest'
import type { Shift } from '#lib/contract/index.ts'
import { resourcesOf, pollGaps } from './poll-gaps.ts'

type Stretch = Shift['unseen'][number]
const minute = (n: number) => new Date(Date.UTC(2026, 0, 5, 3, n)).toISOString()
const stretch = (scope: string, from: number, to: number, rest: Partial<Stretch> = {}): Stretch => ({
  scope,
  scopeName: scope,
  kind: 'arp',
  from: minute(from),
  to: minute(to),
  outcome: 'not_polled',
  ...rest,
})
const told = (stretches: readonly Stretch[]) =>
  pollGaps(stretches).map((group) => `${resourcesOf(group)} ${group.stretches.length}`)

describe('polls that told nothing', () => {
  it.each([
    {
      name: 'at about one time are one',
      unseen: [stretch('a', 0, 30), stretch('b', 1, 29), stretch('a', 2, 30, { kind: 'learned' })],
      is: ['a, b 3'],
    },
    { name: 'at different times are not', unseen: [stretch('a', 0, 30), stretch('b', 30, 50)], is: ['a 1', 'b 1'] },
    {
      name: 'for different reasons are not',
      unseen: [stretch('a', 0, 30), stretch('b', 0, 30, { outcome: 'timeout' })],
      is: ['a 1', 'b 1'],
    },
    {
      name: 'for a small part of the same time are not',
      unseen: [stretch('a', 0, 30), stretch('b', 10, 20)],
      is: ['a 1', 'b 1'],
    },
    {
      name: 'of many things name the first',
      unseen: [...'abcde'].map((scope) => stretch(scope, 0, 30)),
      is: ['a, b, c and 2 more 5'],
    },
    { name: 'never are nothing', unseen: [], is: [] },
  ])('$name', ({ unseen, is }) => expect(told(unseen)).toEqual(is))

  it('together reach from the first that began to the last that ended', () => {
    const [group] = pollGaps([stretch('a', 1, 30), stretch('b', 0, 29)])
    expect([group?.from, group?.to]).toEqual([Date.parse(minute(0)), Date.parse(minute(30))])
  })
})
