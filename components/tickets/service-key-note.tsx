import { type FormEvent, useEffect, useRef, useState } from 'react'
import type { Circuit, ServiceKeyRequest } from '#lib/circuits/api/index.ts'
import { DisableControlsWithoutRight } from '../access/require-right.tsx'
import { buildApiUrl, sendJson, useCommand } from '../data/index.ts'
import { createPagedEndpointQuery } from '../data/queries.ts'
import { PageLink } from '../links/page-link.tsx'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { TextField } from '../ui/field.tsx'
import { MomentText } from '../ui/times/time.tsx'

/**
 * Button to request the service key of a circuit. The request is recorded with its reason, and the command that reads
 * the key in Azure is shown. The key itself is never part of a ticket and never stored.
 */
export function ServiceKeyNote({ circuit }: { circuit: Circuit }) {
  const [isWanted, setIsWanted] = useState(false)
  const ask = useCommand(
    (why: string) =>
      sendJson<{ data: ServiceKeyRequest }>(
        'POST',
        buildApiUrl(`circuits/${encodeURIComponent(circuit.id)}/service-key`),
        {
          why,
        },
      ),
    [createPagedEndpointQuery('service-key-requests').queryKey],
  )
  if (ask.data) return <Command circuit={circuit} request={ask.data.data} />
  if (isWanted) return <Purpose onSubmit={(why) => ask.mutate(why)} isSent={ask.isPending} error={ask.error} />
  return (
    <DisableControlsWithoutRight right="acknowledge" isSmall>
      <p>
        <Button variant="quiet" onClick={() => setIsWanted(true)}>
          Request the service key
        </Button>
      </p>
    </DisableControlsWithoutRight>
  )
}

function Purpose({
  onSubmit,
  isSent,
  error,
}: {
  onSubmit: (why: string) => void
  isSent: boolean
  error: Error | null
}) {
  const [why, setWhy] = useState('')
  const form = useRef<HTMLFormElement>(null)
  // the first field gets the focus, because the form replaces the button that had the focus
  useEffect(() => form.current?.querySelector('input')?.focus(), [])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSubmit(why)
  }
  return (
    <form ref={form} onSubmit={submit} className="rounded-md border p-3 text-xs text-ink-2" aria-label="Service key">
      <p>
        Its holder can order the other half of the circuit. That you ask is recorded, with what for; where the key is
        comes then.
      </p>
      <div className="mt-2 flex flex-wrap items-end gap-2">
        <TextField
          label="Reason"
          className="w-72 max-w-full"
          maxLength={500}
          value={why}
          onChange={({ target }) => setWhy(target.value)}
        />
        <Button type="submit" disabled={why.trim() === '' || isSent}>
          Record request
        </Button>
      </div>
      {error && (
        <p role="alert" className="mt-2 text-down">
          Not recorded. {error.message}
        </p>
      )}
    </form>
  )
}

function Command({ circuit: { resourceId, serviceKey }, request }: { circuit: Circuit; request: ServiceKeyRequest }) {
  const command = `az network express-route show --ids "${resourceId}" --query serviceKey --output tsv`
  return (
    <div role="status" className="rounded-md border p-3 text-xs text-ink-2">
      <p>
        Peerwatch keeps no service key{serviceKey && <>, only what it ends in ({serviceKey.replace(/^\*+/, '…')})</>}.
        Read it in Azure, and send it to the provider only, separately from the ticket:
      </p>
      <p className="mt-2 flex items-start gap-2">
        <code className="min-w-0 font-mono break-all text-ink">{command}</code>
        <CopyButton text={command} label="Copy the command" />
      </p>
      <p className="mt-2">
        Recorded for {request.by}, <MomentText at={request.at} />:{' '}
        <PageLink href="/settings/audit" className="link">
          Settings, Audit
        </PageLink>
        .
      </p>
    </div>
  )
}
