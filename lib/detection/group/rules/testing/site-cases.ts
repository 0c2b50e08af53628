import type { TimestampBounds } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { ensureResourceState } from '../../../model/context.ts'
import { RECHECK_AT_NEXT_POLL } from '../../../model/recheck.ts'
import { defaultSettings } from '../../../model/settings.ts'
import { HUB_GATEWAY_NAME } from '../../../testing/estates.ts'
import {
  getOnlyEventInScope,
  createOngoingEvent,
  listEventKindsInScope,
  TEST_POLL_END_TIME,
  storeEventInTestContext,
  type EvaluationStageTestInput,
  createEvaluationStageTestInput,
  createLongEstablishedSession,
  type EvaluationStageTestCases,
} from '../../../testing/scene.ts'
import {
  PRIMARY_PATH_SUBRESOURCE,
  LONDON_NEIGHBORS,
  AMSTERDAM_NEIGHBORS,
  TEST_PREFIX,
  createLearnedRoute,
  createSessionsWithNeighbor,
} from './estate-parts.ts'

const leftHome = (upAgainFor: number): EvaluationStageTestInput =>
  createEvaluationStageTestInput({ kind: 'peers', scope: HUB_GATEWAY_NAME }, {}, (context) => {
    const since: TimestampBounds = {
      earliest: TEST_POLL_END_TIME - upAgainFor,
      latest: TEST_POLL_END_TIME - upAgainFor,
    }
    const started = {
      earliest: TEST_POLL_END_TIME - 120 * MS_PER_MINUTE,
      latest: TEST_POLL_END_TIME - 120 * MS_PER_MINUTE,
    }
    const failover = createOngoingEvent('failover', 'ckt-lon', 'DC-A', { started })
    storeEventInTestContext(context, failover, { peersBefore: [LONDON_NEIGHBORS], peersAfter: [AMSTERDAM_NEIGHBORS] })
    ensureResourceState(context, HUB_GATEWAY_NAME).sessions = createSessionsWithNeighbor(LONDON_NEIGHBORS, { since })
    ensureResourceState(context, 'ckt-lon').sessions = {
      primary: createLongEstablishedSession('172.16.0.2', '172.16.0.1', {
        subresource: PRIMARY_PATH_SUBRESOURCE,
        since,
      }),
    }
  })

/** Test cases of the stages that evaluate sites and their homes, by stage. */
export const siteCases: Record<string, EvaluationStageTestCases> = {
  'pending failback': {
    changes: [
      {
        name: 'a home path that is up again for long enough',
        scene: () => leftHome(defaultSettings['failback.pending']),
        shows: listEventKindsInScope('ckt-lon'),
        is: ['failback_pending', 'failover'],
      },
    ],
    rechecks: [
      {
        name: 'with the next poll, while the home path is up',
        scene: () => leftHome(MS_PER_MINUTE),
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
          const own = createEvaluationStageTestInput({ kind: 'learned', scope: HUB_GATEWAY_NAME }, {}, (context) => {
            storeEventInTestContext(
              context,
              createOngoingEvent('site_state_changed', 'ckt-lon', 'learned: London', { flags: ['learned'] }),
            )
          })
          own.context.topology = { ...own.context.topology, learned: [] }
          return own
        },
        shows: (context) => getOnlyEventInScope('ckt-lon', context)?.flags,
        is: ['learned', 'given_up'],
      },
    ],
  },
  'declared primaries': {
    changes: [
      {
        name: 'a backup that carries what the home of a site is declared to carry is a deviation, though it always did',
        scene: () => {
          const own = createEvaluationStageTestInput(
            { kind: 'learned', scope: HUB_GATEWAY_NAME },
            { snapshot: [createLearnedRoute(AMSTERDAM_NEIGHBORS)] },
          )
          const sites = [{ name: 'dc-a', prefixes: [TEST_PREFIX], home: 'ckt-lon', routers: {} }]
          own.context.topology = { ...own.context.topology, sites }
          return own
        },
        shows: listEventKindsInScope('ckt-lon'),
        is: ['intent_deviation'],
      },
    ],
  },
  'site learning': {
    changes: [
      {
        name: 'a check of all routes shows where a prefix is reached',
        scene: () =>
          createEvaluationStageTestInput(
            { kind: 'learned', scope: HUB_GATEWAY_NAME },
            { snapshot: [createLearnedRoute(LONDON_NEIGHBORS)] },
          ),
        shows: ({ scopes }) =>
          scopes[HUB_GATEWAY_NAME]?.learning?.moving.map(({ prefixes, circuits }) => [prefixes, circuits]),
        is: [[[TEST_PREFIX], ['ckt-lon']]],
      },
    ],
  },
}
