import type {
  EscalationSettingsResponse,
  EscalationSettingsBody,
  EscalationPolicyInput,
  OnCallRotationInput,
} from '#lib/notify/api/index.ts'
import { replaceItem, useSaveOnLatestVersion } from '../../data/index.ts'

/**
 * Edit of one policy or rotation. If `after` is null, the item with this id is removed. If `id` is null, `after` is
 * added.
 */
type EscalationEdit =
  | { list: 'policies'; id: string | null; after: EscalationPolicyInput | null }
  | { list: 'rotations'; id: string | null; after: OnCallRotationInput | null }

/**
 * Returns a mutation that applies an edit to the stored settings and saves them. Edits that other users saved in the
 * meantime are kept.
 */
export const useSaveEscalation = () => useSaveOnLatestVersion('escalation', edited)

function edited(
  { policies, rotations, version }: EscalationSettingsResponse,
  edit: EscalationEdit,
): EscalationSettingsBody {
  const stored = { policies, rotations: rotations.map(({ now: _, next: __, ...rotation }) => rotation), version }
  return edit.list === 'policies'
    ? { ...stored, policies: replaceItem(stored.policies, edit.id, edit.after) }
    : { ...stored, rotations: replaceItem(stored.rotations, edit.id, edit.after) }
}
