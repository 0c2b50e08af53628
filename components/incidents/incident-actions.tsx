'use client'

import EllipsisIcon from 'lucide-react/icons/ellipsis'
import { Popover } from 'radix-ui'
import { type ReactNode, useState } from 'react'
import type { Incident } from '#lib/incidents/api/index.ts'
import { incidentTitle } from '../events/incident-words.ts'
import { useAsOf } from '../links/range-search.tsx'
import { IconButton } from '../ui/button.tsx'
import { PopoverPanel } from '../ui/popover-panel.tsx'
import { AssignForm } from './assign-form.tsx'
import { CopyIncidentLink } from './copy-incident-link.tsx'
import { SendForm } from './send-form.tsx'
import { SnoozeForm } from './snooze-form.tsx'

/** Assign, send, copy the link; of the past the link alone. */
export function IncidentMenu({ incident }: { incident: Incident }) {
  const [open, setOpen] = useState(false)
  const close = () => setOpen(false)
  const isNow = useAsOf() === null
  const isOpen = isNow && incident.state === 'open'
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <IconButton label={`Actions for ${incidentTitle(incident)}`} className="-my-1 shrink-0 print:hidden">
          <EllipsisIcon aria-hidden />
        </IconButton>
      </Popover.Trigger>
      <PopoverPanel
        label={`Actions for ${incidentTitle(incident)}`}
        className="grid max-h-(--radix-popover-content-available-height) w-[min(20rem,calc(100vw-1rem))] gap-4 overflow-y-auto"
      >
        {isOpen && (
          <Part title="Assign">
            <AssignForm incident={incident} onDone={close} />
          </Part>
        )}
        {isOpen && (
          <Part title="Snooze reminders">
            <SnoozeForm incident={incident} onDone={close} />
          </Part>
        )}
        {isNow && (
          <Part title="Send to">
            <SendForm incident={incident} onDone={close} />
          </Part>
        )}
        <CopyIncidentLink id={incident.id} />
      </PopoverPanel>
    </Popover.Root>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3 className="mb-1.5 text-xs font-semibold">{title}</h3>
      {children}
    </section>
  )
}
