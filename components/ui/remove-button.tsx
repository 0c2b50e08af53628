import TrashIcon from 'lucide-react/icons/trash-2'
import { IconButton } from './button.tsx'
import { ConfirmButton } from './overlay/opened.tsx'

/** Removes an item of a list, once that is confirmed. */
export const RemoveButton = ({
  one,
  name,
  effect,
  onRemove,
}: {
  /** what it is: `channel` */
  one: string
  name: string
  /** what stops working */
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
