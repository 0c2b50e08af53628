import { describe, expect, it } from 'vitest'
import type { DetectedEvent, EventKind } from '#lib/contract/index.ts'
import { SITE_A_PREFIXES, SITE_B_PREFIXES } from '../../../testing/estates.ts'
import { formatDetectedEventAsLine, runTestTimeline } from '#lib/poller/memory/testing/play.ts'
import { parseTimeOfSimulatedDay, type TestTimeline } from '#lib/poller/memory/testing/timeline.ts'
import { announceSimulatedPrefixes, withdrawSimulatedPrefixes } from '../../../testing/happenings.ts'
import { testTimelinesOfEventKinds } from '../../../testing/kind-cases.ts'
import type { SimulatedEstate } from '../../../testing/world.ts'
import {
  LONDON_PATH_NEIGHBORS,
  AMSTERDAM_PATH_NEIGHBORS,
  SITE_A1_PREFIXES,
  SITE_A2_PREFIXES,
  createScheduledRouteChange,
  createRouteTimeline,
  createPreparedWorldFactory,
  withSite,
  createWorldWithWatchedPrefixes,
  createWorldWithActiveActivePolicy,
  lonCeBack,
  lonAway,
  listTestPrefixes,
  createFlappingPrefixSteps,
  routeKindCases,
} from '../testing/route-kinds.ts'

const eventsOf = async (timeline: TestTimeline): Promise<DetectedEvent[]> => (await runTestTimeline(timeline)).events
const only = async (kind: EventKind, timeline: TestTimeline) =>
  (await eventsOf(timeline)).filter((event) => event.kind === kind)
testTimelinesOfEventKinds(routeKindCases, 'first')

describe('what they say', () => {
  it('a parity mismatch names what differs where, since when, and is over after two samples alike', async () => {
    const [event, ...more] = await only(
      'parity_mismatch',
      createRouteTimeline([
        createScheduledRouteChange('10:00:30', (w) =>
          withdrawSimulatedPrefixes(w, ['10.0.4.5'], SITE_A_PREFIXES.slice(2)),
        ),
        createScheduledRouteChange('10:15:20', (w) =>
          announceSimulatedPrefixes(w, ['10.0.4.5'], SITE_A_PREFIXES.slice(2), [65001]),
        ),
      ]),
    )
    expect(more).toEqual([])
    expect(event && formatDetectedEventAsLine(event)).toBe(
      'parity_mismatch ckt-lon AzurePrivatePeering [10:00:15, 10:01:17] to [10:15:15, 10:16:17] minor',
    )
    expect(event?.detectedAt).toBe(parseTimeOfSimulatedDay('10:03:17'))
    expect(event?.evidence).toContainEqual(
      expect.objectContaining({ field: 'only on primary', after: SITE_A_PREFIXES.slice(2).join(', ') }),
    )
  })

  it('one path that was made longer is reported with the ASN that is repeated', async () => {
    const longer = createScheduledRouteChange('10:00:30', (w) =>
      announceSimulatedPrefixes(w, ['10.0.4.5'], SITE_A_PREFIXES, [65001, 65001, 65001]),
    )
    const [event] = await only(
      'unintended_active_passive',
      createRouteTimeline([longer], { world: createWorldWithActiveActivePolicy }),
    )
    expect(event).toMatchObject({
      scope: 'ckt-lon',
      severity: 'warning',
      detectedAt: parseTimeOfSimulatedDay('10:03:17'),
    })
    expect(event?.evidence).toContainEqual(expect.objectContaining({ field: 'prepended by', after: 'AS65001' }))
  })

  it('a more specific prefix over a circuit that is not its home is major, and minor where a change was logged', async () => {
    const reported = createScheduledRouteChange('10:00:30', (w) =>
      announceSimulatedPrefixes(w, AMSTERDAM_PATH_NEIGHBORS, ['10.10.5.0/24'], [65001, 65001]),
    )
    const [event] = await only(
      'more_specific',
      createRouteTimeline(
        [
          reported,
          createScheduledRouteChange('10:15:03', (w) =>
            withdrawSimulatedPrefixes(w, AMSTERDAM_PATH_NEIGHBORS, ['10.10.5.0/24']),
          ),
        ],
        { to: '10:30' },
      ),
    )
    expect(event && formatDetectedEventAsLine(event)).toBe(
      'more_specific ckt-ams 10.10.5.0/24 [10:00:05, 10:01:07] to [10:14:05, 10:15:07] major',
    )
    const announced = createPreparedWorldFactory((w) => {
      const window = { id: '1', title: 'move', scopes: ['ckt-ams'], paths: [], announcedBy: 'operator' as const }
      w.maintenance.push({ ...window, from: parseTimeOfSimulatedDay('9:55'), to: parseTimeOfSimulatedDay('10:20') })
    })
    expect((await only('more_specific', createRouteTimeline([reported], { world: announced })))[0]?.severity).toBe(
      'minor',
    )
  })

  it('a more specific prefix over the backup of its lost home is major, because it stays there after the return', async () => {
    const same = createScheduledRouteChange('10:05:30', (w) =>
      announceSimulatedPrefixes(w, AMSTERDAM_PATH_NEIGHBORS, ['10.10.5.0/24'], [65001, 65001, 65001]),
    )
    const [event, ...more] = await only('more_specific', createRouteTimeline([...lonAway, same], { to: '10:15' }))
    expect(more).toEqual([])
    expect(event).toMatchObject({ scope: 'ckt-ams', subject: '10.10.5.0/24', severity: 'major' })
  })

  it.each([
    { what: 'that had no other path', prefixes: listTestPrefixes(20).slice(0, 3), severities: ['critical'] },
    {
      what: 'that had no other path, if they are only two',
      prefixes: listTestPrefixes(20).slice(0, 2),
      severities: [],
    },
    { what: 'that have another path', prefixes: SITE_A_PREFIXES.slice(0, 3), severities: [] },
  ])('a small share of a peer’s prefixes $what', async ({ prefixes, severities }) => {
    const world = createPreparedWorldFactory((w) =>
      announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, listTestPrefixes(20), [65001]),
    )
    const leaves = createScheduledRouteChange('10:00:30', (w) =>
      withdrawSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, [...prefixes]),
    )
    const found = await only('mass_withdraw', createRouteTimeline([leaves], { world, to: '10:10' }))
    expect(found.map(({ severity }) => severity)).toEqual(severities)
  })

  it('a leak is one event with its ASNs, and over when no path holds them any more', async () => {
    const leak = [
      createScheduledRouteChange(
        '10:00:30',
        (w) => (
          announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, SITE_B_PREFIXES, [65001, 64900, 3356, 65001]),
          announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, listTestPrefixes(40), [65001, 3356])
        ),
      ),
      createScheduledRouteChange(
        '10:15:00',
        (w) => (
          announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, SITE_B_PREFIXES, [65001, 65001, 65001]),
          withdrawSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, listTestPrefixes(40))
        ),
      ),
    ]
    const events = await eventsOf(createRouteTimeline(leak))
    expect(events.filter(({ kind }) => kind === 'unexpected_transit').map(formatDetectedEventAsLine)).toEqual([
      'unexpected_transit ckt-lon AS3356, AS64900 [10:00:05, 10:01:07] to [10:14:05, 10:15:07] warning',
    ])
    expect(events.map(({ kind }) => kind)).not.toContain('origin_change')
  })

  it('a leak that comes again is reported again', async () => {
    const leak = (from: string, to: string) => [
      createScheduledRouteChange(from, (w: SimulatedEstate) =>
        announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, SITE_B_PREFIXES, [65001, 3356, 65001]),
      ),
      createScheduledRouteChange(to, (w: SimulatedEstate) =>
        announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, SITE_B_PREFIXES, [65001, 65001, 65001]),
      ),
    ]
    const events = await only(
      'unexpected_transit',
      createRouteTimeline([...leak('9:55:30', '10:00:30'), ...leak('10:10:30', '10:15:30')]),
    )
    expect(events).toHaveLength(2)
  })

  it('an origin names those that were known, and is over with the last prefix that has it', async () => {
    const [event] = await only(
      'origin_change',
      createRouteTimeline(
        [
          createScheduledRouteChange('10:00:30', (w) =>
            announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, [SITE_A1_PREFIXES, SITE_A2_PREFIXES], [65001, 64999]),
          ),
          createScheduledRouteChange('10:10:30', (w) =>
            announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, [SITE_A1_PREFIXES], [65001]),
          ),
          createScheduledRouteChange('10:15:30', (w) =>
            announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, [SITE_A2_PREFIXES], [65001]),
          ),
        ],
        { weekOld: true },
      ),
    )
    expect(event && formatDetectedEventAsLine(event)).toBe(
      `origin_change ckt-lon ${SITE_A1_PREFIXES} and 1 more from AS64999 [10:00:05, 10:01:07] to [10:15:05, 10:16:07] minor`,
    )
    expect(event?.evidence).toContainEqual(
      expect.objectContaining({ field: 'origin', before: '65001', after: '64999' }),
    )
  })

  it('a site goes from state to state, and each is reported with what it was before', async () => {
    const states = (
      await only(
        'site_state_changed',
        createRouteTimeline(
          [
            createScheduledRouteChange('10:00:30', (w) =>
              withdrawSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, SITE_A_PREFIXES),
            ),
            createScheduledRouteChange('10:05:30', (w) =>
              withdrawSimulatedPrefixes(w, AMSTERDAM_PATH_NEIGHBORS, [SITE_A1_PREFIXES]),
            ),
            createScheduledRouteChange('10:10:30', (w) =>
              withdrawSimulatedPrefixes(w, AMSTERDAM_PATH_NEIGHBORS, SITE_A_PREFIXES),
            ),
            createScheduledRouteChange('10:15:30', (w) =>
              announceSimulatedPrefixes(w, AMSTERDAM_PATH_NEIGHBORS, ['0.0.0.0/0'], [65001]),
            ),
            createScheduledRouteChange('10:20:30', (w) =>
              announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, SITE_A_PREFIXES, [65001]),
            ),
          ],
          { world: withSite },
        ),
      )
    ).map((event) => [...event.flags, formatDetectedEventAsLine(event)])
    expect(states).toEqual([
      ['from:reachable', 'to:on_backup', expect.stringMatching(/ minor$/)],
      ['from:on_backup', 'to:partial', expect.stringMatching(/ major$/)],
      ['from:partial', 'to:unreachable', expect.stringMatching(/ critical$/)],
      ['from:unreachable', 'to:default_only', expect.stringMatching(/to \[10:20:05, 10:21:07\] major$/)],
    ])
  })

  it('a leak of a default route ends with it: what it took back was no loss, and sites are as they were', async () => {
    const foreign = ['0.0.0.0/0', '172.24.0.0/24', '172.25.0.0/24']
    const far = createPreparedWorldFactory((w) =>
      w.sites.push({ name: 'dc-far', prefixes: ['10.99.0.0/16'], home: null, routers: {} }),
    )
    const events = await eventsOf(
      createRouteTimeline(
        [
          createScheduledRouteChange('10:00:30', (w) =>
            announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, foreign, [65001]),
          ),
          createScheduledRouteChange('10:05:30', (w) => withdrawSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, foreign)),
        ],
        { world: far },
      ),
    )
    const leak = '[10:00:05, 10:01:07] to [10:05:05, 10:06:07] major'
    expect(events.map(formatDetectedEventAsLine)).toEqual(
      expect.arrayContaining([
        `default_route_appeared ckt-lon 0.0.0.0/0 ${leak}`,
        expect.stringMatching(/^site_state_changed .* dc-far \[10:00:05, 10:01:07\] to \[10:05:05, 10:06:07\] major$/),
      ]),
    )
    expect(events.filter(({ ended }) => ended === null).map(formatDetectedEventAsLine)).toEqual([])
  })

  it('a pending failback begins ten minutes after home is up, and ends with the failback', async () => {
    const [event] = await only(
      'failback_pending',
      createRouteTimeline([
        ...lonAway,
        createScheduledRouteChange('10:05:30', lonCeBack),
        createScheduledRouteChange('10:20:30', (w) =>
          announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, SITE_A_PREFIXES, [65001]),
        ),
        createScheduledRouteChange('10:20:31', (w) =>
          announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, SITE_B_PREFIXES, [65001, 65001, 65001]),
        ),
      ]),
    )
    expect(event && formatDetectedEventAsLine(event)).toBe(
      'failback_pending ckt-lon ckt-lon > ckt-ams [10:15:28, 10:15:31] to [10:20:05, 10:21:07] warning',
    )
  })

  it('each change of a watched prefix is reported for each neighbor, with what it was and how it came back', async () => {
    const reported = (
      await eventsOf(
        createRouteTimeline(
          [
            createScheduledRouteChange('10:00:30', (w) =>
              withdrawSimulatedPrefixes(w, ['10.0.4.4'], [SITE_A1_PREFIXES]),
            ),
            createScheduledRouteChange('10:05:30', (w) =>
              announceSimulatedPrefixes(w, ['10.0.4.4'], [SITE_A1_PREFIXES], [65001]),
            ),
            createScheduledRouteChange('10:10:30', (w) =>
              announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, [SITE_A1_PREFIXES], [65001, 65001]),
            ),
          ],
          { world: createWorldWithWatchedPrefixes(SITE_A1_PREFIXES) },
        ),
      )
    ).filter(({ kind }) => kind === 'route_withdrawn' || kind === 'route_announced' || kind === 'path_change')
    expect(reported.map(({ kind, subject, flags }) => [kind, subject, ...flags])).toEqual([
      ['route_withdrawn', `${SITE_A1_PREFIXES} from 10.0.4.4`],
      ['route_announced', `${SITE_A1_PREFIXES} from 10.0.4.4`, 'explicit_withdraw_reannounce'],
      ['path_change', `${SITE_A1_PREFIXES} from 10.0.4.4`, 'implicit_withdraw'],
      ['path_change', `${SITE_A1_PREFIXES} from 10.0.4.5`, 'implicit_withdraw'],
    ])
    expect(
      reported.every(({ started, ended }) => ended?.earliest === started.earliest && ended.latest === started.latest),
    ).toBe(true)
  })

  it('a storm of routes ends five minutes after it', async () => {
    const [event, ...more] = await only(
      'route_churn',
      createRouteTimeline(createFlappingPrefixSteps(listTestPrefixes(40), 8), { to: '10:25' }),
    )
    expect(more).toEqual([])
    expect(event && formatDetectedEventAsLine(event)).toBe(
      'route_churn ergw-hub learned routes [10:00:05, 10:01:07] to [10:08:05, 10:09:07] warning',
    )
  })
})
