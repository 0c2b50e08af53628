import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { FormerResource } from '#lib/declarations/api/index.ts'
import type { FormerArmId } from '#lib/contract/index.ts'
import { useHasRight } from '../access/caller.tsx'
import { DisableControlsWithoutRight } from '../access/require-right.tsx'
import { ApiError, sendJson, useEndpointQuery } from '../data/index.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmButton, DialogFrame } from '../ui/overlay/lazy-overlays.tsx'
import { PageLink } from '../links/page-link.tsx'
import { SaveErrorText } from '../schema-form/save-error-text.tsx'
import { TimeBoundsText } from '../ui/times/time.tsx'
import { useToast } from '../ui/toast.tsx'
import { formatJoinEffect, formatSeparateEffect, JOIN_PENDING_NOTE } from './join-text.ts'

interface Joinable {
  id: string
  name: string
  resourceId: string
  movedFrom?: FormerArmId | null | undefined
}

/**
 * Line about the former resource ID of a resource that was moved in Azure, with a button that separates the history of
 * the former ID from the resource. If the resource has no former ID, a user can join it with a removed resource, so
 * that it continues the history of that resource.
 */
export function FormerResourceLine({ resource, list }: { resource: Joinable; list: '/circuits' | '/gateways' }) {
  const mayDeclare = useHasRight('declare')
  if (!resource.movedFrom) return mayDeclare ? <JoinLine resource={resource} list={list} /> : null
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
      <MovedFromLine moved={resource.movedFrom} />
      <DisableControlsWithoutRight right="declare" isSmall>
        <Part resource={resource} formerId={resource.movedFrom.resourceId} />
      </DisableControlsWithoutRight>
    </div>
  )
}

function useJoinCommand({ id, name }: Joinable, command: 'join' | 'part') {
  const client = useQueryClient()
  const toast = useToast()
  return useMutation({
    mutationFn: (body: object) => sendJson('POST', `/api/v1/resources/${encodeURIComponent(id)}/${command}`, body),
    onSuccess: () => {
      toast({
        tone: 'up',
        title: command === 'join' ? `${name} is joined soon` : `${name} is parted soon`,
        detail: JOIN_PENDING_NOTE,
      })
      return client.invalidateQueries()
    },
    onError: (error) =>
      toast({
        tone: 'down',
        title: `${name} was not changed`,
        detail: error instanceof ApiError ? error.detail : error.message,
      }),
  })
}

function Part({ resource, formerId }: { resource: Joinable; formerId: string }) {
  const part = useJoinCommand(resource, 'part')
  return (
    <ConfirmButton
      trigger={<Button variant="quiet">Not the same? Part</Button>}
      question={`Part ${resource.name} from what it was before?`}
      effect={formatSeparateEffect(resource.name, formerId)}
      action="Part"
      onConfirm={() => part.mutateAsync({})}
    />
  )
}

function JoinLine({ resource, list }: { resource: Joinable; list: string }) {
  const formers = useEndpointQuery('resources/{id}/former', { id: resource.id }).data?.data ?? []
  const join = useJoinCommand(resource, 'join')
  // After a successful join, the dialog stays open to show the result, even if no further resource can be joined.
  if (formers.length === 0 && !join.isSuccess) return null
  return (
    <div>
      <DialogFrame
        trigger={<Button variant="quiet">Same as a removed one? Join</Button>}
        title={`What was ${resource.name} before?`}
      >
        <Formers {...{ resource, formers, list, join }} />
      </DialogFrame>
    </div>
  )
}

function Formers({
  resource,
  formers,
  list,
  join,
}: {
  resource: Joinable
  formers: readonly FormerResource[]
  list: string
  join: ReturnType<typeof useJoinCommand>
}) {
  const [chosen, setChosen] = useState<FormerResource | null>(null)
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <ul className="max-h-[45vh] divide-y overflow-y-auto rounded-md border">
        {formers.map((former) => (
          <li key={former.id}>
            <label className="flex cursor-pointer items-baseline gap-2.5 px-3 py-2 hover:bg-hover">
              <input type="radio" name="former" checked={chosen?.id === former.id} onChange={() => setChosen(former)} />
              <span className="min-w-0 text-sm">
                <span className="font-medium wrap-anywhere">{former.name}</span>{' '}
                <span className="text-xs wrap-anywhere text-ink-2">
                  {former.resourceGroup}, removed <TimeBoundsText bounds={former.removed} />
                </span>
              </span>
            </label>
          </li>
        ))}
      </ul>
      {chosen && <p className="text-sm text-ink-2">{formatJoinEffect(resource, chosen)}</p>}
      <SaveErrorText why={join.error} />
      {join.isSuccess && chosen && (
        <p role="status" className="text-sm text-ink-2">
          {JOIN_PENDING_NOTE} From then on it is{' '}
          <PageLink href={`${list}/${chosen.id}`} className="link">
            at its former address
          </PageLink>
          .
        </p>
      )}
      <Button
        variant="strong"
        className="justify-self-end"
        disabled={!chosen || join.isPending || join.isSuccess}
        onClick={() => chosen && join.mutate({ with: chosen.id, setAside: true })}
      >
        {join.isSuccess ? 'Asked' : 'Join'}
      </Button>
    </div>
  )
}

/** Line with the former resource ID of a resource that was moved in Azure; renders nothing if it was not moved. */
function MovedFromLine({ moved }: { moved: FormerArmId | null | undefined }) {
  if (!moved) return null
  return (
    <p className="min-w-0 text-xs text-ink-2">
      Moved from <code className="font-mono break-all text-ink">{moved.resourceId}</code>,{' '}
      <TimeBoundsText bounds={moved.between} />. Its history, declarations and usage go on here.
    </p>
  )
}
