import { MINUTE } from '#lib/contract/time/time.ts'
import { defaultSettings } from '../../../model/settings.ts'
import { ensureResourceState } from '../../../model/context.ts'
import { RECHECK_AT_NEXT_POLL } from '../../../model/recheck.ts'
import type { IncidentState } from '../../../model/scope-state.ts'
import { ensureTrafficState } from '../../facts/traffic/traffic-state.ts'
import { HUB, INSTANCES } from '../../../testing/estates.ts'
import {
  eventIn,
  eventOf,
  LATELY,
  LONG_AGO,
  NOW,
  remember,
  type Scene,
  scene,
  type StageCases,
} from '../../../testing/scene.ts'

const PRIMARY = 'AzurePrivatePeering/primary'
const peers = { kind: 'peers', scope: HUB } as const

/** Returns a group that remembers one event. */
const given = (event: ReturnType<typeof eventOf>, more: Parameters<typeof remember>[2] = {}): Scene =>
  scene(peers, {}, (context) => {
    remember(context, event, more)
  })
const flagsOf = (scope: string) => (context: Scene['context']) => eventIn(scope, context)?.flags

const failover = (started = LATELY) =>
  given(eventOf('failover', 'ckt-lon', 'DC-A', { started }), { peersBefore: ['10.0.4.4'], peersAfter: ['10.0.4.6'] })
const loss = { started: LATELY, mechanism: null, revisedOutside: false }
/** Returns a failover of ten minutes ago with bytes that were read just now. */
const countedFailover = (lengthMs: number) => {
  const at = NOW - 10 * MINUTE
  const own = failover({ earliest: at - MINUTE, latest: at })
  const pair = { earliest: NOW - lengthMs, latest: NOW, lengthMs, in: 0, out: 0 }
  Object.assign(ensureTrafficState(own.context, 'ckt-lon'), { at: NOW, fact: { pairs: { primary: [pair] } } })
  return own
}
const lostInstance = () => given(eventOf('gateway_instance_lost', HUB, INSTANCES[0]))
const act = (detectedAt: number) =>
  given(eventOf('peering_disabled', 'ckt-lon', 'AzurePrivatePeering', { severity: 'info', detectedAt }))

const underMaintenance = (flags: string[] = []): Scene => {
  const own = given(eventOf('path_down', 'ckt-lon', PRIMARY, { flags }))
  const work = {
    id: 'chg-1',
    title: 'work',
    announcedBy: 'operator',
    from: LONG_AGO.earliest,
    to: NOW + MINUTE,
  } as const
  own.context.topology = { ...own.context.topology, maintenance: [{ ...work, scopes: ['ckt-lon'], paths: [] }] }
  return own
}

const incident: IncidentState = {
  key: 'incident',
  scope: 'ckt-lon',
  root: 'root',
  rootOf: ['path_down', 'ckt-lon', PRIMARY],
  severity: 'major',
  members: [],
  starts: [],
  started: LONG_AGO,
  openedAt: LONG_AGO.latest,
  healthySince: NOW,
  closedAt: null,
  ended: null,
}

/** Test cases of the stages that correlate events, by stage. */
export const correlateCases: Record<string, StageCases> = {
  failovers: {
    changes: [
      {
        name: 'a recent failover has its marks, and says which are missing',
        scene: () => failover(),
        shows: (context) => eventIn('ckt-lon', context)?.failover?.rerouted,
        is: LATELY,
      },
    ],
    rechecks: [
      {
        name: 'with the next bytes, while samples may narrow it',
        scene: () => failover(),
        scope: 'ckt-lon',
        at: 'bytes',
      },
      { name: 'with those of the circuit that took over', scene: () => failover(), scope: 'ckt-ams', at: 'bytes' },
      {
        name: 'later not with each of those that follow each other in seconds',
        scene: () => countedFailover(5_000),
        scope: 'ckt-lon',
        at: NOW + 30_000,
      },
      { name: 'with each that comes seldom', scene: () => countedFailover(MINUTE), scope: 'ckt-lon', at: 'bytes' },
      {
        name: 'not with any once counters and rates have dated a loss',
        scene: () => given(eventOf('path_down', 'ckt-lon', PRIMARY, { forwardingLoss: { ...loss, basis: 'metrics' } })),
        scope: 'ckt-lon',
        at: null,
      },
      {
        name: 'with the next, while only counters have',
        scene: () =>
          given(eventOf('path_down', 'ckt-lon', PRIMARY, { forwardingLoss: { ...loss, basis: 'counters' } })),
        scope: 'ckt-lon',
        at: 'bytes',
      },
      { name: 'not with those of others', scene: () => failover(), scope: HUB, at: null },
      { name: 'not long after', scene: () => failover(LONG_AGO), scope: 'ckt-lon', at: null },
    ],
  },
  'forwarding loss': {
    changes: [
      {
        name: 'without bytes it may have begun a hold time before the session fell',
        scene: () => given(eventOf('path_down', 'ckt-lon', PRIMARY)),
        shows: (context) => eventIn('ckt-lon', context)?.forwardingLoss?.started,
        is: { earliest: LATELY.earliest - defaultSettings['timers.hold'], latest: LATELY.latest },
      },
    ],
  },
  parents: {
    changes: [
      {
        name: 'a neighbor that went with its whole gateway is a part of that',
        scene: () =>
          scene(peers, {}, (context) => {
            remember(context, eventOf('gateway_isolated', HUB, HUB, { key: 'whole' }))
            remember(context, eventOf('peer_lost', HUB, '10.0.4.4', { key: 'part' }))
          }),
        shows: ({ scopes }) => Object.values(scopes[HUB]?.live ?? {}).map(({ event }) => [event.key, event.partOf]),
        is: [
          ['whole', null],
          ['part', 'whole'],
        ],
      },
    ],
  },
  causes: {
    changes: [
      {
        name: 'one instance of a gateway that is lost suggests maintenance',
        scene: lostInstance,
        shows: (context) => eventIn(HUB, context)?.causes.map(({ class: name }) => name),
        is: ['gateway_instance_maintenance'],
      },
    ],
    rechecks: [
      {
        name: 'once maintenance would be over: an instance that stays away is a fault',
        scene: lostInstance,
        scope: HUB,
        at: LATELY.latest + defaultSettings['instance.maintenance'],
      },
    ],
  },
  'administrative acts': {
    changes: [
      {
        name: 'an act of which the Activity Log shows nothing is a fault after a while',
        scene: () => act(NOW - defaultSettings['config.noEntry']),
        shows: (context) => eventIn('ckt-lon', context)?.severity,
        is: 'major',
      },
    ],
    rechecks: [
      {
        name: 'when that while is over',
        scene: () => act(NOW - MINUTE),
        scope: 'ckt-lon',
        at: NOW - MINUTE + defaultSettings['config.noEntry'],
      },
    ],
  },
  maintenance: {
    changes: [
      {
        name: 'what begins in a window is flagged with it',
        scene: () => underMaintenance(),
        shows: flagsOf('ckt-lon'),
        is: ['maintenance:chg-1'],
      },
      {
        name: 'a window that was called off silences nothing',
        scene: () => given(eventOf('path_down', 'ckt-lon', PRIMARY, { flags: ['maintenance:chg-1'] })),
        shows: flagsOf('ckt-lon'),
        is: [],
      },
    ],
    rechecks: [
      {
        name: 'with the next poll, while it is silenced',
        scene: () => underMaintenance(['maintenance:chg-1']),
        scope: 'ckt-lon',
        at: RECHECK_AT_NEXT_POLL,
      },
    ],
  },
  incidents: {
    changes: [
      {
        name: 'a path that is down opens one',
        scene: () => given(eventOf('path_down', 'ckt-lon', PRIMARY, { key: 'root' })),
        shows: ({ scopes }) => scopes['ckt-lon']?.incidents.map(({ root, members }) => [root, members]),
        is: [['root', ['root']]],
      },
      {
        name: 'one that has been well for long enough closes',
        scene: () =>
          scene(peers, {}, (context) => {
            const healthySince = NOW - defaultSettings['incident.healthy']
            ensureResourceState(context, 'ckt-lon').incidents = [{ ...incident, healthySince }]
          }),
        shows: ({ scopes }) => scopes['ckt-lon']?.incidents.map(({ closedAt }) => closedAt),
        is: [NOW],
      },
    ],
    rechecks: [
      {
        name: 'when one that is well will close',
        scene: () =>
          scene(peers, {}, (context) => {
            ensureResourceState(context, 'ckt-lon').incidents = [incident]
          }),
        scope: 'ckt-lon',
        at: NOW + defaultSettings['incident.healthy'],
      },
    ],
  },
  expiry: {
    changes: [
      {
        name: 'what ended too long ago is forgotten',
        scene: () => {
          const ended = { started: LONG_AGO, ended: LONG_AGO, detectedAt: LONG_AGO.latest }
          const old = given(eventOf('path_down', 'ckt-lon', PRIMARY, { ...ended, key: 'old' }))
          remember(old.context, eventOf('path_down', 'ckt-lon', PRIMARY, { key: 'new', ended: LATELY }))
          return old
        },
        shows: ({ scopes }) => Object.keys(scopes['ckt-lon']?.live ?? {}),
        is: ['new'],
      },
    ],
  },
}
