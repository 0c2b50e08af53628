'use client'

import { type FormEvent, useEffect, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { SignInAttemptText } from './sign-in-attempt-text.tsx'
import { resolveOwnPage, type SignInApiResponse, postSignInApi } from './auth-client.ts'
import { SecondFactorCodeForm } from './code-form.tsx'
import { findPasskeyHindrance, signInByPasskey } from './passkeys.ts'
import { useSignInAttempt } from './use-sign-in-attempt.ts'

/**
 * Form to sign in by password, passkey or OpenID Connect.
 * @param provider name of the OpenID Connect provider; null = not configured
 * @param fault reason why a sign-in by OpenID Connect failed; null = none failed
 */
export function SignInForm({
  next,
  provider,
  fault,
}: {
  next: string | null
  provider: string | null
  fault: string | null
}) {
  const { words, busy, attempt } = useSignInAttempt(fault)
  const [asksCode, setAsksCode] = useState(false)
  const [hasPasskeys, setHasPasskeys] = useState(false)
  useEffect(() => setHasPasskeys(findPasskeyHindrance() === null), [])
  const goOn = resolveOwnPage(next)
  // The whole page is loaded again, because the server renders the frame around it for the signed-in user.
  const go = (to: string) => {
    window.location.assign(to)
    return null
  }

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const body = { email: fields.get('email'), password: fields.get('password') }
    void attempt(async () => {
      const { twoFactorRedirect } = await postSignInApi<SignInApiResponse>('sign-in/email', body)
      if (!twoFactorRedirect) return go(goOn)
      setAsksCode(true)
      return ''
    })
  }
  const byProvider = () =>
    attempt(async () => {
      const body = { provider: 'oidc', callbackURL: goOn, errorCallbackURL: '/sign-in' }
      return go((await postSignInApi<{ url: string }>('sign-in/social', body)).url)
    })
  const byPasskey = () =>
    attempt(async () => {
      await signInByPasskey()
      return go(goOn)
    })

  const passkey = hasPasskeys && (
    <Button className="mt-3 w-full" disabled={busy} onClick={() => void byPasskey()}>
      Sign in with a passkey
    </Button>
  )
  if (asksCode)
    return (
      <>
        <SecondFactorCodeForm onDone={() => go(goOn)} />
        {passkey}
        <SignInAttemptText words={words} />
      </>
    )
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
        <SignInAttemptText words={words} />
      </form>
      {passkey}
    </>
  )
}
