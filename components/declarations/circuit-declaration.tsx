import PencilIcon from 'lucide-react/icons/pencil'
import { useState } from 'react'
import { DisableControlsWithoutRight } from '../access/require-right.tsx'
import { useEndpointQuery } from '../data/index.ts'
import { InlineButton } from './inline-button.tsx'
import { createLazyComponent } from '../ui/lazy-part.tsx'

/**
 * The form's code is loaded when it is opened. It contains the schemas of the API, which users who only read do not
 * need.
 */
const CircuitForm = createLazyComponent(
  () => import('./circuit-form.tsx').then((part) => part.CircuitDeclarationEditor),
  <div className="skeleton h-64" />,
)

/**
 * Button that opens the form for the declared facts of a circuit: the operator of BGP, a second S-tag, NAT pools, and
 * the provider's traffic classes and service credits.
 */
export function EditCircuitFactsButton({ id, name }: { id: string; name: string }) {
  const declarations = useEndpointQuery('declarations')
  const [isEdited, setIsEdited] = useState(false)
  if (!declarations.data) return null
  const item = declarations.data.data.circuits.find(({ circuit }) => circuit === id) ?? null
  if (isEdited) {
    return (
      <section aria-label={`Declaration of ${name}`} className="overflow-hidden rounded-lg border">
        <CircuitForm item={item} circuit={id} onDone={() => setIsEdited(false)} />
      </section>
    )
  }
  return (
    <DisableControlsWithoutRight right="declare" isSmall>
      <InlineButton
        onClick={() => setIsEdited(true)}
        title={`Connectivity, second S-tag, NAT pools, classes and credits of ${name}`}
        className="h-auto! min-h-6 text-left wrap-anywhere"
      >
        <PencilIcon aria-hidden />
        {item ? 'Edit declaration' : 'Declare connectivity, NAT pools, credits'}
      </InlineButton>
    </DisableControlsWithoutRight>
  )
}
