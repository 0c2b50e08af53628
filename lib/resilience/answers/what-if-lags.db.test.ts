import { beforeAll, expect, it } from 'vitest'
import { parseWhatIfLosses } from '#lib/contract/index.ts'
import { computeShortId } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  createCircuitRow,
  createConnectionRow,
  createGatewayRow,
  createLagRow,
  lagId,
  learnedRoute,
  createNetworkRow,
  pathRoute,
  privatePeering,
  createTestPollRecorder,
} from '#lib/questions/testing/record-feed.ts'
import { getN1 } from './single-losses/answers.ts'
import { refreshSingleLosses } from './single-losses/refresh-single-losses.ts'
import { computeWhatIf } from './what-if.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)
const now = T0 + 90_000
const [ON, OFF] = ['Enabled', 'Disabled']
const PREFIX = '10.1.0.0/16'
const LAG = computeShortId(lagId('lag'))

// link 2 has only the two active members that it needs
beforeAll(async () => {
  const feed = createTestPollRecorder(db)
  for (const at of [T0, T0 + 60_000]) {
    await feed.inventory(at, [
      createLagRow(
        'lag',
        [
          [ON, ON, ON],
          [ON, ON, OFF],
        ],
        { circuits: ['one'] },
      ),
      createCircuitRow('one', { ...privatePeering(1), expressRouteLag: { id: lagId('lag') } }),
      createGatewayRow('ergw', 'ExpressRoute', 'hub'),
      createNetworkRow('hub', ['10.200.0.0/16']),
      createConnectionRow('one', 'ergw', 'one', 0),
    ])
    for (const path of ['primary', 'secondary'] as const)
      await feed.tables(at, 'one', path, [pathRoute(PREFIX, { asPath: [65001] })])
    await feed.learned(
      at,
      'ergw',
      ['10.0.4.4', '10.0.4.5'].map((peer) => learnedRoute(PREFIX, { peer, asPath: [12076, 65001] })),
    )
  }
})

async function lose(text: string) {
  const losses = parseWhatIfLosses(text)
  if ('wrong' in losses) throw new Error(losses.wrong)
  const { data } = await computeWhatIf(db, { lose: losses.terms, change: [], rows: 'all' }, { costOfMonth: null }, now)
  return data.lost.map(({ kind, name, paths }) => [kind, name, paths.map(({ path }) => path)])
}

it.each<[string, unknown[][]]>([
  [LAG, [['lag', 'lag', ['primary', 'secondary']]]],
  [`${LAG}/link1`, [['link', 'lag link1', ['primary']]]],
  [`${LAG}/link1/member2`, [['member', 'lag link1 member2', []]]],
  [`${LAG}/link2/member2`, [['member', 'lag link2 member2', ['secondary']]]],
  // a port that is disabled already changes nothing
  [`${LAG}/link2/member3`, [['member', 'lag link2 member3', []]]],
  [
    `${LAG}/link1/member1,${LAG}/link1/member2`,
    [
      ['member', 'lag link1 member1', ['primary']],
      ['member', 'lag link1 member2', ['primary']],
    ],
  ],
])('the loss of %s loses the paths of links with too few ports', async (text, lost) => {
  expect(await lose(text)).toEqual(lost)
})

it.each([
  [`${LAG}/link3`, 'lag has no link "link3"'],
  [`${LAG}/link1/member9`, 'lag has no port "member9" in link1'],
])('%s is refused', async (text, reason) => {
  await expect(lose(text)).rejects.toThrow(reason)
})

it('single losses include the LAG, its links, and a port without which a link has too few', async () => {
  await refreshSingleLosses(db, [], { now: () => now, signal: new AbortController().signal, share: 1 })
  const { data } = await getN1(db, {}, now)
  const own = data.cases.filter(({ term }) => term.startsWith(LAG))
  expect(own.map(({ kind, term, stranded }) => [kind, term.replace(LAG, ''), stranded])).toEqual([
    ['lag', '', 1],
    ['link', '/link1', 0],
    ['link', '/link2', 0],
    ['member', '/link2/member1', 0],
  ])
})
