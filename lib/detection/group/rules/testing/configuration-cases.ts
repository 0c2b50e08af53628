import { type DetectionContext, ensureResourceState } from '../../../model/context.ts'
import type { CircuitPeeringNode } from '../../../model/topology.ts'
import {
  getOnlyEventInScope,
  createOngoingEvent,
  listEventKindsInScope,
  TIME_BOUNDS_SINCE_PREVIOUS_POLL,
  LONG_AGO_TIME_BOUNDS,
  storeEventInTestContext,
  type EvaluationStageTestInput,
  createEvaluationStageTestInput,
  type EvaluationStageTestCases,
} from '../../../testing/scene.ts'
import { HUB_GATEWAY_NAME } from '../../../testing/estates.ts'
import { buildSimulatedArmId } from '../../../testing/world.ts'

const changed = (name: string, op: 'changed' | 'removed') => ({
  signals: [
    {
      type: 'config' as const,
      changes: [
        {
          type: 'config' as const,
          op,
          resourceId: buildSimulatedArmId('expressRouteCircuits', name),
          resourceType: 'microsoft.network/expressroutecircuits',
          fields: [],
          between: TIME_BOUNDS_SINCE_PREVIOUS_POLL,
        },
      ],
    },
  ],
})
const networkChanged = {
  signals: [
    {
      type: 'config' as const,
      changes: [
        {
          type: 'config' as const,
          op: 'changed' as const,
          resourceId: buildSimulatedArmId('virtualNetworks', 'vnet-hub'),
          resourceType: 'microsoft.network/virtualnetworks',
          fields: [],
          between: TIME_BOUNDS_SINCE_PREVIOUS_POLL,
        },
      ],
    },
  ],
}
const ofGateway = (type: string, name: string) => ({
  signals: [
    {
      type: 'config' as const,
      changes: [
        {
          type: 'config' as const,
          op: 'changed' as const,
          resourceId: buildSimulatedArmId(type, name),
          resourceType: `microsoft.network/${type.toLowerCase()}`,
          fields: [],
          between: TIME_BOUNDS_SINCE_PREVIOUS_POLL,
        },
      ],
    },
  ],
})
const hubGatewayChanged = ofGateway('vpnGateways', 'vpngw-vhub')
const gatewayChanged = ofGateway('virtualNetworkGateways', HUB_GATEWAY_NAME)
const inventory = { kind: 'inventory', scope: 'subscription' } as const

/** Changes the peering of ckt-lon in the topology T2. */
function withPeering({ context }: EvaluationStageTestInput, more: Partial<CircuitPeeringNode>): void {
  context.topology = {
    ...context.topology,
    circuits: context.topology.circuits.map((circuit) =>
      circuit.scope === 'ckt-lon'
        ? { ...circuit, peerings: circuit.peerings.map((peering) => ({ ...peering, ...more })) }
        : circuit,
    ),
  }
}
const disabled = (): EvaluationStageTestInput => {
  const own = createEvaluationStageTestInput(inventory, changed('ckt-lon', 'changed'), (context) => {
    const enabled = { circuit: 'Enabled', provider: 'Provisioned', peering: 'Enabled', since: LONG_AGO_TIME_BOUNDS }
    ensureResourceState(context, 'ckt-lon').intent['AzurePrivatePeering'] = enabled
  })
  withPeering(own, { intent: { circuit: 'Enabled', provider: 'Provisioned', peering: 'Disabled' } })
  return own
}
const beingDeleted = (): EvaluationStageTestInput => {
  const own = disabled()
  withPeering(own, { intent: { circuit: 'Enabled', provider: 'Provisioned', peering: 'Deleting' } })
  return own
}
const VALIDATED_IN_PART = [
  { state: 'Configured', prefixes: ['198.51.100.0/24'] },
  { state: 'ValidationNeeded', prefixes: ['2001:db8:51::/48'] },
]
const notValidated = (intent: Partial<CircuitPeeringNode['intent']> = {}, found?: string): EvaluationStageTestInput => {
  const own = createEvaluationStageTestInput(inventory, changed('ckt-lon', 'changed'), (context) => {
    if (found)
      storeEventInTestContext(
        context,
        createOngoingEvent('public_prefixes_not_validated', 'ckt-lon', found, { started: LONG_AGO_TIME_BOUNDS }),
      )
  })
  const meant = { circuit: 'Enabled', provider: 'Provisioned', peering: 'Enabled', ...intent }
  withPeering(own, { intent: meant, publicPrefixes: VALIDATED_IN_PART })
  return own
}

/** Test cases of the stages that evaluate configurations, by stage. */
export const configurationCases: Record<string, EvaluationStageTestCases> = {
  configuration: {
    changes: [
      {
        name: 'a peering that somebody disabled',
        scene: disabled,
        shows: listEventKindsInScope('ckt-lon'),
        is: ['peering_disabled'],
      },
      {
        name: 'a peering that somebody deletes',
        scene: beingDeleted,
        shows: listEventKindsInScope('ckt-lon'),
        is: ['peering_disabled'],
      },
      {
        name: 'a peering that is not there any more, and what was down of it',
        scene: () => {
          const own = disabled()
          const { topology } = own.context
          const circuits = topology.circuits.map((one) => (one.scope === 'ckt-lon' ? { ...one, peerings: [] } : one))
          const former = [
            { gateway: HUB_GATEWAY_NAME, neighbor: '10.0.4.4', circuit: 'ckt-lon', circuitName: 'ckt-lon' },
          ]
          own.context.topology = { ...topology, circuits, former }
          storeEventInTestContext(
            own.context,
            createOngoingEvent('path_down', 'ckt-lon', 'AzurePrivatePeering/primary'),
          )
          return own
        },
        shows: ({ scopes }) => [
          Object.values(scopes['ckt-lon']?.live ?? {}).map(({ event }) => [event.kind, event.ended]),
          Object.keys(scopes[HUB_GATEWAY_NAME]?.released ?? {}),
        ],
        is: [
          [
            ['path_down', TIME_BOUNDS_SINCE_PREVIOUS_POLL],
            ['peering_disabled', null],
          ],
          ['10.0.4.4'],
        ],
      },
      {
        name: 'a connection of a hub that somebody deleted, and what was down of it',
        scene: () => {
          const own = createEvaluationStageTestInput(inventory, hubGatewayChanged, (context) => {
            ensureResourceState(context, 'vpngw-vhub').links = ['to-branch', 'to-depot']
            storeEventInTestContext(
              context,
              createOngoingEvent('connection_down', 'vpngw-vhub', 'to-depot', { started: LONG_AGO_TIME_BOUNDS }),
            )
            storeEventInTestContext(
              context,
              createOngoingEvent('tunnel_down', 'vpngw-vhub', 'to-branch/isp-a', { started: LONG_AGO_TIME_BOUNDS }),
            )
          })
          const hubVpnGateways = [{ scope: 'vpngw-vhub', links: ['to-branch/isp-a', 'to-branch/isp-b'] }]
          own.context.topology = { ...own.context.topology, hubVpnGateways }
          return own
        },
        shows: ({ scopes }) =>
          Object.values(scopes['vpngw-vhub']?.live ?? {}).map(({ event }) => [event.kind, event.subject, event.ended]),
        is: [
          ['connection_down', 'to-depot', TIME_BOUNDS_SINCE_PREVIOUS_POLL],
          ['tunnel_down', 'to-branch/isp-a', null],
          ['resource_removed', 'to-depot', TIME_BOUNDS_SINCE_PREVIOUS_POLL],
        ],
      },
      {
        name: 'a gateway that is put on standby',
        scene: () => {
          const own = createEvaluationStageTestInput(inventory, gatewayChanged)
          const { topology } = own.context
          const gateways = topology.gateways.map((one) => ({ ...one, isStandby: true as const }))
          own.context.topology = { ...topology, gateways }
          return own
        },
        shows: ({ scopes }) =>
          Object.values(scopes[HUB_GATEWAY_NAME]?.live ?? {}).map(({ event, act }) => [event.kind, act]),
        is: [['gateway_changing', 'gateway on standby']],
      },
    ],
  },
  'network peerings': {
    changes: [
      {
        name: 'a peering of the gateways’ network that was deleted on the other side',
        scene: () => {
          const own = createEvaluationStageTestInput(inventory, networkChanged, (context) => {
            const before = { name: 'to-spoke', state: 'Connected', sync: 'FullyInSync', transit: true }
            ensureResourceState(context, 'vnet-hub').peerings = { spoke: before }
          })
          const back = { key: 'spoke', name: 'to-spoke', remote: null, back: null, transit: true }
          const link = { ...back, own: { state: 'Disconnected', sync: 'FullyInSync' } }
          own.context.topology = {
            ...own.context.topology,
            networks: [{ scope: 'vnet-hub', name: 'vnet-hub', links: [link] }],
          }
          return own
        },
        shows: listEventKindsInScope('vnet-hub'),
        is: ['network_peering_disconnected'],
      },
    ],
  },
  LAGs: {
    changes: [
      {
        name: 'a link of a LAG that was disabled',
        scene: () => {
          const own = createEvaluationStageTestInput(inventory, ofGateway('expressRouteLags', 'lag'), (context) => {
            ensureResourceState(context, 'lag').lagLinks = { link1: { state: 'full', active: 4 } }
          })
          const links = [{ name: 'link1', state: 'disabled' as const, active: 0 }]
          own.context.topology = { ...own.context.topology, lags: [{ scope: 'lag', links }] }
          return own
        },
        shows: listEventKindsInScope('lag'),
        is: ['lag_link_reduced'],
      },
    ],
  },
  'removed resources': {
    changes: [
      {
        name: 'errors of the polls of a circuit end with it',
        scene: () =>
          createEvaluationStageTestInput(inventory, changed('ckt-lon', 'removed'), (context) => {
            storeEventInTestContext(
              context,
              createOngoingEvent('collector_error', 'ckt-lon', 'summary', { started: LONG_AGO_TIME_BOUNDS }),
            )
          }),
        shows: (context) => getOnlyEventInScope('ckt-lon', context)?.ended,
        is: TIME_BOUNDS_SINCE_PREVIOUS_POLL,
      },
    ],
  },
  'public prefixes': {
    changes: [
      {
        name: 'prefixes that Microsoft has not validated',
        scene: () => notValidated(),
        shows: listEventKindsInScope('ckt-lon'),
        is: ['public_prefixes_not_validated'],
      },
      ...[{ peering: 'Deleting' }, { provider: 'NotProvisioned' }].map((intent) => ({
        name: `prefixes are no finding any more of what is not meant to work: ${JSON.stringify(intent)}`,
        scene: () => notValidated(intent, 'AzurePrivatePeering'),
        shows: (context: DetectionContext) => getOnlyEventInScope('ckt-lon', context)?.ended,
        is: TIME_BOUNDS_SINCE_PREVIOUS_POLL,
      })),
    ],
  },
}
