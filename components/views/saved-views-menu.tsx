'use client'

import BookmarkIcon from 'lucide-react/icons/bookmark'
import XIcon from 'lucide-react/icons/x'
import { usePathname } from 'next/navigation'
import { Popover } from 'radix-ui'
import { type FormEvent, useState, useSyncExternalStore } from 'react'
import { PageLink } from '../links/page-link.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { TextField } from '../ui/field.tsx'
import { PopoverPanel } from '../ui/popover-panel.tsx'
import { parseSaved, type SavedView, searchToKeep, viewStore, withoutView, withView } from './saved-views.ts'

/** Named views of this page's list, stored in this browser and shareable by their address. */
export function SavedViewsMenu() {
  const page = usePathname()
  const [open, setOpen] = useState(false)
  const text = useSyncExternalStore(
    viewStore.subscribe,
    () => viewStore.read(page),
    () => null,
  )
  const saved = parseSaved(text)
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button>
          <BookmarkIcon aria-hidden />
          Views
          {saved.length > 0 && <span className="text-ink-3">{saved.length}</span>}
        </Button>
      </Popover.Trigger>
      <PopoverPanel label="Saved views" className="w-[min(22rem,calc(100vw-1rem))]">
        <SavedList page={page} saved={saved} onOpen={() => setOpen(false)} />
        <SaveForm page={page} saved={saved} />
        <p className="mt-2.5 flex items-center justify-between text-xs text-ink-3">
          Names are stored in this browser only.
          <CopyButton text={() => window.location.href} label="Copy the link of this view">
            Link
          </CopyButton>
        </p>
      </PopoverPanel>
    </Popover.Root>
  )
}

function SavedList({ page, saved, onOpen }: { page: string; saved: readonly SavedView[]; onOpen: () => void }) {
  if (saved.length === 0)
    return <p className="mb-3 text-xs text-ink-2">None yet. Filter, group or sort the list, and give it a name.</p>
  return (
    <ul className="mb-3 flex flex-col">
      {saved.map(({ name, search }) => (
        <li key={name} className="flex items-center gap-1 border-b py-1 last:border-b-0">
          <PageLink href={`${page}${search}`} onClick={onOpen} className="link min-w-0 flex-1 truncate text-sm">
            {name}
          </PageLink>
          <IconButton label={`Delete ${name}`} onClick={() => viewStore.write(page, withoutView(saved, name))}>
            <XIcon aria-hidden />
          </IconButton>
        </li>
      ))}
    </ul>
  )
}

function SaveForm({ page, saved }: { page: string; saved: readonly SavedView[] }) {
  const [name, setName] = useState('')
  const save = (event: FormEvent) => {
    event.preventDefault()
    const named = name.trim()
    if (named === '') return
    viewStore.write(page, withView(saved, { name: named, search: searchToKeep(window.location.search) }))
    setName('')
  }
  return (
    <form onSubmit={save} className="flex items-end gap-2">
      <TextField
        label="Name for the current view"
        className="flex-1"
        maxLength={60}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Button type="submit" disabled={name.trim() === ''}>
        Save
      </Button>
    </form>
  )
}
