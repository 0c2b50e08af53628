import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type AnnouncedAndLearnedRoutes, compareAnnouncedWithLearned } from './announced-learned.ts'

const READ = Date.UTC(2026, 10, 22, 3)
const route = (prefix: string, secondsBefore = 600) => {
  const at = READ - secondsBefore * 1_000
  return { prefix, since: { earliest: at - 1_000, latest: at } }
}
const tables = (more: Partial<AnnouncedAndLearnedRoutes>): AnnouncedAndLearnedRoutes => ({
  announced: [],
  beforePolicy: null,
  withdrawn: new Map(),
  learned: [],
  readAt: READ,
  limit: 4_000,
  isTaken: () => null,
  ...more,
})
const verdicts = (more: Partial<AnnouncedAndLearnedRoutes>) =>
  compareAnnouncedWithLearned(tables(more)).map(({ prefix, verdict, because }) =>
    [prefix, verdict, because].filter(Boolean).join(' '),
  )

it.each<[string, Partial<AnnouncedAndLearnedRoutes>, string[]]>([
  ['both have it', { announced: [route('10.0.0.0/8')], learned: ['10.0.0.0/8'] }, ['10.0.0.0/8 learned']],
  ['Azure does not have it', { announced: [route('10.0.0.0/8')] }, ['10.0.0.0/8 not_learned']],
  [
    'Azure was asked too soon after it was announced',
    { announced: [route('10.0.0.0/8', 20), route('10.1.0.0/16', -20)] },
    ['10.0.0.0/8 not_yet', '10.1.0.0/16 not_yet'],
  ],
  [
    'the peering is full',
    { announced: [route('10.0.0.0/8'), route('10.1.0.0/16')], learned: ['10.0.0.0/8'], limit: 1 },
    ['10.0.0.0/8 learned', '10.1.0.0/16 not_learned limit'],
  ],
  [
    'the peering does not take such prefixes',
    { announced: [route('10.0.0.0/8')], isTaken: (prefix) => !prefix.startsWith('10.') },
    ['10.0.0.0/8 not_learned filter'],
  ],
  [
    "the router's own policy keeps it back",
    { announced: [], beforePolicy: [route('10.0.0.0/8')] },
    ['10.0.0.0/8 by_policy'],
  ],
  ['Azure has what the router does not announce', { learned: ['10.0.0.0/8'] }, ['10.0.0.0/8 learned_only']],
  [
    'Azure was not asked since it was withdrawn',
    { learned: ['10.0.0.0/8'], withdrawn: new Map([['10.0.0.0/8', READ + 5_000]]) },
    ['10.0.0.0/8 not_yet'],
  ],
  [
    'it was withdrawn long ago',
    { learned: ['10.0.0.0/8'], withdrawn: new Map([['10.0.0.0/8', READ - 600_000]]) },
    ['10.0.0.0/8 learned_only'],
  ],
])('%s', (_, given, expected) => expect(verdicts(given)).toEqual(expected))

it('gives each prefix one verdict, and no others', () => {
  const prefixes = fc.uniqueArray(fc.integer({ min: 0, max: 40 }).map((n) => `10.${n}.0.0/16`))
  fc.assert(
    fc.property(prefixes, prefixes, prefixes, (announced, before, learned) => {
      const found = compareAnnouncedWithLearned(
        tables({ announced: announced.map((p) => route(p)), beforePolicy: before.map((p) => route(p)), learned }),
      )
      const named = found.map(({ prefix }) => prefix)
      expect(new Set(named)).toEqual(new Set([...announced, ...before, ...learned]))
      expect(named).toEqual([...new Set(named)])
      for (const { prefix, verdict } of found) {
        expect(verdict === 'learned').toBe(announced.includes(prefix) && learned.includes(prefix))
        expect(verdict === 'by_policy').toBe(!announced.includes(prefix) && !learned.includes(prefix))
      }
    }),
  )
})
