import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { saveText } from '../ui/save-file.ts'
import { TextField } from '../ui/field.tsx'
import { Panel } from '../ui/panel.tsx'
import { SignInAttemptText } from './sign-in-attempt-text.tsx'
import { postSignInApi } from './auth-client.ts'
import { useSignInAttempt } from './use-sign-in-attempt.ts'
import { createLazyComponent } from '../ui/lazy-part.tsx'

const QrCode = createLazyComponent(async () => (await import('./qr-code.tsx')).QrCode)

interface Begun {
  totpURI: string
  backupCodes: string[]
}

/**
 * Panel in which the user sets up or turns off an authenticator app.
 * @param isOn whether a sign-in by password requires a code of the app
 * @param minLength minimum length of a password that is used without the app, in characters
 */
export function AuthenticatorAppPanel({ isOn, minLength }: { isOn: boolean; minLength: number }) {
  const router = useRouter()
  const { words, busy, attempt } = useSignInAttempt()
  const [begun, setBegun] = useState<Begun | null>(null)
  const [codes, setCodes] = useState<string[] | null>(null)

  const withPassword = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const { submitter } = event.nativeEvent as SubmitEvent
    const act = submitter?.getAttribute('value') ?? 'enable'
    const password = new FormData(form).get('password')
    void attempt(async () => {
      const answer = await postSignInApi<Begun>(`two-factor/${act}`, { password })
      form.reset()
      if (act === 'enable') setBegun(answer)
      else setCodes(act === 'disable' ? null : answer.backupCodes)
      if (act === 'disable') router.refresh()
      return act === 'disable' ? 'Turned off: the password alone signs you in.' : ''
    })
  }
  const confirm = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const code = String(new FormData(event.currentTarget).get('code') ?? '').replaceAll(' ', '')
    void attempt(async () => {
      await postSignInApi('two-factor/verify-totp', { code })
      setCodes(begun?.backupCodes ?? null)
      setBegun(null)
      router.refresh()
      return 'Turned on: from now on a sign-in by password asks for a code.'
    })
  }

  return (
    <Panel title="Authenticator app" note={isOn ? 'a sign-in by password asks for its code' : 'not in use'}>
      <div className="flex flex-col gap-3">
        {codes && <RecoveryCodes codes={codes} />}
        {begun ? (
          <form onSubmit={confirm} className="flex flex-col gap-3">
            <p className="text-xs text-ink-2">
              Scan this with the app, or enter the key; then enter the code it shows.
            </p>
            <div className="flex flex-wrap items-start gap-4">
              <QrCode text={begun.totpURI} label="QR code for the authenticator app" />
              <div className="flex min-w-0 flex-1 basis-56 flex-col gap-3">
                <Secret uri={begun.totpURI} />
                <TextField label="Code" name="code" inputMode="numeric" autoComplete="one-time-code" required />
                <div className="flex flex-wrap gap-2">
                  <Button type="submit" variant="strong" disabled={busy}>
                    Turn on
                  </Button>
                  <Button variant="quiet" onClick={() => setBegun(null)}>
                    Cancel
                  </Button>
                </div>
              </div>
            </div>
          </form>
        ) : (
          <form onSubmit={withPassword} className="flex max-w-sm flex-col gap-3">
            <p className="text-xs text-ink-2">
              {isOn
                ? `To turn it off, the password needs at least ${minLength} characters.`
                : 'A second factor: a stolen password is not enough to sign in. With it, the password may be as short as 12 characters.'}
            </p>
            <TextField label="Your password" name="password" type="password" autoComplete="current-password" required />
            <div className="flex flex-wrap gap-2">
              {isOn ? (
                <>
                  <Button type="submit" value="generate-backup-codes" disabled={busy}>
                    New recovery codes
                  </Button>
                  <Button type="submit" value="disable" disabled={busy}>
                    Turn off
                  </Button>
                </>
              ) : (
                <Button type="submit" value="enable" disabled={busy}>
                  Set up
                </Button>
              )}
            </div>
          </form>
        )}
        <SignInAttemptText words={words} />
      </div>
    </Panel>
  )
}

function Secret({ uri }: { uri: string }) {
  const secret = new URL(uri).searchParams.get('secret') ?? ''
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-2 text-xs">
      <code className="min-w-0 font-mono break-all">{secret.match(/.{1,4}/g)?.join(' ')}</code>
      <CopyButton text={secret} label="Copy the key" />
    </div>
  )
}

function RecoveryCodes({ codes }: { codes: string[] }) {
  const text = codes.join('\n')
  return (
    <div role="status" className="flex flex-col gap-2 rounded-md border bg-sunken px-3 py-2 text-xs">
      <p className="text-ink-2">
        Recovery codes: each signs you in once where the app is lost. Former ones are void. They are shown this once;
        keep them where the password is not.
      </p>
      <ul aria-label="Recovery codes" className="grid grid-cols-2 gap-x-4 gap-y-1 font-mono sm:grid-cols-3">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-2">
        <CopyButton text={text} label="Copy">
          Copy
        </CopyButton>
        <Button onClick={() => saveText('peerwatch-recovery-codes.txt', 'text/plain', `${text}\n`)}>Download</Button>
      </div>
    </div>
  )
}
