import type { Incident } from '#lib/incidents/api/index.ts'
import { isCalledOwner, NO_CONTACT_TEXT } from '#lib/contract/events/called-owner.ts'
import { WHOLE_ESTATE } from '#lib/contract/vocabulary.ts'
import { useEndpointQuery } from '../data/index.ts'
import { OperatorCardPanel, useOperatorCard } from './operator-card.tsx'
import { getOperatorCardPart } from './operator-card-part.ts'

/**
 * Note on an open incident whose owner must be called, although no contact is declared for the affected resource or
 * part, with a button to declare a contact. Renders nothing for other incidents.
 */
export function MissingContact({
  incident: { scope, scopeName, root, state, cause },
}: {
  incident: Pick<Incident, 'scope' | 'scopeName' | 'root' | 'state' | 'cause'>
}) {
  const declarations = useEndpointQuery('declarations')
  const ofPart = useOperatorCard(scope, getOperatorCardPart(root?.subject ?? ''))
  const ofWhole = useOperatorCard(scope)
  if (state !== 'open' || scope === WHOLE_ESTATE || !cause || !isCalledOwner(cause.owner)) return null
  if (!declarations.data || ofPart?.contact || ofWhole?.contact) return null
  return (
    <div className="mt-1 flex flex-wrap items-center gap-x-2 text-xs text-ink-2">
      <span className="inline-block first-letter:uppercase">{NO_CONTACT_TEXT}.</span>
      {/* The invitation is hidden if the resource has a card without a contact; the card itself is edited in place. */}
      <OperatorCardPanel scope={scope} of={scopeName} shown="invitation" />
    </div>
  )
}
