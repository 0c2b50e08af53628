import type { CostProjection } from '#lib/cost/api/index.ts'
import { SelectField } from '../ui/field.tsx'

/**
 * Select field for the circuit that the panels of the cost page show. The caller stores the choice in the page's
 * address.
 */
export function CircuitSelect({
  circuits,
  circuitId,
  onCircuit,
}: {
  circuits: readonly CostProjection[]
  circuitId: string
  onCircuit: (id: string) => void
}) {
  return (
    <SelectField
      label="Circuit"
      className="w-56 print:hidden"
      options={circuits.map((one) => ({ value: one.circuitId, label: one.name }))}
      value={circuitId}
      onChange={({ target }) => onCircuit(target.value)}
    />
  )
}
