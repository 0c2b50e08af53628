'use client'

import { type FormEvent, useEffect, useState } from 'react'
import { PageLink } from '../links/page-link.tsx'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { type SignInApiResponse, postSignInApi } from './auth-client.ts'
import { SecondFactorCodeForm } from './code-form.tsx'

type Purpose = ({ minLength: number } & ({ purpose: 'first_admin' } | { purpose: 'password'; email: string })) | null

/**
 * Form in which a user sets a password with a one-time link. The secret of the link is the part of the URL after `#`.
 * @param minLength minimum length of a password in characters; used until the API returns the purpose of the link
 */
export function OneTimeLinkForm({ minLength: usual }: { minLength: number }) {
  const [purpose, setPurpose] = useState<Purpose | 'unknown'>('unknown')
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [asksCode, setAsksCode] = useState(false)
  useEffect(() => {
    postSignInApi<{ data: Purpose }>('link/purpose', { secret: window.location.hash.slice(1) }).then(
      ({ data }) => setPurpose(data),
      (cause: Error) => setError(cause.message),
    )
  }, [])

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const text = (name: string) => String(fields.get(name) ?? '')
    setBusy(true)
    setError(null)
    try {
      const password = text('password')
      if (password !== text('again')) throw new Error('The two passwords differ.')
      const { data } = await postSignInApi<{ data: { email: string } }>('link', {
        secret: window.location.hash.slice(1),
        password,
        ...(fields.has('email') && { email: text('email'), name: text('name') }),
      })
      const answer = await postSignInApi<SignInApiResponse>('sign-in/email', { email: data.email, password })
      if (answer.twoFactorRedirect) setAsksCode(true)
      else window.location.assign('/')
    } catch (cause) {
      setError((cause as Error).message)
      setBusy(false)
    }
  }

  if (asksCode) return <SecondFactorCodeForm onDone={() => window.location.assign('/')} />
  if (purpose === null)
    return (
      <p className="text-sm text-ink-2">
        This link was used or has expired. Ask an admin for another, or run{' '}
        <code className="font-mono">npm run access</code> on the server. If you have a password,{' '}
        <PageLink href="/sign-in" className="link">
          sign in
        </PageLink>
        .
      </p>
    )
  const minLength = purpose === 'unknown' ? usual : purpose.minLength
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
      {purpose !== 'unknown' && purpose.purpose === 'first_admin' && (
        <>
          <p className="text-xs text-ink-2">You become the first admin of this Peerwatch.</p>
          <TextField label="E-mail" name="email" type="email" autoComplete="username" required />
          <TextField label="Name" name="name" autoComplete="name" required />
        </>
      )}
      {purpose !== 'unknown' && purpose.purpose === 'password' && (
        <p className="text-xs text-ink-2">A new password for {purpose.email}</p>
      )}
      <TextField
        label={`Password, at least ${minLength} characters`}
        name="password"
        type="password"
        autoComplete="new-password"
        minLength={minLength}
        required
      />
      <TextField label="Repeat the password" name="again" type="password" autoComplete="new-password" required />
      <Button type="submit" variant="strong" disabled={busy || purpose === 'unknown'}>
        Save and sign in
      </Button>
      <p role="alert" className="text-xs font-medium break-words text-down empty:hidden">
        {error}
      </p>
    </form>
  )
}
