import type { OperatorCard } from '#lib/contract/index.ts'
import { operatorCardDeclarationForm } from './forms/card.ts'
import { DeclarationItemForm } from './item-form.tsx'

/** Form that edits the contact card of a resource, or creates a card (`card` null). */
export function OperatorCardForm({
  card,
  scope,
  part,
  onDone,
}: {
  card: OperatorCard | null
  scope: string
  part: string
  onDone: () => void
}) {
  return <DeclarationItemForm form={operatorCardDeclarationForm} item={card} fixed={{ scope, part }} onDone={onDone} />
}
