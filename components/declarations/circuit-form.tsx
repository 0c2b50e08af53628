import type { DeclaredCircuit } from '#lib/contract/index.ts'
import { circuitForm } from './forms/circuit.ts'
import { ItemForm } from './item-form.tsx'

/** Edits the declaration of one circuit, or creates it (`item` null). */
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
