import { clsx } from 'clsx'
import PencilIcon from 'lucide-react/icons/pencil'
import { useState } from 'react'
import type { OperatorCard as Card } from '#lib/contract/index.ts'
import { DisableControlsWithoutRight } from '../access/require-right.tsx'
import { useEndpointQuery } from '../data/index.ts'
import { IconButton } from '../ui/button.tsx'
import { InlineButton } from './inline-button.tsx'
import { createLazyComponent } from '../ui/lazy-part.tsx'

/**
 * The form's code is loaded when it is opened. It contains the schemas of the API, which users who only read do not
 * need.
 */
const OperatorCardForm = createLazyComponent(
  () => import('./card-form.tsx').then((part) => part.OperatorCardForm),
  <div className="skeleton h-64" />,
)

/**
 * Returns the contact card of a resource or of a part of it; null if there is no card.
 * @param part part of the resource; '' = the whole resource
 */
export function useOperatorCard(scope: string, part = ''): Card | null {
  const cards = useEndpointQuery('declarations').data?.data.cards ?? []
  return cards.find((card) => card.scope === scope && card.part === part) ?? null
}

/** Text of the button that adds a missing card. */
export const ADD_CONTACT_LABEL = 'Add contact & runbook'

/** Contact card of a resource: the people or teams to call. The user can edit it in place. */
export function OperatorCardPanel({
  scope,
  part = '',
  of,
  flat = false,
  shown = 'both',
}: {
  scope: string
  part?: string
  of: string
  /** whether the card is inside another panel, so that it has no border of its own */
  flat?: boolean
  /**
   * parts of the card that are shown: `card` = only an existing card; `invitation` = only the button to add a missing
   * card; `name` = this button, labeled with only the name of the resource, for a line that begins with {@link
   * ADD_CONTACT_LABEL}
   */
  shown?: 'both' | 'card' | 'invitation' | 'name'
}) {
  const card = useOperatorCard(scope, part)
  const declarations = useEndpointQuery('declarations')
  const [isEdited, setIsEdited] = useState(false)
  if (!declarations.data) return null
  if (isEdited) {
    return (
      <section aria-label={`Contact of ${of}`} className="overflow-hidden rounded-lg border">
        <OperatorCardForm card={card} scope={scope} part={part} onDone={() => setIsEdited(false)} />
      </section>
    )
  }
  if (card ? shown === 'invitation' || shown === 'name' : shown === 'card') return null
  if (!card) {
    return (
      <DisableControlsWithoutRight right="declare" isSmall>
        <InlineButton
          onClick={() => setIsEdited(true)}
          aria-label={`${ADD_CONTACT_LABEL} to ${of}`}
          className="h-auto! min-h-6 text-left wrap-anywhere"
        >
          {shown !== 'name' && <PencilIcon aria-hidden />}
          {shown === 'name' ? of : `${ADD_CONTACT_LABEL}${flat ? '' : ` to ${of}`}`}
        </InlineButton>
      </DisableControlsWithoutRight>
    )
  }
  return (
    <section
      aria-label={`Contact of ${of}`}
      className={clsx(
        'flex flex-wrap items-start gap-x-5 gap-y-1 text-xs',
        !flat && 'rounded-lg border bg-surface px-3.5 py-2',
      )}
    >
      <CardFacts card={card} />
      <DisableControlsWithoutRight right="declare" isSmall>
        <IconButton label={`Edit the contact of ${of}`} className="ml-auto" onClick={() => setIsEdited(true)}>
          <PencilIcon aria-hidden />
        </IconButton>
      </DisableControlsWithoutRight>
    </section>
  )
}

/** Shows a contact card, read-only. */
function CardFacts({ card }: { card: Card }) {
  return (
    <>
      {card.displayName && <strong className="py-1 text-sm font-semibold break-words">{card.displayName}</strong>}
      <dl className="flex min-w-0 flex-wrap gap-x-5 gap-y-1 py-1">
        {card.serviceId && <Fact name="Service id" value={<span className="font-mono">{card.serviceId}</span>} />}
        {card.contact && <Fact name="Contact" value={card.contact} />}
        {card.runbookUrl && (
          <Fact
            name="Runbook"
            value={
              <a href={card.runbookUrl} className="link" target="_blank" rel="noreferrer">
                {new URL(card.runbookUrl).host}
              </a>
            }
          />
        )}
        {card.note && <Fact name="Note" value={<span className="whitespace-pre-line">{card.note}</span>} />}
      </dl>
    </>
  )
}

function Fact({ name, value }: { name: string; value: React.ReactNode }) {
  return (
    <div className="flex min-w-0 gap-1.5">
      <dt className="text-ink-3">{name}</dt>
      <dd className="min-w-0 break-words">{value}</dd>
    </div>
  )
}
