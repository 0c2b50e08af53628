'use client'

import SendIcon from 'lucide-react/icons/send'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import type { Incident } from '#lib/incidents/api/index.ts'
import { Button } from '../ui/button.tsx'
import { PopoverPanel } from '../ui/popover-panel.tsx'
import { CopyIncidentLink } from './copy-incident-link.tsx'
import { SendForm } from './send-form.tsx'

/** Sends an incident to a channel, or copies its link. */
export function SendButton({ incident }: { incident: Incident }) {
  const [open, setOpen] = useState(false)
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button data-palette className="print:hidden">
          <SendIcon aria-hidden />
          Send to…
        </Button>
      </Popover.Trigger>
      <PopoverPanel label="Send to" className="grid w-[min(20rem,calc(100vw-1rem))] gap-4">
        <SendForm incident={incident} onDone={() => setOpen(false)} />
        <CopyIncidentLink id={incident.id} />
      </PopoverPanel>
    </Popover.Root>
  )
}
