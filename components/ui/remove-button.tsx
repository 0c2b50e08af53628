import TrashIcon from 'lucide-react/icons/trash-2'
import { IconButton } from './button.tsx'
import { ConfirmButton } from './overlay/lazy-overlays.tsx'

/** Button that removes an item of a list after confirmation. */
export const RemoveButton = ({
  one,
  name,
  effect,
  onRemove,
}: {
  /** type of the item to remove, as a noun: `channel` */
  one: string
  name: string
  /** text about the effect of removing the item */
  effect: string
  onRemove: () => Promise<unknown>
}) => (
  <ConfirmButton
    trigger={
      <IconButton label={`Remove ${name}`}>
        <TrashIcon aria-hidden />
      </IconButton>
    }
    question={`Remove the ${one} “${name}”?`}
    effect={effect}
    action="Remove"
    onConfirm={onRemove}
  />
)
