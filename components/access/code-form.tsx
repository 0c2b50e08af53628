import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { SignInAttemptText } from './sign-in-attempt-text.tsx'
import { postSignInApi } from './auth-client.ts'
import { useSignInAttempt } from './use-sign-in-attempt.ts'

/** Form for the second step of a sign-in by password: the code of an authenticator app, or a recovery code. */
export function SecondFactorCodeForm({ onDone }: { onDone: () => void }) {
  const [isRecovery, setIsRecovery] = useState(false)
  const { words, busy, attempt } = useSignInAttempt()
  const field = useRef<HTMLInputElement>(null)
  // When the user switches between a code and a recovery code, a new field replaces the old one and gets the focus.
  useEffect(() => field.current?.focus(), [isRecovery])
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const code = String(new FormData(event.currentTarget).get('code') ?? '').trim()
    void attempt(async () => {
      if (isRecovery) await postSignInApi('two-factor/verify-backup-code', { code })
      else await postSignInApi('two-factor/verify-totp', { code: code.replaceAll(' ', '') })
      onDone()
      return null
    })
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <TextField
        key={String(isRecovery)}
        label={isRecovery ? 'Recovery code' : 'Code of your authenticator app'}
        hint={isRecovery ? 'Each works once.' : 'Six digits.'}
        name="code"
        inputMode={isRecovery ? 'text' : 'numeric'}
        autoComplete="one-time-code"
        ref={field}
        required
      />
      <Button type="submit" variant="strong" disabled={busy}>
        Sign in
      </Button>
      <Button variant="quiet" onClick={() => setIsRecovery(!isRecovery)}>
        {isRecovery ? 'Use a code of the app' : 'Use a recovery code'}
      </Button>
      <SignInAttemptText words={words} />
    </form>
  )
}
