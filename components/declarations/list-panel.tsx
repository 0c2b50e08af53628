import PencilIcon from 'lucide-react/icons/pencil'
import PlusIcon from 'lucide-react/icons/plus'
import type { ReactNode } from 'react'
import type { DeclarationListItem, DeclarationList } from '#lib/contract/index.ts'
import { formatDeclarationKey } from '#lib/contract/vocabulary.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Panel } from '../ui/panel.tsx'
import { RemoveButton } from '../ui/remove-button.tsx'
import { useEditInPlace } from '../ui/use-edit-in-place.ts'
import type { DeclarationForm } from './declaration-form.ts'
import type { DeclarationItemForm as AnyItemForm } from './item-form.tsx'
import { useSaveDeclaration } from './use-save-declaration.ts'
import { useResources } from '../schema-form/use-resources.ts'
import { createLazyComponent } from '../ui/lazy-part.tsx'

/** The form's code is loaded when it is opened, because it contains the schemas of the API. */
const ItemForm = createLazyComponent(
  () => import('./item-form.tsx').then((part) => part.DeclarationItemForm),
  <div className="skeleton h-64" />,
) as typeof AnyItemForm

/** Panel with one list of declarations (facts that users enter), in which the user adds, changes and removes items. */
export function DeclarationListPanel<List extends DeclarationList>({
  form,
  items,
  extra,
}: {
  form: DeclarationForm<List>
  items: readonly DeclarationListItem<List>[]
  /** further content for an item, below its description */
  extra?: (item: DeclarationListItem<List>) => ReactNode
}) {
  /** `edited` is the key of the item in the open form; '' = the form adds a new item; null = no form is open */
  const { edited, edit, close, addButton } = useEditInPlace()
  const isBare = items.length === 0 && edited === null
  return (
    <Panel
      title={<span id={form.list}>{form.title}</span>}
      note={isBare ? form.empty : form.note}
      className={isBare ? '[&>header]:border-b-0' : ''}
      flush
      aside={
        <Button ref={addButton} onClick={() => edit('')}>
          <PlusIcon aria-hidden />
          Add {/^[aeiou]/.test(form.one) ? 'an' : 'a'} {form.one}
        </Button>
      }
    >
      {edited === '' && <ItemForm form={form} item={null} onDone={close} />}
      <ul aria-label={form.title} className="divide-y">
        {items.map((item) => {
          const key = formatDeclarationKey(form.list, item)
          return (
            <li key={key}>
              {edited === key ? (
                <ItemForm form={form} item={item} onDone={close} />
              ) : (
                <Item form={form} item={item} extra={extra?.(item)} onEdit={() => edit(key)} />
              )}
            </li>
          )
        })}
      </ul>
    </Panel>
  )
}

function Item<List extends DeclarationList>({
  form,
  item,
  extra,
  onEdit,
}: {
  form: DeclarationForm<List>
  item: DeclarationListItem<List>
  extra: ReactNode
  onEdit: () => void
}) {
  const resources = useResources()
  const declare = useSaveDeclaration<List>()
  const name = form.nameOf(item, resources)
  return (
    <div className="flex items-start gap-3 px-3.5 py-2">
      <div className="min-w-0 flex-1">
        <p className="font-medium break-words">{name}</p>
        <p className="text-xs break-words text-ink-2">{form.wordsOf(item, resources).join(' · ')}</p>
        {extra}
        {declare.error && (
          <p role="alert" className="text-xs font-medium text-down">
            {declare.error.message}
          </p>
        )}
      </div>
      <IconButton label={`Edit ${name}`} onClick={onEdit}>
        <PencilIcon aria-hidden />
      </IconButton>
      <RemoveButton
        one={form.one}
        name={name}
        effect={form.whenRemoved}
        onRemove={() => declare.mutateAsync({ list: form.list, before: item, after: null })}
      />
    </div>
  )
}
