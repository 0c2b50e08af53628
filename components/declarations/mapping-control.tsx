import { clsx } from 'clsx'
import CheckIcon from 'lucide-react/icons/check'
import PencilIcon from 'lucide-react/icons/pencil'
import { useState } from 'react'
import type { CircuitPath } from '#lib/contract/index.ts'
import type { BgpSession } from '#lib/sessions/api/index.ts'
import { DisableControlsWithoutRight } from '../access/require-right.tsx'
import { PageLink } from '../links/page-link.tsx'
import { useEndpointQuery } from '../data/index.ts'
import { InlineButton } from './inline-button.tsx'
import { CircuitPathForm } from './path-form.tsx'
import { useSaveDeclaration } from './use-save-declaration.ts'
import { useResources } from '../schema-form/use-resources.ts'

type Mapping = NonNullable<BgpSession['mapping']>

/**
 * Shows the circuit and path to which Peerwatch maps a neighbor of a gateway, and the confidence of this mapping. The
 * user can confirm or correct it.
 */
export function NeighborMappingControl({
  gateway,
  neighbor,
  mapping,
}: {
  gateway: string
  neighbor: string
  mapping: Mapping | null
}) {
  const { nameOf } = useResources()
  const declared = useEndpointQuery('declarations').data?.data.mappings.find(
    (known) => known.gateway === gateway && known.neighbor === neighbor,
  )
  const declare = useSaveDeclaration<'mappings'>()
  const [isCorrected, setIsCorrected] = useState(false)
  const say = (circuit: string, path: CircuitPath) =>
    declare.mutate(
      { list: 'mappings', before: declared ?? null, after: { gateway, neighbor, circuit, path } },
      { onSuccess: () => setIsCorrected(false) },
    )
  const circuit = mapping && (mapping.circuitName ?? nameOf(mapping.circuitId))
  const isSure = declared !== undefined || mapping?.confidence === 'certain'
  return (
    <div className="text-xs text-ink-2">
      <div className="flex flex-wrap items-center gap-x-1.5 in-[td]:flex-nowrap in-[td]:whitespace-nowrap">
        {mapping ? (
          <span>
            <PageLink
              href={`/circuits/${mapping.circuitId}`}
              className="link in-[td]:inline-flex in-[td]:min-h-6 in-[td]:items-center"
            >
              {circuit}
            </PageLink>{' '}
            {mapping.path}
          </span>
        ) : (
          'path unknown'
        )}
        {mapping && (
          // In a table row, this text is hidden unless a user has confirmed the mapping. The button already shows that.
          <span className={clsx('text-ink-3', !declared && 'in-[td]:hidden')}>
            ({declared ? 'confirmed' : mapping.confidence})
          </span>
        )}
        <DisableControlsWithoutRight right="declare" isSmall>
          <span className="flex gap-x-1.5">
            {mapping && !isSure && (
              <InlineButton
                title={`Confirm the ${mapping.path} path of ${circuit}`}
                disabled={declare.isPending}
                aria-label={`Confirm ${neighbor} as the ${mapping.path} path of ${circuit}`}
                onClick={() => say(mapping.circuitId, mapping.path)}
              >
                <CheckIcon aria-hidden />
                <span className="in-[td]:hidden">Confirm</span>
              </InlineButton>
            )}
            <InlineButton
              title={mapping ? 'Edit the path' : undefined}
              aria-expanded={isCorrected}
              aria-label={`${mapping ? 'Edit' : 'Set'} the path of ${neighbor}`}
              onClick={() => setIsCorrected(!isCorrected)}
            >
              {mapping ? (
                <>
                  <PencilIcon aria-hidden />
                  <span className="in-[td]:hidden">Edit</span>
                </>
              ) : (
                'Set path'
              )}
            </InlineButton>
          </span>
        </DisableControlsWithoutRight>
      </div>
      {isCorrected && (
        <CircuitPathForm
          label="Path of the neighbor"
          before={mapping && { circuit: mapping.circuitId, peering: 'private', path: mapping.path }}
          isBusy={declare.isPending}
          onSave={({ circuit, path }) => say(circuit, path)}
        />
      )}
      {declare.error && (
        <p role="alert" className="font-medium text-down">
          {declare.error.message}
        </p>
      )}
    </div>
  )
}
