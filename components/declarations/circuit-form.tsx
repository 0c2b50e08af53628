import type { DeclaredCircuit } from '#lib/contract/index.ts'
import { circuitDeclarationForm } from './forms/circuit.ts'
import { DeclarationItemForm } from './item-form.tsx'

/** Form that edits the declaration of one circuit, or creates a declaration if `item` is null. */
export function CircuitDeclarationEditor({
  item,
  circuit,
  onDone,
}: {
  item: DeclaredCircuit | null
  circuit: string
  onDone: () => void
}) {
  return <DeclarationItemForm form={circuitDeclarationForm} item={item} fixed={{ circuit }} onDone={onDone} />
}
