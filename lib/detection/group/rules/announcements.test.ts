import { expect, it } from 'vitest'
import { type DetectionContext, ensureResourceState } from '../../model/context.ts'
import type { AnnouncedPrefixChange } from '../../model/router-side-session.ts'
import {
  LONG_AGO_TIME_BOUNDS,
  TEST_POLL_END_TIME,
  createEvaluationStageTestInput,
  createLongEstablishedSession,
} from '../../testing/scene.ts'
import { createTestSessionReportedByRouter } from '../../testing/router-ends.ts'
import { findRouterSideRecheckTime, applyRouterSideRules } from './router-side-rules.ts'

const CIRCUIT = 'ckt-lon'
const [MSEE, CE] = ['172.16.0.2', '172.16.0.1']
const HOUR = 3_600_000
const [SITE, WATCHED, OTHER, DEFAULT] = ['10.1.0.0/16', '10.2.0.0/16', '192.0.2.0/24', '0.0.0.0/0']

const path = (...asPath: number[]) => ({ asPath, med: null })
const own = path(65_001)
const change = (
  prefix: string,
  before: AnnouncedPrefixChange['before'],
  after: AnnouncedPrefixChange['after'],
  ago = 5,
): AnnouncedPrefixChange => ({
  prefix,
  before,
  after,
  between: { earliest: TEST_POLL_END_TIME - (ago + 1) * 1_000, latest: TEST_POLL_END_TIME - ago * 1_000 },
})
const up = [{ state: 'up' as const, reason: null, from: LONG_AGO_TIME_BOUNDS, to: null }]

const given = (level: 'up' | 'down' = 'up'): DetectionContext => {
  const subresource = 'AzurePrivatePeering/primary'
  const { context } = createEvaluationStageTestInput({ kind: 'summary', scope: CIRCUIT, subresource }, {}, (made) => {
    ensureResourceState(made, CIRCUIT).sessions = {
      own: createLongEstablishedSession(MSEE, CE, { subresource, level, since: LONG_AGO_TIME_BOUNDS }),
    }
  })
  const site = { name: 'dc', prefixes: [SITE], home: null, routers: {} }
  return { ...context, topology: { ...context.topology, sites: [site], watched: [WATCHED] } }
}

/** Returns the events after a poll some seconds after the first poll. */
function fold(
  context: DetectionContext,
  changes: readonly AnnouncedPrefixChange[],
  seconds = 0,
  from = TEST_POLL_END_TIME - HOUR,
) {
  const at = TEST_POLL_END_TIME + seconds * 1_000
  const mark = { ...context.mark, startedAt: at, finishedAt: at, outcome: 'not_polled' as const }
  applyRouterSideRules({ ...context, mark }, [createTestSessionReportedByRouter(up, { announced: { from, changes } })])
  return Object.values(ensureResourceState(context, CIRCUIT).live)
    .map(({ event }) => event)
    .filter(({ kind }) => kind === 'announcement_changed')
}

it('reports that its list of prefixes is incomplete', () => {
  const context = given()
  const announced = { from: TEST_POLL_END_TIME - HOUR, changes: [change(SITE, own, null)], isPartial: true }
  applyRouterSideRules(context, [createTestSessionReportedByRouter(up, { announced })])
  const [live] = Object.values(ensureResourceState(context, CIRCUIT).live)
  expect(live?.event.evidence[0]?.after).toBe(
    'ce-1: announces no longer 10.1.0.0/16; more routes changed than are read at a time, so that this list is incomplete',
  )
})

const many = Array.from({ length: 50 }, (_, n) => change(`198.51.${n}.0/24`, null, own))
it.each<[string, AnnouncedPrefixChange[], string | null]>([
  ['a site’s network is withdrawn', [change('10.1.7.0/24', own, null)], 'announces no longer 10.1.7.0/24'],
  ['a watched one is announced', [change(WATCHED, null, own)], 'newly announces 10.2.0.0/16'],
  ['one is prepended', [change(SITE, own, path(65_001, 65_001))], 'announces by another path 10.1.0.0/16'],
  [
    'a default route leaks, and more',
    [change(DEFAULT, null, own), change(OTHER, null, own)],
    'newly announces 0.0.0.0/0 and 1 more',
  ],
  [
    'one comes and another goes',
    [change(SITE, own, null), change(DEFAULT, null, own)],
    'announces no longer 10.1.0.0/16; newly announces 0.0.0.0/0',
  ],
  ['fifty others change', many, 'newly announces 198.51.0.0/24 and 49 more'],
  ['fewer others do', many.slice(1), null],
  ['it is as before', [change(SITE, own, own)], null],
  ['Azure’s own route comes back to Azure', [change(SITE, null, path(65_001, 12_076, 65_515))], null],
  ['nothing changes', [], null],
])('where %s', (_, changes, words) => {
  const context = given()
  expect(fold(context, changes).map(({ evidence }) => evidence[0]?.after)).toEqual(words ? [`ce-1: ${words}`] : [])
})

it('ends within the bounds of the last that is announced as before', () => {
  const context = given()
  const [leak, gone] = [change(DEFAULT, null, own), change(SITE, own, null, 3)]
  expect(fold(context, [leak, gone])).toMatchObject([{ started: leak.between, ended: null, severity: 'warning' }])
  const [takenBack, home] = [change(DEFAULT, null, null, -20), change(SITE, own, own, -40)]
  expect(fold(context, [takenBack, gone], 30)).toMatchObject([{ ended: null }])
  expect(fold(context, [takenBack, home], 60)).toMatchObject([{ ended: home.between, flags: [] }])
  expect(fold(context, [takenBack, home], 70)).toHaveLength(1)
})

it('takes in what follows within it, and lasts until all of that is as before', () => {
  const context = given()
  const [first, second] = [change(DEFAULT, null, own), change(OTHER, null, own, 3)]
  fold(context, [first])
  expect(fold(context, [first, second], 2)).toMatchObject([
    { started: first.between, evidence: [{ after: 'ce-1: newly announces 0.0.0.0/0 and 1 more' }] },
  ])
  const takenBack = change(DEFAULT, null, null, -20)
  expect(fold(context, [takenBack, second], 30)).toMatchObject([{ ended: null }])
  const all = [takenBack, change(OTHER, null, null, -40)]
  expect(fold(context, all, 60)).toMatchObject([{ ended: { latest: TEST_POLL_END_TIME + 40_000 } }])
})

it('goes on while nothing is known of its prefixes, and passes by after an hour', () => {
  const context = given()
  const [begun] = fold(context, [change(SITE, own, null)])
  expect(fold(context, [], 60)).toMatchObject([{ ended: null }])
  applyRouterSideRules(context, [createTestSessionReportedByRouter(up)])
  context.routerEnds = [createTestSessionReportedByRouter(up)]
  expect(findRouterSideRecheckTime(context, CIRCUIT)).toBe((begun?.started.latest ?? 0) + HOUR + 1)
  expect(fold(context, [], 3_600, TEST_POLL_END_TIME)).toMatchObject([
    { flags: ['lasts'], ended: { latest: TEST_POLL_END_TIME + HOUR } },
  ])
})

it('is nothing that Azure could take while its session is down', () => {
  expect(fold(given('down'), [change(SITE, own, null)])).toEqual([])
})
