import PencilIcon from 'lucide-react/icons/pencil'
import PlusIcon from 'lucide-react/icons/plus'
import type { ReactNode } from 'react'
import { EmptyNote } from '../ui/answer-view.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Panel } from '../ui/panel.tsx'
import { RemoveButton } from '../ui/remove-button.tsx'
import { StateLabel } from '../ui/status.tsx'
import type { useEditInPlace } from '../ui/use-edit-in-place.ts'

/** Value of the id of the edited item while the user adds a new item, which has no id yet. */
const NEW = 'new'

/**
 * Panel with a list of named settings, such as reports or policies. While an item is edited, a form replaces it in the
 * list.
 */
export function SettingsItemList<Item extends { id: string; name: string; enabled?: boolean }>({
  title,
  note,
  one,
  notice,
  empty,
  items,
  editing,
  whenRemoved,
  onRemove,
  error,
  formOf,
  actionsOf,
  belowOf,
  children,
}: {
  title: string
  note: string
  /** singular name of an item: `report` */
  one: string
  /** text below the list about all items */
  notice?: ReactNode
  empty: { title: string; text: string }
  items: readonly Item[]
  /** id of the item in the open form; the parent component owns this state and closes the form */
  editing: ReturnType<typeof useEditInPlace>
  /** text about the effects of removing an item */
  whenRemoved: string
  onRemove: (id: string) => Promise<unknown>
  /** error of a change that was made without the form, for example a removal */
  error: Error | null
  formOf: (item: Item | null) => ReactNode
  actionsOf?: (item: Item) => ReactNode
  /** content below an item that uses the whole width of the panel */
  belowOf?: (item: Item) => ReactNode
  children: (item: Item) => ReactNode
}) {
  const { edited, edit, addButton } = editing
  return (
    <Panel
      title={title}
      note={note}
      flush
      aside={
        <Button ref={addButton} onClick={() => edit(NEW)}>
          <PlusIcon aria-hidden />
          Add {one}
        </Button>
      }
    >
      {edited === NEW && formOf(null)}
      {items.length === 0 && edited !== NEW && <EmptyNote title={empty.title}>{empty.text}</EmptyNote>}
      <ul aria-label={title} className="divide-y">
        {items.map((item) => (
          <li key={item.id}>
            {edited === item.id ? (
              formOf(item)
            ) : (
              <div className="flex flex-wrap items-start gap-x-3 gap-y-2 px-3.5 py-2.5">
                <div className="min-w-0 flex-1 basis-64">
                  <p className="flex flex-wrap items-center gap-x-3">
                    <span className="min-w-0 font-medium break-words">{item.name}</span>
                    {item.enabled === false && <StateLabel tone="off" word="OFF" className="text-xs" />}
                  </p>
                  {children(item)}
                </div>
                <div className="flex flex-wrap items-center gap-1.5">
                  {actionsOf?.(item)}
                  <IconButton label={`Edit ${item.name}`} onClick={() => edit(item.id)}>
                    <PencilIcon aria-hidden />
                  </IconButton>
                  <RemoveButton one={one} name={item.name} effect={whenRemoved} onRemove={() => onRemove(item.id)} />
                </div>
                {belowOf?.(item)}
              </div>
            )}
          </li>
        ))}
      </ul>
      {notice && <p className="border-t px-3.5 py-2 text-xs text-ink-2">{notice}</p>}
      {error && (
        <p role="alert" className="px-3.5 py-2 text-xs font-medium text-down">
          {error.message}
        </p>
      )}
    </Panel>
  )
}
