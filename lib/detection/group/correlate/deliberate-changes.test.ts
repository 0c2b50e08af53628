import { describe, expect, it } from 'vitest'
import { type EventKind, eventKinds } from '#lib/contract/index.ts'
import { ensureResourceState } from '../../model/context.ts'
import type { DeliberateResourceChange } from '../../model/scope-state.ts'
import { HUB_GATEWAY_NAME, GATEWAY_INSTANCE_ADDRESSES } from '../../testing/estates.ts'
import {
  createOngoingEvent,
  TIME_BOUNDS_SINCE_PREVIOUS_POLL,
  LONG_AGO_TIME_BOUNDS,
  storeEventInTestContext,
  type EvaluationStageTestInput,
  createEvaluationStageTestInput,
  createLongEstablishedSession,
} from '../../testing/scene.ts'
import { UNDECLARED_RANGES_FLAG } from '../rules/routes/paths/no-path.ts'
import { REMOVAL_UNDONE_FLAG } from '../facts/neighbor-claims.ts'
import { eventKindsExplainedByChange, type DeliberateChangeRelation } from './deliberate-changes.ts'
import { assignParentEvents } from './assign-parents.ts'

const [NEIGHBOR, OTHER] = ['10.0.4.4', '10.0.4.6']
const [INSTANCE, SIBLING] = GATEWAY_INSTANCE_ADDRESSES
const CONNECTION = 'cxn-ckt-lon'
const PEERING = 'AzurePrivatePeering'

const acts: Readonly<Record<DeliberateResourceChange, { kind: EventKind; scope: string; subject: string }>> = {
  'circuit removed': { kind: 'resource_removed', scope: 'ckt-lon', subject: 'ckt-lon' },
  'circuit deprovisioned': { kind: 'provider_state_changed', scope: 'ckt-lon', subject: 'ckt-lon' },
  'peering disabled': { kind: 'peering_disabled', scope: 'ckt-lon', subject: PEERING },
  'connection removed': { kind: 'resource_removed', scope: CONNECTION, subject: CONNECTION },
  'hub connection removed': { kind: 'resource_removed', scope: 'ergw-vhub', subject: 'conn-lon' },
  'gateway removed': { kind: 'resource_removed', scope: HUB_GATEWAY_NAME, subject: HUB_GATEWAY_NAME },
  'gateway changed': { kind: 'gateway_changing', scope: HUB_GATEWAY_NAME, subject: HUB_GATEWAY_NAME },
  'gateway on standby': { kind: 'gateway_changing', scope: HUB_GATEWAY_NAME, subject: HUB_GATEWAY_NAME },
  'gateway migrated': { kind: 'gateway_changing', scope: HUB_GATEWAY_NAME, subject: HUB_GATEWAY_NAME },
  'other resource removed': { kind: 'resource_removed', scope: 'port-lon', subject: 'port-lon' },
}
const actNames = Object.keys(acts) as DeliberateResourceChange[]

/** The place of an event that depends on an act (`related`), and of a similar event that does not (`near`). */
interface Place {
  scope: string
  subject: string
  peers?: string[]
}
const placesOf: Readonly<
  Record<DeliberateChangeRelation, (act: DeliberateResourceChange, kind: EventKind) => { related: Place; near: Place }>
> = {
  own: (act) => ({
    related: { scope: acts[act].scope, subject: `${INSTANCE}~${NEIGHBOR}` },
    near: { scope: 'ckt-ams', subject: `${INSTANCE}~${OTHER}` },
  }),
  neighbor: (_, kind) => ({
    related: { scope: HUB_GATEWAY_NAME, subject: kind === 'peer_lost' ? NEIGHBOR : `${INSTANCE}~${NEIGHBOR}` },
    near: { scope: HUB_GATEWAY_NAME, subject: kind === 'peer_lost' ? OTHER : `${INSTANCE}~${OTHER}` },
  }),
  carried: (_, kind) => ({
    related: {
      scope: kind === 'gateway_isolated' ? HUB_GATEWAY_NAME : 'ckt-lon',
      subject: 'carried',
      peers: [NEIGHBOR],
    },
    near: { scope: kind === 'gateway_isolated' ? HUB_GATEWAY_NAME : 'ckt-ams', subject: 'carried', peers: [OTHER] },
  }),
  hub: () => ({
    related: { scope: 'ergw-vhub', subject: 'conn-lon' },
    near: { scope: 'ergw-vhub', subject: 'conn-ams' },
  }),
  part: () => ({
    related: { scope: 'ergw-vhub', subject: 'conn-lon/isp-a' },
    near: { scope: 'ergw-vhub', subject: 'conn-ams/isp-a' },
  }),
  migrated: () => ({
    related: { scope: HUB_GATEWAY_NAME, subject: `${INSTANCE}~${NEIGHBOR}` },
    // the gateway in use is not a part of the migration
    near: { scope: 'ergw-another', subject: `${INSTANCE}~${OTHER}` },
  }),
  exchange: (_, kind) => ({
    related: { scope: HUB_GATEWAY_NAME, subject: kind.startsWith('gateway_') ? INSTANCE : `${INSTANCE}~${NEIGHBOR}` },
    // the sibling's session with this neighbor is down too, so that no instance carries the neighbor
    near: { scope: HUB_GATEWAY_NAME, subject: kind.startsWith('gateway_') ? '10.0.4.99' : `${INSTANCE}~${OTHER}` },
  }),
}

/** Acts that remove neighbors from a gateway. */
const releasing: ReadonlySet<DeliberateResourceChange> = new Set([
  'circuit removed',
  'connection removed',
  'gateway removed',
])

function given(act: DeliberateResourceChange, flags: string[] = []): EvaluationStageTestInput {
  const own = createEvaluationStageTestInput({ kind: 'peers', scope: HUB_GATEWAY_NAME }, {}, (context) => {
    const { topology } = context
    const migration = { with: 'ergw-new', role: 'from' } as const
    context.topology = {
      ...topology,
      gateways: topology.gateways.flatMap((one) =>
        act === 'gateway migrated' && one.scope === HUB_GATEWAY_NAME
          ? [
              { ...one, isStandby: true as const, migration },
              { ...one, scope: 'ergw-new', circuits: [] },
            ]
          : one,
      ),
      hubConnections: [
        { gateway: 'ergw-vhub', name: 'conn-lon', circuit: 'ckt-lon' },
        { gateway: 'ergw-vhub', name: 'conn-ams', circuit: 'ckt-ams' },
      ],
    }
    const { sessions, released } = ensureResourceState(context, HUB_GATEWAY_NAME)
    sessions['own'] = createLongEstablishedSession(INSTANCE, NEIGHBOR, {
      level: 'down',
      since: TIME_BOUNDS_SINCE_PREVIOUS_POLL,
    })
    sessions['own other'] = createLongEstablishedSession(INSTANCE, OTHER, {
      level: 'down',
      since: TIME_BOUNDS_SINCE_PREVIOUS_POLL,
    })
    sessions['sibling'] = createLongEstablishedSession(SIBLING, NEIGHBOR)
    sessions['sibling other'] = createLongEstablishedSession(SIBLING, OTHER, {
      level: 'down',
      since: TIME_BOUNDS_SINCE_PREVIOUS_POLL,
    })
    sessions['another'] = createLongEstablishedSession('10.0.4.99', OTHER, {
      level: 'down',
      since: TIME_BOUNDS_SINCE_PREVIOUS_POLL,
    })
    if (releasing.has(act)) released[NEIGHBOR] = { between: TIME_BOUNDS_SINCE_PREVIOUS_POLL, by: 'act' }
    const { kind, scope, subject } = acts[act]
    storeEventInTestContext(
      context,
      createOngoingEvent(kind, scope, subject, { key: 'act', severity: 'info', flags }),
      { act },
    )
  })
  // an instance whose neighbors are all present on its sibling
  if (act === 'gateway changed') delete ensureResourceState(own.context, HUB_GATEWAY_NAME).sessions['own other']
  return own
}

function partOf(
  { context }: EvaluationStageTestInput,
  kind: EventKind,
  { scope, subject, peers }: Place,
  started = TIME_BOUNDS_SINCE_PREVIOUS_POLL,
) {
  const flags = kind === 'no_path' ? [UNDECLARED_RANGES_FLAG] : []
  const event = createOngoingEvent(kind, scope, subject, { key: 'child', started, flags })
  const routes = { peersBefore: peers ?? [], peersAfter: [] }
  const more = kind === 'gateway_isolated' ? { lostNeighbors: peers ?? [] } : routes
  const live = storeEventInTestContext(context, event, peers ? more : {})
  assignParentEvents(context)
  return live.event.partOf
}

const pairs = actNames.flatMap((act) =>
  eventKinds
    .filter(
      (kind) => !['resource_removed', 'provider_state_changed', 'peering_disabled', 'gateway_changing'].includes(kind),
    )
    .map((kind) => ({ act, kind, tie: eventKindsExplainedByChange[act][kind] })),
)

describe('what is a part of what somebody did', () => {
  it.each(pairs.flatMap((pair) => (pair.tie ? [{ ...pair, tie: pair.tie }] : [])))(
    '$kind, of "$act", by $tie: it is, and what does not hang on it, or befell long before, is not',
    ({ act, kind, tie }) => {
      const { related, near } = placesOf[tie](act, kind)
      expect(partOf(given(act), kind, related)).toBe('act')
      expect(partOf(given(act), kind, near)).toBeNull()
      if (!releasing.has(act)) expect(partOf(given(act), kind, related, LONG_AGO_TIME_BOUNDS)).toBeNull()
      if (!releasing.has(act)) expect(partOf(given(act, [REMOVAL_UNDONE_FLAG]), kind, related)).toBeNull()
    },
  )

  it('is nothing else, wherever it is', () => {
    const wrong = pairs
      .filter(({ tie }) => tie === undefined)
      .flatMap(({ act, kind }) =>
        (Object.keys(placesOf) as DeliberateChangeRelation[]).flatMap((tie) => {
          const { related } = placesOf[tie](act, kind)
          const found = partOf(given(act), kind, related)
          return found === 'act' && !goesWithNeighbor.has(kind) ? [`${kind} of ${act} by ${tie}`] : []
        }),
      )
    expect([...new Set(wrong)]).toEqual([])
  })
})

/** Kinds of events about a neighbor. They end with the neighbor, whichever removal took it away. */
const goesWithNeighbor: ReadonlySet<EventKind> = new Set([
  'session_down',
  'session_flap',
  'keepalive_stall',
  'peer_lost',
])
