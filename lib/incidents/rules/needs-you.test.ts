import { describe, expect, it } from 'vitest'
import { formatUserActionNeed } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { judgeUserActionNeed, type UserActionNeedEvent, type UserActionNeedInput } from './needs-you.ts'

const NOW = Date.parse('2030-03-04T02:00:00Z')
const event = (kind: UserActionNeedEvent['kind'], fields: Partial<UserActionNeedEvent> = {}): UserActionNeedEvent => ({
  kind,
  severity: 'major',
  scope: 'c1',
  scopeName: 'ckt-lon',
  subject: 'AzurePrivatePeering/primary',
  ended: null,
  partOf: null,
  flags: [],
  evidence: [],
  ...fields,
})
const PRIMARY_FLAG = 'path:AzurePrivatePeering/primary'
const planned = { flags: ['maintenance:chg-7'] }
const pathDown = event('path_down')
const circuitDown = event('circuit_down', { subject: 'AzurePrivatePeering' })
const exactly = (count: number) => ({ atLeast: count, atMost: count })
const MOVED = {
  routes: 'read',
  prefixesLost: exactly(0),
  prefixesOnDefault: exactly(0),
  prefixesCovered: exactly(0),
  prefixesRerouted: exactly(8),
} as const
const UNREAD = {
  routes: 'not_read',
  prefixesLost: null,
  prefixesOnDefault: null,
  prefixesCovered: null,
  prefixesRerouted: null,
} as const
const RECOVERED = NOW - 10 * MS_PER_MINUTE
const LATE_SINCE = NOW - 8 * MS_PER_MINUTE
const WINDOW = { id: 'chg-7', to: NOW + 2 * MS_PER_HOUR, scopes: ['c1'] }

/** Facts of a path that is down within announced work, whose prefixes all moved and have three paths left. */
const calm: UserActionNeedInput = {
  rootKind: 'path_down',
  events: [event('path_down', planned)],
  phase: 'ongoing',
  closedAt: null,
  endedAt: null,
  isFlapping: false,
  repeats: 1,
  isPlanned: true,
  windows: [WINDOW],
  isDiagnosing: false,
  unconfirmedSince: null,
  isBlind: false,
  impact: MOVED,
  isReadSinceLast: true,
  isEffectLastKnown: null,
  pathsLeft: 3,
  reported: { lost: 0, onDefault: 0 },
  isStillLost: false,
}
/** Facts of an incident whose polls are late, and whose tables were not read recently. */
const late: Partial<UserActionNeedInput> = {
  unconfirmedSince: LATE_SINCE,
  impact: UNREAD,
  isReadSinceLast: false,
  pathsLeft: null,
}
const unplanned: Partial<UserActionNeedInput> = { events: [pathDown], isPlanned: false, windows: [] }
const sentence = (fields: Partial<UserActionNeedInput>) =>
  formatUserActionNeed(judgeUserActionNeed({ ...calm, ...fields }, NOW))

describe('an incident needs nobody', () => {
  it.each<[string, Partial<UserActionNeedInput>, string]>([
    [
      'if all prefixes moved, a spare path is left, and announced work covers it',
      {},
      'Needs nobody: all 8 prefixes moved and each has, next to its active path, at least 2 spare paths over all circuits and VPNs, within announced work until 2030-03-04 04:00 UTC.',
    ],
    [
      'if no prefix had to move',
      { impact: { ...MOVED, prefixesRerouted: { atLeast: 0, atMost: 0 } } },
      'Needs nobody: no prefix had to move, and each has, next to its active path, at least 2 spare paths over all circuits and VPNs, within announced work until 2030-03-04 04:00 UTC.',
    ],
    ['if it is over', { phase: 'closed', closedAt: NOW - MS_PER_HOUR, ...unplanned }, 'Needs nobody: it is over.'],
    [
      'if it has recovered',
      { phase: 'recovered', endedAt: RECOVERED },
      'Needs nobody: recovered, and closes once it stays up.',
    ],
  ])('%s', (_, fields, text) => expect(sentence(fields)).toBe(text))
})

describe('an incident in which every path of a peering is down, and no table was read since', () => {
  const atRouter = (session: string, ...flags: string[]) =>
    event('router_session_down', { subject: `192.0.2.${session}`, flags })
  const [primary, secondary] = [PRIMARY_FLAG, 'path:AzurePrivatePeering/secondary']
  const unread: Partial<UserActionNeedInput> = { ...unplanned, impact: UNREAD, isReadSinceLast: false, pathsLeft: null }
  const cutOff = 'Needs you now: no path on ckt-lon, and it is unknown whether its traffic moved.'
  it.each<[string, UserActionNeedEvent[], boolean]>([
    ['by the reports of both routers', [atRouter('2~1', primary), atRouter('6~5', secondary)], true],
    ['by a poll and the report of a router', [pathDown, atRouter('6~5', secondary)], true],
    ['by polls', [pathDown, event('path_down', { subject: 'AzurePrivatePeering/secondary' })], true],
    [
      'except that a session returned',
      [pathDown, { ...atRouter('6~5', secondary), ended: { earliest: NOW, latest: NOW } }],
      false,
    ],
    [
      'except that the other path is of another peering',
      [pathDown, atRouter('6~5', 'path:MicrosoftPeering/secondary')],
      false,
    ],
    [
      'except that the other path is of another circuit',
      [pathDown, { ...atRouter('6~5', secondary), scope: 'c2' }],
      false,
    ],
    ['except that both sessions are on one path', [pathDown, atRouter('2~1', primary), atRouter('a::2~a::1')], false],
  ])('%s', (_, events, isCutOff) => {
    expect(sentence({ ...unread, events }) === cutOff).toBe(isCutOff)
  })

  it('does not need a person now if tables show that all prefixes moved', () => {
    const events = [atRouter('2~1', primary), atRouter('6~5', secondary)]
    expect(sentence({ ...unplanned, events })).toMatch(/^Needs you today: all 8 prefixes moved/)
  })
})

describe('an incident needs a person today', () => {
  it.each<[string, Partial<UserActionNeedInput>, string]>([
    [
      'if nobody announced it',
      unplanned,
      'all 8 prefixes moved and each has, next to its active path, at least 2 spare paths over all circuits and VPNs, but it was not announced',
    ],
    [
      'if the work was announced for another circuit',
      { events: [pathDown], isPlanned: false },
      'all 8 prefixes moved and each has, next to its active path, at least 2 spare paths over all circuits and VPNs, but it was not announced',
    ],
    [
      'if it is the loss of a whole circuit, of which announced work covers only the paths',
      { ...unplanned, events: [circuitDown, event('path_down', { ...planned, partOf: 'e1' })] },
      'all 8 prefixes moved and each has, next to its active path, at least 2 spare paths over all circuits and VPNs, but announced work covers only a part of it',
    ],
    ['if no spare path is left', { pathsLeft: 1 }, 'no spare path is left'],
    [
      'if one more failure cuts off prefixes',
      { events: [event('path_down', planned), event('n1_stranding', planned)] },
      'one further failure would cut off prefixes',
    ],
    [
      'if one more failure cuts off prefixes, because a prefix has one path left',
      { pathsLeft: 1, events: [event('path_down', planned), event('n1_stranding', planned)] },
      'no spare path is left',
    ],
    ['if the paths that are left are unknown', { pathsLeft: null }, 'it is unknown whether a spare path is left'],
    [
      'if the end of the announced work has passed',
      { windows: [] },
      'all 8 prefixes moved and each has, next to its active path, at least 2 spare paths over all circuits and VPNs, but the announced work should be over',
    ],
    [
      'if it lasts longer than the announced work and its grace period',
      { events: [event('path_down', { flags: ['maintenance_overrun:chg-7'] })], isPlanned: false },
      'all 8 prefixes moved and each has, next to its active path, at least 2 spare paths over all circuits and VPNs, but the announced work should be over',
    ],
    [
      'if the announced work names no resource',
      { windows: [{ ...WINDOW, scopes: [] }] },
      'all 8 prefixes moved and each has, next to its active path, at least 2 spare paths over all circuits and VPNs, but the announced work names no resource',
    ],
    ['if routes were not read since', { impact: UNREAD, pathsLeft: null }, 'its effect on routes is not read yet'],
    [
      'if routes were not read since its latest event',
      { isReadSinceLast: false },
      'its effect on routes is not read yet',
    ],
    ['if routes are not polled', { impact: { ...UNREAD, routes: 'not_polled' } }, 'routes are not polled'],
    [
      'if a prefix is only covered by a less specific route',
      { impact: { ...MOVED, prefixesCovered: exactly(1) } },
      'not all of its prefixes have another route that is as specific',
    ],
    ['if it flaps', { isFlapping: true }, 'it recovers and fails again'],
    [
      'if it flaps and is up between two outages',
      { isFlapping: true, events: [], pathsLeft: null },
      'it recovers and fails again',
    ],
    ['if no poll confirms it', { unconfirmedSince: LATE_SINCE }, 'its polls are late'],
    [
      'if no recent poll confirms its recovery',
      { phase: 'recovered', endedAt: RECOVERED, unconfirmedSince: LATE_SINCE, ...unplanned },
      'recovered at 2030-03-04 01:50 UTC, but not confirmed since 2030-03-04 01:52 UTC, because its polls are late',
    ],
    [
      'if no recent poll confirms the recovery of a repeated incident',
      { phase: 'recovered', endedAt: RECOVERED, unconfirmedSince: LATE_SINCE, repeats: 3, isStillLost: true },
      'recovered at 2030-03-04 01:50 UTC, but not confirmed since 2030-03-04 01:52 UTC, because its polls are late; some of its prefixes had not returned; it happened 3 times in 24 h',
    ],
    [
      'if tables that were read since its latest event are late',
      { ...late, isEffectLastKnown: true },
      'its polls are late; its effect on routes is last known, because polls are late',
    ],
    [
      'if only its tables are late',
      { ...late, unconfirmedSince: null, isEffectLastKnown: true },
      'its effect on routes is last known, because polls are late',
    ],
    [
      'if tables are late that were not read since its latest event',
      { ...late, isEffectLastKnown: false },
      'its polls are late; its effect on routes is unknown, because polls are late',
    ],
    [
      'if its polls are late before its tables, which were not read since',
      late,
      'its polls are late; its effect on routes is unknown, because polls are late',
    ],
    ['if its cause is still open', { isDiagnosing: true }, 'its cause is not known yet'],
    [
      'if the other end reports the loss',
      { ...unplanned, pathsLeft: 1, events: [event('path_down', { evidence: [{ field: 'routerEnd' }] })] },
      'no spare path is left; the other end reports it too',
    ],
    [
      'if polls of several resources fail',
      { rootKind: 'collector_degraded', events: [event('collector_degraded')] },
      'monitoring is impaired; no fault of the network is known',
    ],
    [
      'if only one subscription is not polled',
      { rootKind: 'nothing_polled', events: [event('nothing_polled', { subject: 'subscription' })] },
      'one subscription is not monitored; no fault of the network is known',
    ],
    [
      'if a session failed three times in a day',
      { phase: 'closed', closedAt: NOW - MS_PER_HOUR, repeats: 3 },
      'ended, but it happened 3 times in 24 h',
    ],
    [
      'if it ended without a recovery',
      { phase: 'closed', closedAt: NOW - MS_PER_HOUR, events: [event('mass_withdraw', { flags: ['baseline'] })] },
      'ended, but the former state is not restored: absent as long as it had been known',
    ],
    [
      'if its prefixes have not returned',
      { phase: 'closed', closedAt: NOW - MS_PER_HOUR, isStillLost: true },
      'ended, but some of its prefixes have not returned',
    ],
  ])('%s', (_, fields, reason) => expect(sentence(fields)).toBe(`Needs you today: ${reason}.`))
})

describe('an incident needs a person now', () => {
  it.each<[string, Partial<UserActionNeedInput>, string]>([
    ['if prefixes are cut off', { impact: { ...MOVED, prefixesLost: exactly(1) } }, '1 prefix is cut off'],
    [
      'if routers report that prefixes are cut off',
      { impact: { ...UNREAD, prefixesLost: { atLeast: 2, atMost: null } }, reported: { lost: 2, onDefault: 0 } },
      'at least 2 prefixes are cut off as reported by the routers, not confirmed by Azure yet',
    ],
    [
      'if routers report a part of the prefixes that are cut off',
      { impact: { ...UNREAD, prefixesLost: { atLeast: 3, atMost: null } }, reported: { lost: 2, onDefault: 0 } },
      'at least 3 prefixes are cut off (2 of them as reported by the routers, not confirmed by Azure yet)',
    ],
    [
      'if prefixes were cut off at the last poll, because polls are late',
      { ...late, impact: { ...UNREAD, prefixesLost: { atLeast: 10, atMost: null } } },
      'at least 10 prefixes are cut off',
    ],
    [
      'if prefixes may be cut off',
      { impact: { ...MOVED, prefixesLost: { atLeast: 0, atMost: 4 } } },
      'up to 4 prefixes are cut off',
    ],
    [
      'if only a default route is left',
      { impact: { ...MOVED, prefixesOnDefault: exactly(2) } },
      '2 prefixes are on a default route only',
    ],
    [
      'if a circuit is down and its routes were not read',
      { ...unplanned, events: [circuitDown], impact: UNREAD },
      'no path on ckt-lon, and it is unknown whether its traffic moved',
    ],
    [
      'if a circuit is down, and tables are older than the last event of its incident',
      { events: [circuitDown], isReadSinceLast: false },
      'no path on ckt-lon, and it is unknown whether its traffic moved',
    ],
    [
      'if traffic stops on paths that are up',
      { events: [event('green_but_dead')] },
      'no traffic flows, although the sessions are up',
    ],
    [
      'if every subscription is blind',
      { rootKind: 'collector_degraded', events: [event('collector_degraded')], isBlind: true },
      'no poll shows the network, so that an outage would not be noticed',
    ],
    [
      'if one subscription is not polled, and no session of the others is known',
      { rootKind: 'nothing_polled', events: [event('nothing_polled', { subject: 'subscription' })], isBlind: true },
      'no poll shows the network, so that an outage would not be noticed',
    ],
    [
      'if no subscription is polled, also while the last sessions are recent',
      {
        rootKind: 'nothing_polled',
        events: [
          event('nothing_polled', { subject: 'everything' }),
          event('nothing_polled', { subject: 'subscription', partOf: 'e1' }),
        ],
      },
      'no poll shows the network, so that an outage would not be noticed',
    ],
    [
      'if alerting is not proved',
      { rootKind: 'alerting_unproved', events: [event('alerting_unproved')] },
      'an outage may not be notified',
    ],
  ])('%s', (_, fields, reason) => expect(sentence(fields)).toBe(`Needs you now: ${reason}.`))
})

it('is not asked of a person a day after the end', () => {
  expect(sentence({ phase: 'closed', closedAt: NOW - 2 * MS_PER_DAY, repeats: 9 })).toBe(
    'Needs nobody: closed more than a day ago.',
  )
})
