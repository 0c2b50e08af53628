'use client'

import { Popover } from 'radix-ui'
import { useState } from 'react'
import type { Incident } from '#lib/incidents/api/index.ts'
import { Button } from '../ui/button.tsx'
import { PopoverPanel } from '../ui/popover-panel.tsx'
import { Moment } from '../ui/time.tsx'
import { AssignForm } from './assign-form.tsx'

/** Who works on an incident, and the form to change that while it is open. */
export function Assign({ incident }: { incident: Incident }) {
  const [open, setOpen] = useState(false)
  const { assigned, state } = incident
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      {assigned ? (
        <p>
          Assigned to <strong className="font-semibold">{assigned.assignee}</strong> at <Moment at={assigned.at} />
          {assigned.note && <q className="ml-1 text-ink-2">{assigned.note}</q>}
        </p>
      ) : (
        <p className="text-ink-2">Nobody.</p>
      )}
      {state === 'open' && (
        <Popover.Root open={open} onOpenChange={setOpen}>
          <Popover.Trigger asChild>
            <Button data-palette className="print:hidden">
              {assigned ? 'Reassign' : 'Assign'}
            </Button>
          </Popover.Trigger>
          <PopoverPanel label="Assign" align="start" className="w-[min(20rem,calc(100vw-1rem))]">
            <AssignForm incident={incident} onDone={() => setOpen(false)} />
          </PopoverPanel>
        </Popover.Root>
      )}
    </div>
  )
}
