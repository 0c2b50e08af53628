'use client'

import { clsx } from 'clsx'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { DraftField } from '../ui/draft-field.tsx'
import { ScopeSelect } from '../ui/scope-select.tsx'
import { Toggles } from '../ui/toggles.tsx'
import { isChosen, type EventLogAddress, nothingChosen, ownerChoices, severityChoices } from './event-filter.ts'
import { KindPicker } from './kind-picker.tsx'

/** Filters the event log; all filters apply together. */
export function FilterBar({
  address,
  onChange,
}: {
  address: EventLogAddress
  onChange: (change: Partial<EventLogAddress>) => void
}) {
  // on a narrow screen the filters would push the events off the screen
  const [wide, setWide] = useState(false)
  return (
    <div className="flex flex-wrap items-end gap-x-3 gap-y-2.5 border-b px-3.5 py-2.5">
      <DraftField
        label="Text"
        search
        value={address.text}
        placeholder="name, address, cause"
        read={(text) => text}
        complaint=""
        onChange={(text) => onChange({ text })}
        className="w-44"
      />
      <Button className="sm:hidden" aria-expanded={wide} onClick={() => setWide(!wide)}>
        {isChosen(address) ? 'Filter (set)' : 'Filter'}
      </Button>
      <div className={clsx('flex-wrap items-end gap-x-3 gap-y-2.5 sm:contents', wide ? 'flex' : 'hidden')}>
        <KindPicker value={address.kind} onChange={(kind) => onChange({ kind })} />
        <ScopeSelect scope={address.scope} onChange={(scope) => onChange({ scope })} withWholeEstate />
        <Toggles
          label="Severity"
          choices={severityChoices}
          value={address.severity}
          onChange={(severity) => onChange({ severity })}
        />
        <Toggles label="Owner" choices={ownerChoices} value={address.owner} onChange={(owner) => onChange({ owner })} />
        <label className="flex h-7 cursor-pointer items-center gap-2 text-xs">
          <input
            type="checkbox"
            className="size-3.5 accent-(--ink)"
            checked={address.parts === 'each'}
            onChange={() => onChange({ parts: address.parts === 'each' ? null : 'each' })}
          />
          Include child events
        </label>
        {isChosen(address) && (
          <Button variant="quiet" onClick={() => onChange(nothingChosen)}>
            Clear
          </Button>
        )}
      </div>
    </div>
  )
}
