'use client'

import { type FormEvent, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { ownPage, sendAuth } from './auth-client.ts'

/** @param provider name of the provider of OpenID Connect; null = none @param fault why that failed */
export function SignInForm({
  next,
  provider,
  fault,
}: {
  next: string | null
  provider: string | null
  fault: string | null
}) {
  const [error, setError] = useState(fault)
  const [busy, setBusy] = useState(false)
  const goOn = ownPage(next)

  const attempt = async (work: () => Promise<string>) => {
    setBusy(true)
    setError(null)
    try {
      // the whole page again: the frame around it is of whoever is signed in
      window.location.assign(await work())
    } catch (cause) {
      setError((cause as Error).message)
      setBusy(false)
    }
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    void attempt(async () => {
      await sendAuth('sign-in/email', { email: fields.get('email'), password: fields.get('password') })
      return goOn
    })
  }
  const byProvider = () =>
    attempt(async () => {
      const body = { provider: 'oidc', callbackURL: goOn, errorCallbackURL: '/sign-in' }
      return (await sendAuth<{ url: string }>('sign-in/social', body)).url
    })

  return (
    <>
      {provider && (
        <div className="mb-4 border-b pb-4">
          <Button variant="strong" className="w-full" disabled={busy} onClick={() => void byProvider()}>
            Sign in with {provider}
          </Button>
        </div>
      )}
      <form onSubmit={submit} className="flex flex-col gap-3">
        <TextField label="E-mail" name="email" type="email" autoComplete="username" required />
        <TextField label="Password" name="password" type="password" autoComplete="current-password" required />
        <Button type="submit" variant={provider ? 'plain' : 'strong'} disabled={busy}>
          Sign in
        </Button>
        <p role="alert" className="text-xs font-medium break-words text-down empty:hidden">
          {error}
        </p>
      </form>
    </>
  )
}
