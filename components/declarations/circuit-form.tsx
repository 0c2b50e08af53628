import type { DeclaredCircuit } from '#lib/contract/index.ts'
import { circuitForm } from './forms/circuit.ts'
import { ItemForm } from './item-form.tsx'

/** Form that edits the declaration of one circuit, or creates a declaration (`item` null). */
export function CircuitForm({
  item,
  circuit,
  onDone,
}: {
  item: DeclaredCircuit | null
  circuit: string
  onDone: () => void
}) {
  return <ItemForm form={circuitForm} item={item} fixed={{ circuit }} onDone={onDone} />
}
