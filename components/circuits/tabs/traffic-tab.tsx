import type { Circuit } from '#lib/circuits/api/index.ts'
import { ProbesPanel } from '../../probes/probes-panel.tsx'
import { UsagePanel } from '../../usage/usage-panel.tsx'
import { QosPanel } from '../qos-panel.tsx'

/** Shows the circuit's traffic, drops and round-trip times. */
export function CircuitTrafficTab({ circuit }: { circuit: Circuit }) {
  return (
    <>
      <UsagePanel circuit={circuit} />
      <ProbesPanel scope={circuit.id} name={circuit.name} />
      <QosPanel circuit={circuit} />
    </>
  )
}
