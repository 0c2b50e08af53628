'use client'

import { getServerNow } from '../../data/server-clock.ts'
import { type FormEvent, useState } from 'react'
import { type ApiToken, MAX_TOKEN_DAYS } from '#lib/access/api/index.ts'
import { ROLES } from '#lib/contract/index.ts'
import { MS_PER_MINUTE, MS_PER_DAY } from '#lib/contract/time/time.ts'
import { useEndpointQuery } from '../../data/index.ts'
import { QueryStateView, EmptyNote, SkeletonRows } from '../../ui/answer-view.tsx'
import { Button } from '../../ui/button.tsx'
import { ConfirmButton } from '../../ui/overlay/lazy-overlays.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { SaveErrorText } from '../../schema-form/save-error-text.tsx'
import { useNowInSteps } from '../../ui/times/page-clock.tsx'
import { Panel } from '../../ui/panel.tsx'
import { StateLabel } from '../../ui/status.tsx'
import { DataTable } from '../../ui/table/data-table.tsx'
import { type DataTableColumn, VALUELESS_COLUMN } from '../../ui/table/table-columns.ts'
import { MomentText } from '../../ui/times/time.tsx'
import { RoleField, AccessScopeField } from './access-fields.tsx'
import { OneTimeSecret } from '../../access/one-time-secret.tsx'
import { parseAccessScopes, formatScopesForChange, useAccessChange } from '../../access/use-access-change.ts'

const EXPIRES = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: String(MAX_TOKEN_DAYS), label: 'a year' },
]

const moment = (at: string | null, none: string) => (at === null ? none : <MomentText at={at} zoned={false} />)

/**
 * Expiry of an API token. An expired token is marked, because it stays in the list until a user revokes it. A token
 * that never expires has a note that it should be replaced.
 */
function Expiry({ at }: { at: string | null }) {
  const isOver = useNowInSteps(MS_PER_MINUTE) >= (at === null ? Number.POSITIVE_INFINITY : Date.parse(at))
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-2">
      {isOver && <StateLabel tone="off" word="EXPIRED" />}
      {at === null && <StateLabel tone="notice" word="REPLACE" />}
      {moment(at, 'never')}
    </span>
  )
}

/**
 * Owner of an API token. A token without an owner has a note that it should be replaced, and its creator is shown
 * instead.
 */
function Owner({ token: { owner, createdBy } }: { token: ApiToken }) {
  if (owner) return owner.kind === 'token' ? `the token “${owner.name}”` : owner.name
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-2">
      <StateLabel tone="notice" word="REPLACE" />
      no owner, made by {createdBy}
    </span>
  )
}

/** Settings tab with the API tokens of programs and wall displays. */
export function TokensTab() {
  const query = useEndpointQuery('tokens')
  const revoke = useAccessChange()
  const columns: DataTableColumn<ApiToken>[] = [
    { id: 'name', header: 'Name', value: ({ name }) => name, className: 'min-w-40 font-medium break-words' },
    {
      id: 'role',
      header: 'Role',
      value: ({ role }) => (role ? ROLES[role].name : 'Wall display'),
      className: 'whitespace-nowrap',
    },
    {
      id: 'scopes',
      header: 'Scope',
      value: ({ scopes }) => formatScopesForChange(scopes),
      className: 'min-w-40 wrap-anywhere',
    },
    {
      id: 'expires',
      header: 'Expires',
      value: ({ expiresAt }) => expiresAt,
      cell: ({ expiresAt }) => <Expiry at={expiresAt} />,
      zoned: true,
    },
    {
      id: 'used',
      header: 'Last used',
      value: ({ lastUsedAt }) => lastUsedAt,
      cell: ({ lastUsedAt }) => moment(lastUsedAt, 'not yet'),
      zoned: true,
    },
    {
      id: 'owner',
      header: 'Owner',
      value: ({ owner, createdBy }) => owner?.name ?? `no owner, made by ${createdBy}`,
      also: [{ header: 'Suspended since (UTC)', value: ({ suspendedSince }) => suspendedSince }],
      cell: (token) => (
        <>
          <Owner token={token} />
          {token.suspendedSince !== null && (
            <span className="flex flex-wrap items-baseline gap-x-2">
              <StateLabel tone="off" word="SUSPENDED" />
              until the owner signs in
            </span>
          )}
        </>
      ),
      className: 'min-w-40 wrap-anywhere',
    },
    {
      id: 'revoke',
      header: 'Revoke',
      ...VALUELESS_COLUMN,
      cell: ({ id, name, kind }) => (
        <ConfirmButton
          trigger={<Button aria-label={`Revoke ${name}`}>Revoke</Button>}
          question={`Revoke the token “${name}”?`}
          effect={
            kind === 'wall'
              ? 'Displays that use it lose their picture at once.'
              : 'Requests with it are refused at once, its streams end, and the tokens that it made end too.'
          }
          action="Revoke"
          onConfirm={() => revoke.mutateAsync({ method: 'DELETE', path: `tokens/${encodeURIComponent(id)}` })}
        />
      ),
    },
  ]
  return (
    <div className="flex flex-col gap-4">
      <NewToken />
      <Panel title="Tokens" note="a revoked token ends at once, and so do its streams" flush>
        <SaveErrorText why={revoke.error} />
        <QueryStateView query={query} skeleton={<SkeletonRows />}>
          {({ data }) => (
            <DataTable
              name="tokens"
              caption="Tokens, newest first"
              columns={columns}
              rows={data}
              rowKey={({ id }) => id}
              empty={
                <EmptyNote title="No tokens">
                  A token lets a program or a wall display read without signing in.
                </EmptyNote>
              }
            />
          )}
        </QueryStateView>
      </Panel>
    </div>
  )
}

function NewToken() {
  const create = useAccessChange<ApiToken & { token: string }>()
  const [kind, setKind] = useState('api')
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const text = (name: string) => String(fields.get(name) ?? '')
    const days = Number(text('expires'))
    create.mutate({
      method: 'POST',
      path: 'tokens',
      body: {
        kind,
        name: text('name'),
        ...(kind === 'api' && { role: text('role') }),
        scopes: parseAccessScopes(text('scopes')),
        expiresAt: new Date(getServerNow() + days * MS_PER_DAY).toISOString(),
      },
    })
  }
  const made = create.data
  return (
    <Panel title="New token" note="yours: it never has more rights or scope than you have, and ends with your account">
      <form onSubmit={submit} className="grid max-w-[64rem] gap-3 sm:grid-cols-2 lg:grid-cols-4">
        <SelectField
          label="For"
          value={kind}
          onChange={(event) => setKind(event.target.value)}
          options={[
            { value: 'api', label: 'a program' },
            { value: 'wall', label: 'a wall display' },
          ]}
        />
        <TextField label="Name" name="name" required maxLength={200} />
        {kind === 'api' && <RoleField />}
        <SelectField label="Expires" name="expires" options={EXPIRES} defaultValue="90" key={kind} />
        <AccessScopeField className="sm:col-span-2 lg:col-span-3" />
        {/* moves the button down to the input of the field, because the field has a label above */}
        <div className="sm:pt-5.75">
          <Button type="submit" variant="strong" disabled={create.isPending}>
            Create token
          </Button>
        </div>
      </form>
      <div className="[&>:not(:empty)]:mt-3">
        <SaveErrorText why={create.error} />
        {made && (
          <OneTimeSecret
            words={
              made.kind === 'wall' ? `Open this address on the display “${made.name}”.` : `The token “${made.name}”.`
            }
            secret={made.kind === 'wall' ? `${window.location.origin}/wall?token=${made.token}` : made.token}
          />
        )}
      </div>
    </Panel>
  )
}
