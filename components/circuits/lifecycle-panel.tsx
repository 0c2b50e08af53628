import type { ReactNode } from 'react'
import type {
  CommissioningStep,
  DecommissioningStep,
  CircuitLifecycleSteps,
  LifecycleState,
} from '#lib/resilience/api/index.ts'
import { useEndpointQuery } from '../data/index.ts'
import { QueryStateView, SkeletonRows } from '../ui/answer-view.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Panel } from '../ui/panel.tsx'
import { StateLabel, type StatusText } from '../ui/status.tsx'
import { TimeBoundsText } from '../ui/times/time.tsx'

const lifecycleStatus: Readonly<Record<LifecycleState, StatusText>> = {
  done: { tone: 'up', word: 'DONE' },
  open: { tone: 'off', word: 'OPEN' },
  unknown: { tone: 'unknown', word: 'UNKNOWN' },
}

const commissioningLabels: Readonly<Record<CommissioningStep, string>> = {
  service_key_requested: 'Service key requested',
  provider_provisioned: 'Provisioned by the provider',
  peering_configured: 'Peering configured',
  arp_complete: 'ARP complete',
  bgp_established: 'BGP established',
  routes_received: 'Routes received',
  gateway_connected: 'Connected to a gateway',
  traffic_moving: 'Traffic moving',
}

const decommissioningLabels: Readonly<Record<DecommissioningStep, string>> = {
  traffic_diverted: 'Traffic diverted',
  routes_withdrawn: 'Routes withdrawn',
  network_peerings_deleted: 'Network peerings deleted',
  connections_deleted: 'Connections deleted',
  gateways_deleted: 'Gateways deleted',
  global_reach_deleted: 'Global Reach connections deleted',
  authorizations_deleted: 'Authorizations deleted',
  peerings_deleted: 'Peerings deleted',
  provider_deprovisioned: 'Deprovisioned by the provider',
  circuit_deleted: 'Circuit deleted',
  networks_deleted: 'Networks deleted',
}

/**
 * Panel with the steps of a circuit's commissioning and their times, and the steps that are necessary before the
 * circuit can be deleted.
 */
export function CircuitLifecyclePanel({ circuitId }: { circuitId: string }) {
  const query = useEndpointQuery('circuits/{id}/lifecycle', { id: circuitId })
  return (
    <Panel isOfNow id="lifecycle" title="Lifecycle" note="as far back as history is kept" answer={query.data}>
      <QueryStateView query={query} skeleton={<SkeletonRows rows={8} />}>
        {({ data }) => (
          <div className="grid grid-cols-[repeat(auto-fit,minmax(min(26rem,100%),1fr))] gap-6">
            <Steps title="Commissioning">
              {data.commissioning.map((step) => (
                <Commissioned key={step.step} step={step} />
              ))}
            </Steps>
            <Steps title="Decommissioning, in this order">
              {data.decommissioning.map((step) => (
                <Decommissioned key={step.step} step={step} />
              ))}
            </Steps>
          </div>
        )}
      </QueryStateView>
    </Panel>
  )
}

const Steps = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className="min-w-0">
    <h3 className="mb-2 text-sm font-medium">{title}</h3>
    <ol className="grid gap-2 text-sm">{children}</ol>
  </section>
)

function Commissioned({
  step: { step, state, between, detail },
}: {
  step: CircuitLifecycleSteps['commissioning'][number]
}) {
  return (
    <li className="grid grid-cols-[7.25rem_minmax(0,1fr)] items-start gap-x-2">
      <StateLabel {...lifecycleStatus[state]} />
      <div className="min-w-0">
        <p className="font-medium">{commissioningLabels[step]}</p>
        <p className="text-xs break-words text-ink-2">
          {between && (
            <>
              <TimeBoundsText bounds={between} />:{' '}
            </>
          )}
          {detail}
        </p>
      </div>
    </li>
  )
}

function Decommissioned({ step }: { step: CircuitLifecycleSteps['decommissioning'][number] }) {
  const { step: name, state, left, detail, command } = step
  return (
    <li className="grid grid-cols-[7.25rem_minmax(0,1fr)] items-start gap-x-2">
      <StateLabel {...lifecycleStatus[state]} />
      <div className="min-w-0">
        <p className="font-medium">{decommissioningLabels[name]}</p>
        <p className="text-xs break-words text-ink-2">{left.length > 0 ? `Left: ${left.join('; ')}` : detail}</p>
        {state !== 'done' && left.length > 0 && <p className="text-xs break-words text-ink-2">Done when: {detail}</p>}
        {state === 'open' && command !== null && (
          <p className="mt-1 flex min-w-0 items-start gap-2">
            <code className="min-w-0 flex-1 font-mono text-xs text-ink-2">
              {/* each option keeps its value on the same line, unless both are longer than the line */}
              {command.split(/ (?=--)/).map((part) => (
                <span key={part}>
                  <span className="inline-block max-w-full wrap-anywhere">{part}</span>{' '}
                </span>
              ))}
            </code>
            <CopyButton text={command} label={`Copy the command of ${decommissioningLabels[name]}`} />
          </p>
        )}
      </div>
    </li>
  )
}
