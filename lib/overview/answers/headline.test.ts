import { expect, it } from 'vitest'
import type { TimestampBounds } from '#lib/contract/index.ts'
import { encodeWithSchema } from '#lib/questions/index.ts'
import { estateHeadlineSchema, type ActiveProblemToEncode } from '../api/index.ts'
import { formatHeadline } from '../api/headline-sentence.ts'
import { buildHeadline } from './headline.ts'

type HeadlineFacts = Parameters<typeof buildHeadline>[0]

const NOW = Date.parse('2026-11-26T18:49:30.000Z')
const ago = (minutes: number) => NOW - minutes * 60_000
const since = (minutes: number, width = 0.2) => ({ earliest: ago(minutes + width), latest: ago(minutes) })
const ever = { earliest: 0, latest: NOW }

const problem = (fields: Partial<ActiveProblemToEncode>): ActiveProblemToEncode => ({
  id: 'lon',
  type: 'circuit',
  name: 'erc-london',
  state: 'reduced',
  called: 'one path left',
  kind: null,
  severity: 'degraded',
  reason: '',
  href: '',
  since: since(12.5),
  unconfirmedSince: null,
  incidentId: null,
  ...fields,
})
const STOPPED_AT = Date.UTC(2026, 10, 26, 18, 47, 52)
const down = problem({ state: 'no_path', severity: 'down' })
const unknown = problem({ state: 'unknown', severity: 'unknown' })
const collector = problem({
  id: 'collector',
  type: 'source',
  name: 'Collector',
  state: 'stale',
  severity: 'unknown',
  reason: '12 of 113 polls are late: peers.',
})
const isolated = problem({ type: 'gateway', id: 'hub', name: 'ergw-hub', state: 'isolated', severity: 'down' })
const circuit = (established: TimestampBounds): HeadlineFacts['circuits'][number] => ({
  id: 'ams',
  redundancy: 'redundant',
  paths: [
    { path: 'primary', state: 'up', since: since(9_000) },
    { path: 'secondary', state: 'up', since: established },
  ],
})
const reduced: HeadlineFacts['circuits'][number] = {
  id: 'lon',
  redundancy: 'reduced',
  paths: [
    { path: 'primary', state: 'down', since: since(12.5) },
    { path: 'secondary', state: 'up', since: since(9_000) },
  ],
}
const healthy = { state: 'healthy' } as const

const facts = (more: Partial<HeadlineFacts>): HeadlineFacts => ({
  problems: [],
  circuits: [circuit(since(500)), circuit(since(192)), { id: 'off', redundancy: 'disabled', paths: [] }],
  gateways: [healthy, healthy, healthy],
  ports: 0,
  isPolled: true,
  restoredAt: null,
  recovered: [],
  urgent: new Set(),
  ...more,
})

it.each<[string, Partial<HeadlineFacts>, string, string]>([
  ['all is well', {}, 'up', 'Both paths up on both circuits for 3 h 12 min'],
  [
    'a circuit whose sessions outlived a loss',
    { restoredAt: ago(4.1) },
    'up',
    'Both paths up on both circuits for at least 4 min 06 s',
  ],
  ['nobody knows since when', { circuits: [circuit(ever)] }, 'up', 'Both paths up'],
  ['there is no circuit', { circuits: [] }, 'up', 'All 3 gateways up'],
  [
    'one gateway reports no session',
    { circuits: [], gateways: [healthy, healthy, { state: 'not_reported' }] },
    'up',
    '2 of 3 gateways up, 1 without a reported session',
  ],
  [
    'no gateway reports a session',
    { circuits: [], gateways: [{ state: 'not_reported' }, { state: 'no_peers' }] },
    'unknown',
    'All gateways are without a reported session',
  ],
  [
    'only a LAG is known',
    { circuits: [], gateways: [], ports: 1 },
    'unknown',
    'No circuit and no gateway is known yet, but a port or LAG',
  ],
  [
    'only ports and LAGs are known',
    { circuits: [], gateways: [], ports: 2 },
    'unknown',
    'No circuit and no gateway is known yet, but 2 ports and LAGs',
  ],
  ['nothing is known', { circuits: [], gateways: [], isPolled: false }, 'unknown', 'Nothing is polled yet'],
  [
    'only the collector is late',
    { problems: [collector] },
    'unknown',
    'Both paths up on both circuits for 3 h 12 min, collector late (12 of 113 polls)',
  ],
  [
    'all polls stopped',
    {
      problems: [
        {
          ...collector,
          state: 'stopped',
          since: { earliest: STOPPED_AT, latest: STOPPED_AT },
        },
      ],
    },
    'unknown',
    'Both paths up on both circuits for 3 h 12 min, no poll has succeeded since 2026-11-26 18:47:52 UTC',
  ],
  [
    'a path of one circuit is lost',
    { problems: [problem({})], circuits: [reduced, circuit(since(500))] },
    'degraded',
    'erc-london: primary path down since 18:37 UTC',
  ],
  [
    'it is not known which path of one circuit is lost',
    { problems: [problem({})] },
    'degraded',
    'erc-london on one path since 18:37 UTC',
  ],
  [
    'one circuit has one path since before monitoring',
    { problems: [problem({ state: 'single_homed', since: { earliest: 0, latest: ago(12.5) } })] },
    'degraded',
    'erc-london with one path set up for at least 12 min',
  ],
  [
    'another one is lost later: both hold since then',
    { problems: [problem({}), problem({ id: 'ams', since: since(1) })] },
    'degraded',
    '2 of 2 circuits on one path for at least 1 min 00 s',
  ],
  [
    'it has just begun',
    { problems: [problem({ since: { earliest: ago(0.5), latest: ago(0) } })] },
    'degraded',
    'erc-london on one path since 18:49 UTC',
  ],
  [
    'a circuit is down, and more',
    { problems: [down, isolated, problem({ id: 'ams' }), problem({ type: 'session', name: 'a to b', state: 'down' })] },
    'down',
    'erc-london down since 18:37 UTC, ergw-hub isolated, 2 further problems',
  ],
  [
    'one peering of a circuit is down, and another circuit as a whole',
    {
      problems: [
        { ...down, part: { down: 'private peering', works: ['Microsoft peering'] } },
        { ...down, id: 'ams', name: 'erc-ams' },
      ],
    },
    'down',
    'private peering of erc-london down for 12 min; Microsoft peering works, erc-ams down',
  ],
  [
    'Microsoft peering of a circuit is down by an event',
    {
      problems: [
        problem({
          state: 'impaired',
          kind: 'circuit_down',
          severity: 'down',
          part: { down: 'Microsoft peering', works: ['private peering'] },
        }),
      ],
    },
    'down',
    'Microsoft peering of erc-london down for 12 min; private peering works',
  ],
  [
    'nobody confirms what was proved',
    { problems: [{ ...down, unconfirmedSince: ago(10.5) }, collector] },
    'down',
    'erc-london down since 18:37 UTC, last known at 18:39 UTC, collector late',
  ],
  [
    'nobody confirms that two circuits are on one path',
    {
      problems: [
        problem({ unconfirmedSince: ago(2.5) }),
        problem({ id: 'ams', unconfirmedSince: ago(1.5) }),
        collector,
      ],
    },
    'degraded',
    '2 of 2 circuits on one path for at least 10 min, last known at 18:47 UTC, collector late',
  ],
  [
    'a path is lost, and others are last known: the late collector includes them',
    {
      problems: [
        problem({ unconfirmedSince: ago(2.5) }),
        { ...unknown, id: 'ams', lastKnown: { called: 'both paths up', at: ago(2) } },
        { ...isolated, state: 'unknown', severity: 'unknown', lastKnown: { called: 'healthy', at: ago(2) } },
        collector,
      ],
      recovered: ['Prefixes withdrawn: erc-ams recovered'],
    },
    'degraded',
    'erc-london on one path since 18:37 UTC, last known at 18:47 UTC, Prefixes withdrawn: erc-ams recovered, collector late',
  ],
  [
    'nobody confirms what was well',
    { problems: [unknown, { ...unknown, id: 'ams', since: since(2) }, collector] },
    'unknown',
    '2 of 2 circuits unknown, last known at 18:36 UTC, collector late',
  ],
  [
    'nobody confirms it since the day before',
    { problems: [{ ...down, since: since(25 * 60), unconfirmedSince: ago(24 * 60) }, collector] },
    'down',
    'erc-london down since 2026-11-25 17:49 UTC, last known at 2026-11-25 18:49 UTC, collector late',
  ],
  ['it was never seen', { problems: [{ ...unknown, since: ever }] }, 'unknown', '1 of 2 circuits unknown'],
  [
    'a circuit works, and an event is the problem',
    { problems: [problem({ state: 'impaired', kind: 'mass_withdraw' })] },
    'degraded',
    'Prefixes withdrawn: erc-london for 12 min',
  ],
  [
    'a circuit on one path stands beside an event of another one',
    { problems: [problem({ id: 'ams', name: 'erc-ams', state: 'impaired', kind: 'mass_withdraw' }), problem({})] },
    'degraded',
    'erc-london on one path since 18:37 UTC, Prefixes withdrawn: erc-ams',
  ],
  [
    'a lesser event goes on after a grave incident that is up again',
    {
      problems: [problem({ state: 'impaired', kind: 'mass_withdraw' })],
      recovered: ['Path down: erc-london recovered'],
    },
    'degraded',
    'Prefixes withdrawn: erc-london for 12 min, Path down: erc-london recovered',
  ],
  [
    'a recovery does not take the place of an ongoing problem',
    {
      problems: [problem({ id: 'ams', name: 'erc-ams', state: 'impaired', kind: 'mass_withdraw' }), problem({})],
      recovered: ['Path down: erc-london recovered'],
    },
    'degraded',
    'erc-london on one path since 18:37 UTC, Prefixes withdrawn: erc-ams',
  ],
  [
    'a problem needs a person now, and a more severe one today',
    {
      problems: [
        { ...isolated, incidentId: 'today' },
        problem({ state: 'impaired', kind: 'mass_withdraw', incidentId: 'now' }),
      ],
      urgent: new Set(['now']),
    },
    'down',
    'Prefixes withdrawn: erc-london for 12 min, ergw-hub isolated',
  ],
  [
    'two problems need a person now',
    {
      problems: [
        { ...isolated, incidentId: 'now' },
        problem({ state: 'impaired', kind: 'mass_withdraw', incidentId: 'also' }),
      ],
      urgent: new Set(['now', 'also']),
    },
    'down',
    'ergw-hub isolated for 12 min, Prefixes withdrawn: erc-london',
  ],
  [
    'a site',
    {
      problems: [
        problem({
          type: 'site',
          name: 'learned: London / Colt (IPv6)',
          state: 'on_backup',
          kind: 'site_state_changed',
        }),
      ],
    },
    'degraded',
    'London (via Colt) on backup for 12 min',
  ],
  [
    'work that was announced',
    { problems: [problem({ severity: 'maintenance' })] },
    'maintenance',
    'erc-london in maintenance for 12 min',
  ],
])('says how the estate is while %s', (_, more, severity, sentence) => {
  const headline = buildHeadline(facts(more))
  expect(headline.severity).toBe(severity)
  expect(formatHeadline(encodeWithSchema(estateHeadlineSchema.omit({ sentence: true }), headline), NOW)).toBe(sentence)
})

it('names the incident of the resource that it is about, and none if its resources have several', () => {
  const worse = { id: 'ams', name: 'erc-amsterdam', kind: 'mass_withdraw', incidentId: 'withdrawn' } as const
  const lead = problem({ incidentId: 'path' })
  expect(buildHeadline(facts({ problems: [problem(worse), lead] }))).toMatchObject({ incidentId: 'path' })
  const both = [lead, problem({ id: 'zrh', name: 'erc-zurich', incidentId: 'other' })]
  expect(buildHeadline(facts({ problems: both }))).toMatchObject({ incidentId: null })
})
