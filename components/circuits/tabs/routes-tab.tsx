import type { Circuit } from '#lib/circuits/api/index.ts'
import { ownPeering } from '#lib/contract/words/own-peering.ts'
import { HeadroomPanel } from '../headroom-panel.tsx'
import { ParityPanel } from '../parity-panel.tsx'
import { AnnouncedPanel } from '../../routers/announced-panel.tsx'
import { PathReadings } from '../path-readings.tsx'

/** What both paths learn: whether it is the same, how much of the limit it takes, and the tables themselves. */
export function CircuitRoutesTab({ circuit }: { circuit: Circuit }) {
  const { id, peerings } = circuit
  const hasMicrosoft = ownPeering(circuit) !== 'microsoft' && peerings.some(({ type }) => type === 'microsoft')
  return (
    <>
      <ParityPanel circuitId={id} />
      {hasMicrosoft && <ParityPanel circuitId={id} peering="microsoft" />}
      <AnnouncedPanel circuitId={id} />
      <HeadroomPanel circuit={circuit} />
      <PathReadings circuit={circuit} />
    </>
  )
}
