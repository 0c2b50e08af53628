import type { EscalationAnswer, EscalationBody, PolicyInput, RotationInput } from '#lib/notify/api/index.ts'
import { replaceItem, useSaveOnTop } from '../../data/index.ts'

/** Edit of one policy or rotation. `after` null removes the item with this id, `id` null adds `after`. */
type EscalationEdit =
  | { list: 'policies'; id: string | null; after: PolicyInput | null }
  | { list: 'rotations'; id: string | null; after: RotationInput | null }

/** Saves an edit on top of the stored settings, so that concurrent edits by other users are kept. */
export const useSaveEscalation = () => useSaveOnTop('escalation', edited)

function edited({ policies, rotations, version }: EscalationAnswer, edit: EscalationEdit): EscalationBody {
  const stored = { policies, rotations: rotations.map(({ now: _, next: __, ...rotation }) => rotation), version }
  return edit.list === 'policies'
    ? { ...stored, policies: replaceItem(stored.policies, edit.id, edit.after) }
    : { ...stored, rotations: replaceItem(stored.rotations, edit.id, edit.after) }
}
