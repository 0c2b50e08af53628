import type { DetectedEvent, EpochMs } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { defaultSettings } from '../../../model/settings.ts'
import { createThreeCircuitEstate, GATEWAY_INSTANCE_ADDRESSES, HUB_GATEWAY_NAME } from '../../../testing/estates.ts'
import { type DetectionContext, storeEventInScope } from '../../../model/context.ts'
import { createResourceState, type ResourceState, type SessionFact } from '../../../model/scope-state.ts'

export const TEST_PATH_SUBJECTS = ['AzurePrivatePeering/primary', 'AzurePrivatePeering/secondary'] as const

/**
 * Returns a test topology in which every session with a customer's router is up, with the given times of the last good
 * polls.
 */
export function contextWithPolls(lastGoodPollAt: Record<string, EpochMs>): DetectionContext {
  const topology = createThreeCircuitEstate().topology()
  const scopes: Record<string, ResourceState> = {}
  for (const { scope, peerings } of topology.circuits) {
    const sessions = peerings.flatMap(({ name, customers }) =>
      Object.entries(customers).map(([path, neighbor]): [string, SessionFact] => [
        path,
        {
          subresource: `${name}/${path}`,
          localAddress: 'msee',
          neighbor: neighbor ?? '',
          asn: 65_001,
          level: 'up',
          since: { earliest: 0, latest: 0 },
          downReason: null,
          prefixes: 4,
          lastPrefixes: 4,
          countBetween: null,
        },
      ]),
    )
    scopes[scope] = { ...createResourceState(), sessions: Object.fromEntries(sessions) }
  }
  const mark: DetectionContext['mark'] = {
    sourceId: 1,
    scope: 'ckt-lon',
    subresource: TEST_PATH_SUBJECTS[0],
    kind: 'summary',
    startedAt: 20 * MS_PER_MINUTE,
    finishedAt: 20 * MS_PER_MINUTE,
    outcome: 'ok',
    previousOkAt: null,
    previousAttemptAt: null,
    silentInstances: [],
  }
  const lastGoodPolls = Object.fromEntries(
    Object.entries(lastGoodPollAt).map(([key, at]) => [key, { at, readAt: at, everyMs: MS_PER_MINUTE }]),
  )
  return { topology, scopes, mark, everyMs: MS_PER_MINUTE, settings: defaultSettings, lastGoodPolls }
}

/** Adds an event that began between minute 9 and minute 10; by default the fall of a circuit's primary path. */
export const addPathDownTestEvent = (
  context: DetectionContext,
  scope: string,
  kind: DetectedEvent['kind'] = 'path_down',
  subject: string = kind === 'circuit_down' ? 'AzurePrivatePeering' : TEST_PATH_SUBJECTS[0],
) =>
  storeEventInScope(context, {
    key: `${kind} ${scope} ${subject}`,
    kind,
    severity: 'major',
    scope,
    subject,
    started: { earliest: 9 * MS_PER_MINUTE, latest: 10 * MS_PER_MINUTE },
    ended: null,
    duration: null,
    detectedAt: 10 * MS_PER_MINUTE,
    evidence: [],
    causes: [],
    flags: [],
  })

/** Adds the loss of a gateway instance with eleven sessions, which began between minute 9 and minute 10. */
export function storeLostTestInstance(context: DetectionContext) {
  storeDownTestSessions(
    context,
    Array.from({ length: 11 }, (_, n) => `10.0.4.${n + 20}`),
  )
  return addPathDownTestEvent(context, HUB_GATEWAY_NAME, 'gateway_instance_lost', GATEWAY_INSTANCE_ADDRESSES[1])
}

/** Stores sessions of the second gateway instance with the given neighbors, which are down. */
export function storeDownTestSessions(context: DetectionContext, neighbors: readonly string[]): void {
  const sessions = neighbors.map((neighbor): [string, SessionFact] => [
    neighbor,
    {
      subresource: '',
      localAddress: GATEWAY_INSTANCE_ADDRESSES[1],
      neighbor,
      asn: 12_076,
      level: 'down',
      since: { earliest: 9 * MS_PER_MINUTE, latest: 10 * MS_PER_MINUTE },
      downReason: null,
      prefixes: 0,
      lastPrefixes: 4,
      countBetween: null,
    },
  ])
  context.scopes[HUB_GATEWAY_NAME] = { ...createResourceState(), sessions: Object.fromEntries(sessions) }
}
