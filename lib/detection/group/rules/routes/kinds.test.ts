import { describe, expect, it } from 'vitest'
import type { DetectedEvent, EventKind } from '#lib/contract/index.ts'
import { A, B } from '../../../testing/estates.ts'
import { line, play } from '#lib/poller/memory/testing/play.ts'
import { clock, type Timeline } from '#lib/poller/memory/testing/timeline.ts'
import { announces, withdraws } from '../../../testing/happenings.ts'
import { playKinds } from '../../../testing/kind-cases.ts'
import type { World } from '../../../testing/world.ts'
import {
  LON,
  AMS,
  A1,
  A2,
  at,
  series,
  having,
  withSite,
  watching,
  alike,
  lonCeBack,
  lonAway,
  many,
  restless,
  routeKindCases,
} from '../testing/route-kinds.ts'

const eventsOf = async (timeline: Timeline): Promise<DetectedEvent[]> => (await play(timeline)).events
const only = async (kind: EventKind, timeline: Timeline) =>
  (await eventsOf(timeline)).filter((event) => event.kind === kind)
playKinds(routeKindCases, 'first')

describe('what they say', () => {
  it('a parity mismatch names what differs where, since when, and is over after two samples alike', async () => {
    const [event, ...more] = await only(
      'parity_mismatch',
      series([
        at('10:00:30', (w) => withdraws(w, ['10.0.4.5'], A.slice(2))),
        at('10:15:20', (w) => announces(w, ['10.0.4.5'], A.slice(2), [65001])),
      ]),
    )
    expect(more).toEqual([])
    expect(event && line(event)).toBe(
      'parity_mismatch ckt-lon AzurePrivatePeering [10:00:15, 10:01:17] to [10:15:15, 10:16:17] minor',
    )
    expect(event?.detectedAt).toBe(clock('10:03:17'))
    expect(event?.evidence).toContainEqual(
      expect.objectContaining({ field: 'only on primary', after: A.slice(2).join(', ') }),
    )
  })

  it('one path that was made longer is reported with the ASN that is repeated', async () => {
    const longer = at('10:00:30', (w) => announces(w, ['10.0.4.5'], A, [65001, 65001, 65001]))
    const [event] = await only('unintended_active_passive', series([longer], { world: alike }))
    expect(event).toMatchObject({ scope: 'ckt-lon', severity: 'warning', detectedAt: clock('10:03:17') })
    expect(event?.evidence).toContainEqual(expect.objectContaining({ field: 'prepended by', after: 'AS65001' }))
  })

  it('a more specific prefix over a circuit that is not its home is major, and minor where a change was logged', async () => {
    const reported = at('10:00:30', (w) => announces(w, AMS, ['10.10.5.0/24'], [65001, 65001]))
    const [event] = await only(
      'more_specific',
      series([reported, at('10:15:03', (w) => withdraws(w, AMS, ['10.10.5.0/24']))], { to: '10:30' }),
    )
    expect(event && line(event)).toBe(
      'more_specific ckt-ams 10.10.5.0/24 [10:00:05, 10:01:07] to [10:14:05, 10:15:07] major',
    )
    const announced = having((w) => {
      const window = { id: '1', title: 'move', scopes: ['ckt-ams'], paths: [], announcedBy: 'operator' as const }
      w.maintenance.push({ ...window, from: clock('9:55'), to: clock('10:20') })
    })
    expect((await only('more_specific', series([reported], { world: announced })))[0]?.severity).toBe('minor')
  })

  it('a leak is one event with its ASNs, and over when no path holds them any more', async () => {
    const leak = [
      at(
        '10:00:30',
        (w) => (announces(w, LON, B, [65001, 64900, 3356, 65001]), announces(w, LON, many(40), [65001, 3356])),
      ),
      at('10:15:00', (w) => (announces(w, LON, B, [65001, 65001, 65001]), withdraws(w, LON, many(40)))),
    ]
    const events = await eventsOf(series(leak))
    expect(events.filter(({ kind }) => kind === 'unexpected_transit').map(line)).toEqual([
      'unexpected_transit ckt-lon AS3356, AS64900 [10:00:05, 10:01:07] to [10:14:05, 10:15:07] warning',
    ])
    expect(events.map(({ kind }) => kind)).not.toContain('origin_change')
  })

  it('a leak that comes again is reported again', async () => {
    const leak = (from: string, to: string) => [
      at(from, (w: World) => announces(w, LON, B, [65001, 3356, 65001])),
      at(to, (w: World) => announces(w, LON, B, [65001, 65001, 65001])),
    ]
    const events = await only(
      'unexpected_transit',
      series([...leak('9:55:30', '10:00:30'), ...leak('10:10:30', '10:15:30')]),
    )
    expect(events).toHaveLength(2)
  })

  it('an origin names those that were known, and is over with the last prefix that has it', async () => {
    const [event] = await only(
      'origin_change',
      series(
        [
          at('10:00:30', (w) => announces(w, LON, [A1, A2], [65001, 64999])),
          at('10:10:30', (w) => announces(w, LON, [A1], [65001])),
          at('10:15:30', (w) => announces(w, LON, [A2], [65001])),
        ],
        { weekOld: true },
      ),
    )
    expect(event && line(event)).toBe(
      `origin_change ckt-lon ${A1} and 1 more from AS64999 [10:00:05, 10:01:07] to [10:15:05, 10:16:07] minor`,
    )
    expect(event?.evidence).toContainEqual(
      expect.objectContaining({ field: 'origin', before: '65001', after: '64999' }),
    )
  })

  it('a site goes from state to state, and each is reported with what it was before', async () => {
    const states = (
      await only(
        'site_state_changed',
        series(
          [
            at('10:00:30', (w) => withdraws(w, LON, A)),
            at('10:05:30', (w) => withdraws(w, AMS, [A1])),
            at('10:10:30', (w) => withdraws(w, AMS, A)),
            at('10:15:30', (w) => announces(w, AMS, ['0.0.0.0/0'], [65001])),
            at('10:20:30', (w) => announces(w, LON, A, [65001])),
          ],
          { world: withSite },
        ),
      )
    ).map((event) => [...event.flags, line(event)])
    expect(states).toEqual([
      ['from:reachable', 'to:on_backup', expect.stringMatching(/ minor$/)],
      ['from:on_backup', 'to:partial', expect.stringMatching(/ major$/)],
      ['from:partial', 'to:unreachable', expect.stringMatching(/ critical$/)],
      ['from:unreachable', 'to:default_only', expect.stringMatching(/to \[10:20:05, 10:21:07\] major$/)],
    ])
  })

  it('a leak of a default route ends with it: what it took back was no loss, and sites are as they were', async () => {
    const foreign = ['0.0.0.0/0', '172.24.0.0/24', '172.25.0.0/24']
    const far = having((w) => w.sites.push({ name: 'dc-far', prefixes: ['10.99.0.0/16'], home: null, routers: {} }))
    const events = await eventsOf(
      series(
        [at('10:00:30', (w) => announces(w, LON, foreign, [65001])), at('10:05:30', (w) => withdraws(w, LON, foreign))],
        { world: far },
      ),
    )
    const leak = '[10:00:05, 10:01:07] to [10:05:05, 10:06:07] major'
    expect(events.map(line)).toEqual(
      expect.arrayContaining([
        `default_route_appeared ckt-lon 0.0.0.0/0 ${leak}`,
        expect.stringMatching(/^site_state_changed .* dc-far \[10:00:05, 10:01:07\] to \[10:05:05, 10:06:07\] major$/),
      ]),
    )
    expect(events.filter(({ ended }) => ended === null).map(line)).toEqual([])
  })

  it('a pending failback begins ten minutes after home is up, and ends with the failback', async () => {
    const [event] = await only(
      'failback_pending',
      series([
        ...lonAway,
        at('10:05:30', lonCeBack),
        at('10:20:30', (w) => announces(w, LON, A, [65001])),
        at('10:20:31', (w) => announces(w, LON, B, [65001, 65001, 65001])),
      ]),
    )
    expect(event && line(event)).toBe(
      'failback_pending ckt-lon ckt-lon > ckt-ams [10:15:28, 10:15:31] to [10:20:05, 10:21:07] warning',
    )
  })

  it('each change of a watched prefix is reported for each neighbor, with what it was and how it came back', async () => {
    const reported = (
      await eventsOf(
        series(
          [
            at('10:00:30', (w) => withdraws(w, ['10.0.4.4'], [A1])),
            at('10:05:30', (w) => announces(w, ['10.0.4.4'], [A1], [65001])),
            at('10:10:30', (w) => announces(w, LON, [A1], [65001, 65001])),
          ],
          { world: watching(A1) },
        ),
      )
    ).filter(({ kind }) => kind === 'route_withdrawn' || kind === 'route_announced' || kind === 'path_change')
    expect(reported.map(({ kind, subject, flags }) => [kind, subject, ...flags])).toEqual([
      ['route_withdrawn', `${A1} from 10.0.4.4`],
      ['route_announced', `${A1} from 10.0.4.4`, 'explicit_withdraw_reannounce'],
      ['path_change', `${A1} from 10.0.4.4`, 'implicit_withdraw'],
      ['path_change', `${A1} from 10.0.4.5`, 'implicit_withdraw'],
    ])
    expect(
      reported.every(({ started, ended }) => ended?.earliest === started.earliest && ended.latest === started.latest),
    ).toBe(true)
  })

  it('a storm of routes ends five minutes after it', async () => {
    const [event, ...more] = await only('route_churn', series(restless(many(40), 8), { to: '10:25' }))
    expect(more).toEqual([])
    expect(event && line(event)).toBe(
      'route_churn ergw-hub learned routes [10:00:05, 10:01:07] to [10:08:05, 10:09:07] warning',
    )
  })
})
