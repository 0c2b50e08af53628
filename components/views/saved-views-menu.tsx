import BookmarkIcon from 'lucide-react/icons/bookmark'
import StarIcon from 'lucide-react/icons/star'
import XIcon from 'lucide-react/icons/x'
import { usePathname } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import type { SavedView } from '#lib/access/api/index.ts'
import { MAX_SAVED_VIEW_NAME_CHARACTERS } from '#lib/contract/vocabulary.ts'
import { useCurrentUser, useHasRight } from '../access/caller.tsx'
import { useAccessChange } from '../access/use-access-change.ts'
import { useEndpointQuery } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { SaveErrorText } from '../schema-form/save-error-text.tsx'
import { QueryStateView, SkeletonRows } from '../ui/answer-view.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { PopoverWithButton } from '../ui/overlay/lazy-overlays.tsx'
import { parseStoredViews, extractSavedViewSearch, legacyViewStorage } from './saved-views.ts'

type Given = Pick<SavedView, 'page' | 'name' | 'search' | 'of'> & { isDefault?: boolean }
/**
 * Owner of a saved view: the user or the team. Programs, and users if sign-in is off, have no personal views. Saving a
 * view of the team needs the right `declare`.
 */
type Owner = SavedView['of']
const OWNERS: Record<Owner, string> = { me: 'me', team: 'the team' }

/**
 * Menu of the saved views of a list page (filter, grouping, columns and order): the user's own views and those that the
 * team shares. One view of the user and one view of the team can be the default with which the page opens (ADR 0268).
 */
export function SavedViewsMenu() {
  const [open, setOpen] = useState(false)
  return (
    <PopoverWithButton
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button className="print:hidden">
          <BookmarkIcon aria-hidden />
          Views
        </Button>
      }
      label="Saved views"
      className="w-[min(24rem,calc(100vw-1rem))]"
    >
      <Views onOpen={() => setOpen(false)} />
    </PopoverWithButton>
  )
}

function Views({ onOpen }: { onOpen: () => void }) {
  const page = usePathname()
  const query = useEndpointQuery('views')
  const change = useAccessChange()
  const isPerson = useCurrentUser()?.kind === 'person'
  const owners: Owner[] = [...(isPerson ? ['me' as const] : []), ...(useHasRight('declare') ? ['team' as const] : [])]
  const save = (view: Given) => change.mutateAsync({ method: 'POST', path: 'views', body: view })
  const remove = ({ id }: SavedView) => change.mutate({ method: 'DELETE', path: `views/${id}` })
  return (
    <>
      <QueryStateView query={query} skeleton={<SkeletonRows rows={2} />}>
        {({ data }) => {
          const views = data.filter((view) => view.page === page)
          return (
            <>
              {views.length === 0 && (
                <p className="mb-3 text-xs text-ink-2">None yet. Filter, group or sort the list, and give it a name.</p>
              )}
              {(['me', 'team'] as const).map((of) => (
                <ViewList
                  key={of}
                  of={of}
                  views={views.filter((view) => view.of === of)}
                  onOpen={onOpen}
                  onDefault={(view) => void save({ ...givenOf(view), isDefault: !view.isDefault }).catch(() => {})}
                  onRemove={remove}
                  mayChange={owners.includes(of)}
                />
              ))}
              {views.some(({ isDefault }) => isDefault) && (
                <PageLink href={`${page}?view=all`} onClick={onOpen} className="link mb-3 inline-flex text-xs">
                  Open without a view
                </PageLink>
              )}
            </>
          )
        }}
      </QueryStateView>
      <SaveErrorText why={change.error} />
      {owners.length > 0 && <SaveForm page={page} owners={owners} onSave={save} />}
      {owners[0] && <KeptHere page={page} of={owners[0]} onSave={save} />}
      <div className="mt-2.5 flex justify-end">
        <CopyButton text={() => window.location.href} label="Copy the link of this view">
          Link
        </CopyButton>
      </div>
    </>
  )
}

const givenOf = ({ page, name, search, of }: SavedView): Given => ({ page, name, search, of })

function ViewList({
  of,
  views,
  onOpen,
  onDefault,
  onRemove,
  mayChange,
}: {
  of: Owner
  views: readonly SavedView[]
  onOpen: () => void
  onDefault: (view: SavedView) => void
  onRemove: (view: SavedView) => void
  mayChange: boolean
}) {
  if (views.length === 0) return null
  return (
    <section className="mb-3">
      <h2 className="text-xs font-medium text-ink-3">{of === 'me' ? 'Mine' : 'The team’s'}</h2>
      <ul>
        {views.map((view) => (
          <li key={view.id} className="flex items-center gap-1 border-b py-1 last:border-b-0">
            <PageLink
              href={`${view.page}${view.search || '?view=all'}`}
              onClick={onOpen}
              className="link min-w-0 flex-1 truncate text-sm"
            >
              {view.name}
            </PageLink>
            {!mayChange && view.isDefault && <span className="text-xs text-ink-3">opens first</span>}
            {mayChange && (
              <>
                <IconButton
                  label={`Open this page with ${view.name}`}
                  aria-pressed={view.isDefault}
                  onClick={() => onDefault(view)}
                >
                  <StarIcon aria-hidden className={view.isDefault ? 'fill-current' : 'text-ink-3'} />
                </IconButton>
                <IconButton label={`Delete ${view.name}`} onClick={() => onRemove(view)}>
                  <XIcon aria-hidden />
                </IconButton>
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

type Save = (view: Given) => Promise<unknown>

function SaveForm({ page, owners, onSave }: { page: string; owners: readonly Owner[]; onSave: Save }) {
  const [name, setName] = useState('')
  const [of, setOf] = useState(owners[0] ?? 'team')
  const save = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() === '') return
    onSave({ page, name: name.trim(), search: extractSavedViewSearch(window.location.search), of }).then(
      () => setName(''),
      () => {},
    )
  }
  return (
    <form onSubmit={save} className="flex items-end gap-2">
      <TextField
        label="Name for the current view"
        className="flex-1"
        maxLength={MAX_SAVED_VIEW_NAME_CHARACTERS}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      {owners.length > 1 && (
        <SelectField
          label="For"
          options={owners.map((value) => ({ value, label: OWNERS[value] }))}
          value={of}
          onChange={({ target }) => setOf(target.value as Owner)}
        />
      )}
      <Button type="submit" disabled={name.trim() === ''}>
        Save
      </Button>
    </form>
  )
}

/**
 * Views that an older version stored only in this browser. The menu offers to move them to the server until the user
 * moves or deletes them.
 */
function KeptHere({ page, of, onSave }: { page: string; of: Owner; onSave: Save }) {
  const [kept, setKept] = useState(() => parseStoredViews(legacyViewStorage.read(page)))
  if (kept.length === 0) return null
  const end = () => {
    legacyViewStorage.forget(page)
    setKept([])
  }
  const move = async () => {
    for (const { name, search } of kept)
      await onSave({ page, name: name.slice(0, MAX_SAVED_VIEW_NAME_CHARACTERS), search, of })
    end()
  }
  return (
    <p className="mt-2.5 flex flex-wrap items-center gap-2 text-xs text-ink-2">
      Only in this browser: {kept.map(({ name }) => name).join(', ')}.
      <Button onClick={() => void move().catch(() => {})}>Save for {OWNERS[of]}</Button>
      <Button variant="quiet" onClick={end}>
        Forget
      </Button>
    </p>
  )
}
