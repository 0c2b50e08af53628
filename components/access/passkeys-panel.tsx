import { useRouter } from 'next/navigation'
import { type FormEvent, useEffect, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { ConfirmButton } from '../ui/overlay/lazy-overlays.tsx'
import { TextField } from '../ui/field.tsx'
import { Panel } from '../ui/panel.tsx'
import { MomentText } from '../ui/times/time.tsx'
import { SignInAttemptText } from './sign-in-attempt-text.tsx'
import { postSignInApi } from './auth-client.ts'
import { addPasskey, findPasskeyHindrance } from './passkeys.ts'
import { useSignInAttempt } from './use-sign-in-attempt.ts'

export interface AccountPasskey {
  id: string
  name: string
  /** time at which the passkey was added, ISO 8601 */
  since: string
}

/** Panel with the passkeys of the signed-in user, oldest first, in which the user adds and removes passkeys. */
export function PasskeysPanel({ passkeys }: { passkeys: readonly AccountPasskey[] }) {
  const router = useRouter()
  const { words, busy, attempt } = useSignInAttempt()
  const [hindrance, setHindrance] = useState<string | null>(null)
  useEffect(() => setHindrance(findPasskeyHindrance()), [])
  const add = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const fields = new FormData(form)
    void attempt(async () => {
      await addPasskey(String(fields.get('name')), String(fields.get('password')))
      form.reset()
      router.refresh()
      return 'Added.'
    })
  }
  const remove = (id: string) =>
    attempt(async () => {
      await postSignInApi('passkey/delete-passkey', { id })
      router.refresh()
      return 'Removed.'
    })
  return (
    <Panel title="Passkeys" note="each signs you in by itself, with the finger or PIN of its device">
      <div className="flex flex-col gap-3">
        {passkeys.length > 0 && (
          <ul aria-label="Passkeys" className="divide-y">
            {passkeys.map(({ id, name, since }) => (
              <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
                <div className="min-w-0 flex-1 basis-60">
                  <p className="wrap-anywhere">{name}</p>
                  <p className="text-xs text-ink-2">
                    since <MomentText at={since} />
                  </p>
                </div>
                <ConfirmButton
                  trigger={<Button aria-label={`Remove ${name}`}>Remove</Button>}
                  question={`Remove the passkey ${name}?`}
                  effect="It signs you in no more. Your password stays as it is."
                  action="Remove"
                  onConfirm={() => remove(id)}
                />
              </li>
            ))}
          </ul>
        )}
        {hindrance ? (
          <p className="text-xs text-ink-2">{hindrance}</p>
        ) : (
          <form onSubmit={add} className="flex max-w-sm flex-col gap-3">
            <TextField
              label="Name of the new passkey"
              name="name"
              hint="Such as the device that has it."
              maxLength={100}
              required
            />
            <TextField label="Your password" name="password" type="password" autoComplete="current-password" required />
            <div>
              <Button type="submit" disabled={busy}>
                Add a passkey
              </Button>
            </div>
          </form>
        )}
        <SignInAttemptText words={words} />
      </div>
    </Panel>
  )
}
