import { useQueryClient } from '@tanstack/react-query'
import ShareIcon from 'lucide-react/icons/share'
import { type FormEvent, useState } from 'react'
import type { PageSnapshot } from '#lib/access/api/index.ts'
import { SNAPSHOT_DAYS } from '#lib/contract/access/rights.ts'
import { ShowIfPermitted } from '../access/caller.tsx'
import { findQueryKeyUrl, useEndpointQuery } from '../data/endpoint.ts'
import { PageLink } from '../links/page-link.tsx'
import { SaveErrorText } from '../schema-form/save-error-text.tsx'
import { OneTimeSecret } from '../access/one-time-secret.tsx'
import { useAccessChange } from '../access/use-access-change.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { copyText } from '../ui/copy-button.tsx'
import { DialogFrame } from '../ui/overlay/lazy-overlays.tsx'
import { SelectField } from '../ui/field.tsx'

const DAYS = SNAPSHOT_DAYS.map((days) => ({ value: String(days), label: days === 1 ? '1 day' : `${days} days` }))

/** Button that creates a snapshot of this page and a link to it. The link can be opened without signing in. */
export function ShareSnapshot() {
  return (
    <ShowIfPermitted right="share">
      <DialogFrame
        title="Share a snapshot"
        trigger={
          <IconButton
            data-palette
            label="Share a snapshot"
            className="border border-line-strong bg-surface print:hidden"
          >
            <ShareIcon aria-hidden />
          </IconButton>
        }
      >
        <MakeLink />
      </DialogFrame>
    </ShowIfPermitted>
  )
}

const buildLink = ({ token }: { token: string }) => `${window.location.origin}/snapshot/${token}`

function MakeLink() {
  const make = useAccessChange<PageSnapshot & { token: string }>()
  const [isCopied, setCopied] = useState(false)
  const cache = useQueryClient().getQueryCache()
  const hasCustomers = useEndpointQuery('customers').data?.data.some(({ name }) => name !== null)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const { pathname, search } = window.location
    const address = new URLSearchParams(search).get('ip')
    const asked = cache.findAll({ type: 'active' }).map(({ queryKey }) => findQueryKeyUrl(queryKey))
    const body = {
      page: pathname,
      search,
      title: [document.querySelector('h1')?.textContent, address].filter(Boolean).join(' ').slice(0, 200),
      days: Number(fields.get('days')),
      hideCustomers: fields.has('hideCustomers'),
      questions: asked.filter((question) => question !== null).slice(0, 100),
    }
    // If the browser refuses to copy the link, the link is shown with a button that copies it.
    make
      .mutateAsync({ method: 'POST', path: 'snapshots', body })
      .then((made) => copyText(buildLink(made)))
      .then(
        () => setCopied(true),
        () => {},
      )
  }
  if (make.data)
    return (
      <OneTimeSecret
        words={`${isCopied ? 'The link is copied. ' : ''}Everybody with it sees the page as it was just now.`}
        secret={buildLink(make.data)}
      />
    )
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <p className="text-ink-2">
        Everybody with the link sees this page and tab as they are now, without signing in: states, charts, names and
        addresses. Contacts, commands and other pages are not part of it.
      </p>
      <div className="flex flex-wrap items-end gap-x-4 gap-y-3">
        <SelectField label="Opens for" name="days" options={DAYS} defaultValue="7" className="w-28" />
        {hasCustomers && (
          <label className="flex h-7 items-center gap-2">
            <input type="checkbox" name="hideCustomers" />
            Hide the names of customers
          </label>
        )}
        <Button type="submit" variant="strong" disabled={make.isPending} className="ml-auto">
          Copy a new link
        </Button>
      </div>
      <SaveErrorText why={make.error} />
      <p className="text-xs text-ink-3">
        All links are listed, and revoked, in{' '}
        <PageLink href="/settings/snapshots" className="link">
          Settings
        </PageLink>
        .
      </p>
    </form>
  )
}
