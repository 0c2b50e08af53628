import type { Circuit } from '#lib/circuits/api/index.ts'
import { findMainPeeringType } from '#lib/contract/words/main-peering-type.ts'
import { AnnouncedAndLearnedPanel } from '../../routers/announced-and-learned-panel.tsx'
import { EmptyNote } from '../../ui/answer-view.tsx'
import { PeeringTables } from '../peering-tables.tsx'

/**
 * Tab with the routes that both paths learn. It shows whether they are equal, their number and its limit, and the ARP
 * tables.
 */
export function CircuitRoutesTab({ circuit }: { circuit: Circuit }) {
  const own = findMainPeeringType(circuit)
  const shown = circuit.peerings
    .filter(({ type }) => type === own || type === 'microsoft')
    .toSorted((a, b) => Number(b.type === own) - Number(a.type === own))
  return (
    <>
      {shown.length === 0 && <EmptyNote title="No peering" />}
      {shown.map((peering) => (
        <PeeringTables
          key={peering.name}
          circuitId={circuit.id}
          peering={peering}
          {...(peering.type === own && { id: 'headroom' })}
        />
      ))}
      <AnnouncedAndLearnedPanel circuitId={circuit.id} />
    </>
  )
}
