import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { EscalationAnswer, EscalationBody, PolicyInput, RotationInput } from '#lib/notify/api/index.ts'
import { endpointQuery, saveOnTop, withItem } from '../../data/index.ts'

/** A change of one policy or rotation: `after` null removes it, `id` null adds one. */
type EscalationEdit =
  | { list: 'policies'; id: string | null; after: PolicyInput | null }
  | { list: 'rotations'; id: string | null; after: RotationInput | null }

/** Saves an edit on top of what is stored by now, so that concurrent edits of others are kept. */
export function useSaveEscalation() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (edit: EscalationEdit) => saveOnTop<EscalationAnswer>('escalation', (stored) => edited(stored, edit)),
    onSuccess: (answer) => client.setQueryData(endpointQuery('escalation').queryKey, answer),
  })
}

function edited({ policies, rotations, version }: EscalationAnswer, edit: EscalationEdit): EscalationBody {
  const stored = { policies, rotations: rotations.map(({ now: _, next: __, ...rotation }) => rotation), version }
  return edit.list === 'policies'
    ? { ...stored, policies: withItem(stored.policies, edit.id, edit.after) }
    : { ...stored, rotations: withItem(stored.rotations, edit.id, edit.after) }
}
