'use client'

import { type FormEvent, useState } from 'react'
import { ROLES } from '#lib/contract/index.ts'
import type { UserAccount } from '#lib/access/api/index.ts'
import { useEndpointQuery } from '../../data/index.ts'
import { QueryStateView, EmptyNote, SkeletonRows } from '../../ui/answer-view.tsx'
import { Button } from '../../ui/button.tsx'
import { ConfirmButton } from '../../ui/overlay/lazy-overlays.tsx'
import { TextField } from '../../ui/field.tsx'
import { SaveErrorText } from '../../schema-form/save-error-text.tsx'
import { Panel } from '../../ui/panel.tsx'
import { DataTable } from '../../ui/table/data-table.tsx'
import { type DataTableColumn, VALUELESS_COLUMN } from '../../ui/table/table-columns.ts'
import { MomentText } from '../../ui/times/time.tsx'
import { RoleField, AccessScopeField } from './access-fields.tsx'
import { OneTimeSecret } from '../../access/one-time-secret.tsx'
import { parseAccessScopes, formatScopesForChange, useAccessChange } from '../../access/use-access-change.ts'

const NONE = { value: '', label: 'None' }
const formatSignIn = ({ signsInBy, secondFactor: { app, passkeys } }: UserAccount) => {
  const by = signsInBy.map((one) => (one === 'password' && app ? 'password and code' : one))
  const keys = passkeys === 0 ? [] : [passkeys === 1 ? 'passkey' : `${passkeys} passkeys`]
  return [...by, ...keys].join(', ') || 'no password yet'
}

const columns: DataTableColumn<UserAccount>[] = [
  { id: 'email', header: 'E-mail', value: ({ email }) => email, className: 'min-w-40 font-medium wrap-anywhere' },
  // If an account has no name, its e-mail address is used as its name. The address is left out here, because the
  // previous column already shows it.
  { id: 'name', header: 'Name', value: ({ name, email }) => (name === email ? null : name) },
  { id: 'role', header: 'Role', value: ({ role }) => (role ? ROLES[role].name : 'None') },
  {
    id: 'scopes',
    header: 'Scope',
    value: ({ role, scopes }) => (role === null ? 'nothing' : formatScopesForChange(scopes)),
    className: 'min-w-40 wrap-anywhere',
  },
  { id: 'by', header: 'Signs in by', value: formatSignIn, className: 'whitespace-nowrap' },
  {
    id: 'seen',
    header: 'Last seen',
    value: ({ lastSeenAt }) => lastSeenAt,
    cell: ({ lastSeenAt }) => (lastSeenAt ? <MomentText at={lastSeenAt} zoned={false} /> : 'not signed in'),
    zoned: true,
  },
]

/** List of the users who may sign in. */
export function UsersTab() {
  const query = useEndpointQuery('users')
  const [edited, setEdited] = useState<string | null>(null)
  const edit: DataTableColumn<UserAccount> = {
    id: 'edit',
    header: 'Edit',
    ...VALUELESS_COLUMN,
    cell: ({ id, email }) => (
      <Button aria-label={`Edit ${email}`} onClick={() => setEdited(id)}>
        Edit
      </Button>
    ),
  }
  return (
    <div className="flex flex-col gap-4">
      <NewUser />
      <Panel title="Users" note="a changed role applies from the next request" flush>
        <QueryStateView query={query} skeleton={<SkeletonRows />}>
          {({ data }) => {
            const user = data.find(({ id }) => id === edited)
            return (
              <>
                {user && <EditUser key={user.id} user={user} onClose={() => setEdited(null)} />}
                <DataTable
                  name="users"
                  caption="Users by e-mail address"
                  columns={[...columns, edit]}
                  rows={data}
                  rowKey={({ id }) => id}
                  empty={<EmptyNote title="No users" />}
                />
              </>
            )
          }}
        </QueryStateView>
      </Panel>
    </div>
  )
}

const linkOf = (path: string) => window.location.origin + path

function NewUser() {
  const add = useAccessChange<{ link: string }>()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const text = (name: string) => String(fields.get(name) ?? '')
    const body = {
      email: text('email'),
      name: text('name'),
      role: text('role'),
      scopes: parseAccessScopes(text('scopes')),
    }
    add.mutate({ method: 'POST', path: 'users', body })
  }
  return (
    <Panel title="New user" note="users who sign in by OpenID Connect need no entry here">
      <form onSubmit={submit} className="grid max-w-[64rem] gap-3 sm:grid-cols-2 lg:grid-cols-3">
        <TextField label="E-mail" name="email" type="email" required />
        <TextField label="Name" name="name" />
        <RoleField />
        <AccessScopeField className="sm:col-span-2" />
        {/* moves the button down to the input of the field, because the field has a label above */}
        <div className="sm:pt-5.75">
          <Button type="submit" variant="strong" disabled={add.isPending}>
            Add user
          </Button>
        </div>
      </form>
      <div className="[&>:not(:empty)]:mt-3">
        <SaveErrorText why={add.error} />
        {add.data && (
          <OneTimeSecret words="With this link the user chooses a password." secret={linkOf(add.data.link)} />
        )}
      </div>
    </Panel>
  )
}

function EditUser({
  user: { id, email, role, scopes, secondFactor },
  onClose,
}: {
  user: UserAccount
  onClose: () => void
}) {
  const save = useAccessChange<UserAccount>()
  const link = useAccessChange<{ link: string }>()
  const remove = useAccessChange()
  const end = useAccessChange<{ ended: number }>()
  const reset = useAccessChange<{ link: string }>()
  const path = `users/${encodeURIComponent(id)}`
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const body = { role: fields.get('role') || null, scopes: parseAccessScopes(String(fields.get('scopes') ?? '')) }
    save.mutate({ method: 'PUT', path, body }, { onSuccess: onClose })
  }
  return (
    <form
      onSubmit={submit}
      aria-label={`Edit ${email}`}
      className="grid gap-3 border-b bg-sunken p-3.5 sm:grid-cols-[repeat(3,minmax(0,21rem))]"
    >
      <p className="text-sm font-medium sm:col-span-3">{email}</p>
      <RoleField more={[NONE]} defaultValue={role ?? ''} />
      <AccessScopeField className="sm:col-span-2" defaultValue={scopes.join(', ')} />
      <div className="flex flex-wrap items-center gap-2 sm:col-span-3">
        <Button type="submit" variant="strong" disabled={save.isPending}>
          Save
        </Button>
        <Button onClick={() => link.mutate({ method: 'POST', path: `${path}/link` })}>Link for a new password</Button>
        <ConfirmButton
          trigger={<Button>Sign out everywhere</Button>}
          question={`Sign out ${email} everywhere?`}
          effect="Every browser has to sign in again. Unsaved input there is lost."
          action="Sign out"
          onConfirm={() => end.mutateAsync({ method: 'DELETE', path: `${path}/sessions` })}
        />
        {(secondFactor.app || secondFactor.passkeys > 0) && (
          <ConfirmButton
            trigger={<Button>Reset second factor</Button>}
            question={`Reset the second factor of ${email}?`}
            effect="The authenticator app, recovery codes, passkeys and the password are void, and every browser is signed out. A link for a new password is shown."
            action="Reset"
            onConfirm={() => reset.mutateAsync({ method: 'DELETE', path: `${path}/second-factor` })}
          />
        )}
        <ConfirmButton
          trigger={<Button>Remove user</Button>}
          question={`Remove the user ${email}?`}
          effect="The account is deleted and signed out at once. Its tokens end with it: programs and wall displays that use them stop."
          action="Remove"
          onConfirm={() => remove.mutateAsync({ method: 'DELETE', path }, { onSuccess: onClose })}
        />
        <Button variant="quiet" onClick={onClose}>
          Cancel
        </Button>
        <SaveErrorText why={save.error ?? remove.error ?? link.error ?? end.error ?? reset.error} />
        <p role="status" className="text-xs text-ink-2">
          {end.data && `Sessions signed out: ${end.data.ended}.`}
        </p>
      </div>
      {[link.data, reset.data].map(
        (made) =>
          made && (
            <div key={made.link} className="sm:col-span-3">
              <OneTimeSecret words="With this link the user chooses a new password." secret={linkOf(made.link)} />
            </div>
          ),
      )}
    </form>
  )
}
