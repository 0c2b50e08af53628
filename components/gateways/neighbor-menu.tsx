'use client'

import EllipsisIcon from 'lucide-react/icons/ellipsis'
import { Popover } from 'radix-ui'
import { sessionSubject } from '#lib/contract/vocabulary.ts'
import { MappingControl } from '../declarations/mapping-control.tsx'
import { OperatorCardPanel } from '../declarations/operator-card.tsx'
import { AdvertisedLink } from '../routes/advertised-link.tsx'
import { IconButton } from '../ui/button.tsx'
import { PopoverPanel } from '../ui/popover-panel.tsx'
import type { NeighborRow } from './session-groups.ts'

/** What can be said of a neighbor, and the routes that the gateway sends to it. */
export function NeighborMenu({
  gateway,
  row: { neighbor, role, mapping, sessions },
}: {
  gateway: string
  row: NeighborRow
}) {
  const label = `Actions for ${neighbor}`
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <IconButton label={label} className="print:hidden">
          <EllipsisIcon aria-hidden />
        </IconButton>
      </Popover.Trigger>
      <PopoverPanel
        label={label}
        className="grid max-h-(--radix-popover-content-available-height) w-[min(22rem,calc(100vw-1rem))] gap-2 overflow-y-auto"
      >
        {role === 'msee' && <MappingControl gateway={gateway} neighbor={neighbor} mapping={mapping} />}
        <AdvertisedLink gateway={gateway} neighbor={neighbor} />
        {[...sessions.values()].map((session) => (
          <OperatorCardPanel
            key={session.localAddress}
            scope={session.scope}
            part={sessionSubject(session)}
            of={`the session ${sessionSubject(session).replace('~', ' to ')}`}
          />
        ))}
      </PopoverPanel>
    </Popover.Root>
  )
}
