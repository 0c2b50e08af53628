'use client'

import { clsx } from 'clsx'
import ContactIcon from 'lucide-react/icons/contact'
import { DialogFrame } from '../ui/dialog-frame.tsx'
import { InlineButton } from './inline-button.tsx'
import { OperatorCardPanel, useCard } from './operator-card.tsx'

/** A resource's contact card as a button with its name or contact, which opens the rest. */
export function CardButton({ scope, part, of }: { scope: string; part: string; of: string }) {
  const card = useCard(scope, part)
  const words = card?.displayName || card?.contact || card?.serviceId || undefined
  return (
    <DialogFrame
      title={of}
      trigger={
        <InlineButton className="max-w-40" aria-label={`Contact of ${of}${words ? `: ${words}` : ''}`}>
          {words === undefined && <ContactIcon aria-hidden className="hidden in-[td]:block" />}
          <span className={clsx('truncate', words === undefined && 'in-[td]:hidden')}>{words ?? 'Contact'}</span>
        </InlineButton>
      }
    >
      <OperatorCardPanel scope={scope} part={part} of={of} />
    </DialogFrame>
  )
}
