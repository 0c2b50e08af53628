'use client'

import BookmarkIcon from 'lucide-react/icons/bookmark'
import XIcon from 'lucide-react/icons/x'
import { Popover } from 'radix-ui'
import { type FormEvent, useState, useSyncExternalStore } from 'react'
import { PageLink } from '../links/page-link.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { TextField } from '../ui/field.tsx'
import { PopoverPanel } from '../ui/popover-panel.tsx'
import { filterStore, parseSaved, type SavedFilter, searchToKeep, withFilter, withoutFilter } from './saved-filters.ts'

/** Named filters, stored in this browser and shareable by their address. */
export function SavedFiltersMenu() {
  const [open, setOpen] = useState(false)
  const text = useSyncExternalStore(filterStore.subscribe, filterStore.read, () => null)
  const saved = parseSaved(text)
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button>
          <BookmarkIcon aria-hidden />
          Saved filters
          {saved.length > 0 && <span className="text-ink-3">{saved.length}</span>}
        </Button>
      </Popover.Trigger>
      <PopoverPanel label="Saved filters" className="w-[min(22rem,calc(100vw-1rem))]">
        <SavedList saved={saved} onOpen={() => setOpen(false)} />
        <SaveForm saved={saved} />
        <p className="mt-2.5 text-xs text-ink-3">Names are stored in this browser only. Share a filter by its link.</p>
      </PopoverPanel>
    </Popover.Root>
  )
}

function SavedList({ saved, onOpen }: { saved: readonly SavedFilter[]; onOpen: () => void }) {
  if (saved.length === 0) return <p className="mb-3 text-xs text-ink-2">None yet. Set a filter and give it a name.</p>
  return (
    <ul className="mb-3 flex flex-col">
      {saved.map(({ name, search }) => (
        <li key={name} className="flex items-center gap-1 border-b py-1 last:border-b-0">
          <PageLink href={`/events${search}`} onClick={onOpen} className="link min-w-0 flex-1 truncate text-sm">
            {name}
          </PageLink>
          <CopyButton text={() => `${window.location.origin}/events${search}`} label={`Copy the link of ${name}`} />
          <IconButton label={`Delete ${name}`} onClick={() => filterStore.write(withoutFilter(saved, name))}>
            <XIcon aria-hidden />
          </IconButton>
        </li>
      ))}
    </ul>
  )
}

function SaveForm({ saved }: { saved: readonly SavedFilter[] }) {
  const [name, setName] = useState('')
  const save = (event: FormEvent) => {
    event.preventDefault()
    const named = name.trim()
    if (named === '') return
    filterStore.write(withFilter(saved, { name: named, search: searchToKeep(window.location.search) }))
    setName('')
  }
  return (
    <form onSubmit={save} className="flex items-end gap-2">
      <TextField
        label="Name for the current filter"
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
