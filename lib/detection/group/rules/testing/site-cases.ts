import type { Bounds } from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import { ensureResourceState } from '../../../model/context.ts'
import { RECHECK_AT_NEXT_POLL } from '../../../model/recheck.ts'
import { defaultSettings } from '../../../model/settings.ts'
import { HUB } from '../../../testing/estates.ts'
import {
  eventIn,
  eventOf,
  kindsIn,
  NOW,
  remember,
  type Scene,
  scene,
  sessionFact,
  type StageCases,
} from '../../../testing/scene.ts'
import { PRIMARY, LON, AMS, PREFIX, route, sessionsWith } from './estate-parts.ts'

const leftHome = (upAgainFor: number): Scene =>
  scene({ kind: 'peers', scope: HUB }, {}, (context) => {
    const since: Bounds = { earliest: NOW - upAgainFor, latest: NOW - upAgainFor }
    const started = { earliest: NOW - 120 * MINUTE, latest: NOW - 120 * MINUTE }
    const failover = eventOf('failover', 'ckt-lon', 'DC-A', { started })
    remember(context, failover, { peersBefore: [LON], peersAfter: [AMS] })
    ensureResourceState(context, HUB).sessions = sessionsWith(LON, { since })
    ensureResourceState(context, 'ckt-lon').sessions = {
      primary: sessionFact('172.16.0.2', '172.16.0.1', { subresource: PRIMARY, since }),
    }
  })

/** Test cases of the stages that evaluate sites and their homes, by stage. */
export const siteCases: Record<string, StageCases> = {
  'pending failback': {
    changes: [
      {
        name: 'a home path that is up again for long enough',
        scene: () => leftHome(defaultSettings['failback.pending']),
        shows: kindsIn('ckt-lon'),
        is: ['failback_pending', 'failover'],
      },
    ],
    rechecks: [
      {
        name: 'with the next poll, while the home path is up',
        scene: () => leftHome(MINUTE),
        scope: 'ckt-lon',
        at: RECHECK_AT_NEXT_POLL,
      },
    ],
  },
  'sites that do not return': {
    changes: [
      {
        name: 'what was reported of a learned site that is none any more is given up',
        scene: () => {
          const own = scene({ kind: 'learned', scope: HUB }, {}, (context) => {
            remember(context, eventOf('site_state_changed', 'ckt-lon', 'learned: London', { flags: ['learned'] }))
          })
          own.context.topology = { ...own.context.topology, learned: [] }
          return own
        },
        shows: (context) => eventIn('ckt-lon', context)?.flags,
        is: ['learned', 'given_up'],
      },
    ],
  },
  'declared primaries': {
    changes: [
      {
        name: 'a backup that carries what the home of a site is declared to carry is a deviation, though it always did',
        scene: () => {
          const own = scene({ kind: 'learned', scope: HUB }, { snapshot: [route(AMS)] })
          const sites = [{ name: 'dc-a', prefixes: [PREFIX], home: 'ckt-lon', routers: {} }]
          own.context.topology = { ...own.context.topology, sites }
          return own
        },
        shows: kindsIn('ckt-lon'),
        is: ['intent_deviation'],
      },
    ],
  },
  'site learning': {
    changes: [
      {
        name: 'a check of all routes shows where a prefix is reached',
        scene: () => scene({ kind: 'learned', scope: HUB }, { snapshot: [route(LON)] }),
        shows: ({ scopes }) => scopes[HUB]?.learning?.moving.map(({ prefixes, circuits }) => [prefixes, circuits]),
        is: [[[PREFIX], ['ckt-lon']]],
      },
    ],
  },
}
