'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { ACCESS_RIGHT_DESCRIPTIONS, type AccessRight } from '#lib/contract/index.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmButton } from '../ui/overlay/lazy-overlays.tsx'
import { TextField } from '../ui/field.tsx'
import { PageHeader } from '../ui/page-head.tsx'
import { PanelFactGrid, Panel } from '../ui/panel.tsx'
import { MomentText } from '../ui/times/time.tsx'
import { AuthenticatorAppPanel } from './authenticator-app-panel.tsx'
import { postSignInApi } from './auth-client.ts'
import { type AccountPasskey, PasskeysPanel } from './passkeys-panel.tsx'

interface AccountProps {
  name: string
  /** display name of the user's role; null = the account has no role yet */
  role: string | null
  rights: readonly AccessRight[]
  /** scopes (groups of resources) that the user may see; empty = all resources */
  scopes: readonly string[]
  /** false = the account can sign in only by OpenID Connect */
  hasPassword: boolean
  /** minimum length of a new password, in characters */
  minLength: number
  /** Minimum length, in characters, of a password that an account without a second factor has. */
  minLengthAlone: number
  /** second factors that the user has set up */
  secondFactor: { app: boolean; passkeys: readonly AccountPasskey[] }
  /** sign-in sessions of the user (browsers in which the user is signed in), last used first */
  sessions: readonly AccountSession[]
}

interface AccountSession {
  id: string
  /** time of sign-in, ISO 8601 */
  since: string
  /** time of the session's last request, ISO 8601, accurate to five minutes */
  lastSeenAt: string
  address: string
  browser: string
  /** true = this browser, which shows the page, has this session */
  isThis: boolean
}

/** Shows the account of the signed-in user: role, scopes, password, second factors and sessions. */
export function AccountPage(props: AccountProps) {
  const { name, role, rights, scopes, hasPassword, minLength, minLengthAlone, secondFactor, sessions } = props
  return (
    // A user without rights sees this page without the frame with the navigation. The page then sets its own margins.
    <div className={rights.length === 0 ? 'mx-auto max-w-2xl px-4 py-6' : 'max-w-2xl xl:max-w-[85rem]'}>
      <PageHeader title={name} eyebrow="Account" actions={<SignOut />} />
      {role === null && (
        <p className="mb-4 text-ink-2">
          Your account has no role yet, so there is nothing to see. Ask an admin for one.
        </p>
      )}
      <div className={`grid items-start gap-4 ${rights.length === 0 ? '' : 'xl:grid-cols-2'}`}>
        <div className="grid gap-4">
          <Panel title="Access">
            <PanelFactGrid
              facts={[
                ['Role', role ?? 'none'],
                ['Scope', role === null ? 'nothing' : scopes.join(', ') || 'everything'],
              ]}
            />
            {rights.length > 0 && (
              <>
                <h3 className="mt-3 text-xs font-medium text-ink-3">You may</h3>
                <ul className="mt-0.5 list-disc pl-5">
                  {rights.map((right) => (
                    <li key={right}>{ACCESS_RIGHT_DESCRIPTIONS[right]}</li>
                  ))}
                </ul>
              </>
            )}
          </Panel>
          {hasPassword ? (
            <>
              <AuthenticatorAppPanel isOn={secondFactor.app} minLength={minLengthAlone} />
              <PasskeysPanel passkeys={secondFactor.passkeys} />
            </>
          ) : (
            <Panel title="Second factor">
              <p>You sign in by OpenID Connect: your provider asks for a second factor, and keeps it.</p>
            </Panel>
          )}
        </div>
        <div className="grid gap-4">
          {hasPassword && (
            <Panel title="Password">
              <PasswordForm minLength={minLength} />
            </Panel>
          )}
          <Panel title="Sessions" note="end a day after their last use, and a week after they began">
            <Sessions sessions={sessions} />
          </Panel>
        </div>
      </div>
    </div>
  )
}

const signOut = () =>
  postSignInApi('sign-out', {}).finally(() => {
    window.location.assign('/sign-in')
  })

const SignOut = () => <Button onClick={() => void signOut()}>Sign out</Button>

function PasswordForm({ minLength }: { minLength: number }) {
  const [words, setWords] = useState<{ text: string; isFault: boolean } | null>(null)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const fields = new FormData(form)
    try {
      if (fields.get('newPassword') !== fields.get('again')) throw new Error('The two new passwords differ.')
      await postSignInApi('change-password', {
        currentPassword: fields.get('currentPassword'),
        newPassword: fields.get('newPassword'),
        revokeOtherSessions: true,
      })
      form.reset()
      setWords({ text: 'Saved. Other sessions were signed out.', isFault: false })
    } catch (cause) {
      setWords({ text: `Not saved. ${(cause as Error).message}`, isFault: true })
    }
  }
  return (
    <form onSubmit={(event) => void submit(event)} className="flex max-w-sm flex-col gap-3">
      <TextField
        label="Current password"
        name="currentPassword"
        type="password"
        autoComplete="current-password"
        required
      />
      <TextField
        label={`New password, at least ${minLength} characters`}
        name="newPassword"
        type="password"
        autoComplete="new-password"
        minLength={minLength}
        required
      />
      <TextField label="Repeat the password" name="again" type="password" autoComplete="new-password" required />
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit">Change password</Button>
        <p role="status" className={words?.isFault ? 'text-xs font-medium text-down' : 'text-xs text-ink-2'}>
          {words?.text}
        </p>
      </div>
    </form>
  )
}

function EndSession({
  session: { browser, address },
  onEnd,
}: {
  session: AccountSession
  onEnd: () => Promise<unknown>
}) {
  const name = `${browser}, ${address}`
  return (
    <ConfirmButton
      trigger={<Button aria-label={`Sign out ${name}`}>Sign out</Button>}
      question={`Sign out ${name}?`}
      effect="It has to sign in again. Unsaved input there is lost."
      action="Sign out"
      onConfirm={onEnd}
    />
  )
}

/**
 * Returns functions that keep the keyboard focus when a session is ended and its row disappears. The focus moves to the
 * button of the following row or, after the last row, to the heading of the panel.
 */
function useFocusAfter(sessions: readonly AccountSession[]) {
  const list = useRef<HTMLUListElement>(null)
  const ended = useRef<{ id: string; place: number } | null>(null)
  useEffect(() => {
    if (!ended.current || sessions.some(({ id }) => id === ended.current?.id)) return
    const { place } = ended.current
    ended.current = null
    if (document.activeElement !== document.body) return
    const heading = list.current?.closest('[data-panel]')?.querySelector('h2')
    const next = list.current?.children[place]?.querySelector('button')
    if (!next && heading) heading.tabIndex = -1
    ;(next ?? heading)?.focus()
  }, [sessions])
  const restoreFocus = (id: string) => {
    ended.current = { id, place: sessions.findIndex((session) => session.id === id) }
  }
  return [list, restoreFocus] as const
}

/** List of the browsers in which the user is signed in. */
function Sessions({ sessions }: { sessions: readonly AccountSession[] }) {
  const router = useRouter()
  const [words, setWords] = useState('')
  const [list, restoreFocus] = useFocusAfter(sessions)
  const end = async (body: { id?: string }) => {
    try {
      const { data } = await postSignInApi<{ data: { ended: number } }>('sessions', body)
      if (body.id !== undefined) restoreFocus(body.id)
      setWords(data.ended === 1 ? 'One session was signed out.' : `${data.ended} sessions were signed out.`)
    } catch (cause) {
      setWords((cause as Error).message)
    }
    router.refresh()
  }
  return (
    <>
      <ul ref={list} aria-label="Sessions" className="divide-y">
        {sessions.map((session) => (
          <li key={session.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
            <div className="min-w-0 flex-1 basis-60">
              <p className="break-words">
                {session.browser}, {session.address}
                {session.isThis && <strong className="font-semibold"> (this browser)</strong>}
              </p>
              <p className="text-xs text-ink-2">
                since <MomentText at={session.since} />, last seen <MomentText at={session.lastSeenAt} />
              </p>
            </div>
            {session.isThis ? (
              <Button aria-label="Sign out here" onClick={() => void signOut()}>
                Sign out
              </Button>
            ) : (
              <EndSession session={session} onEnd={() => end({ id: session.id })} />
            )}
          </li>
        ))}
      </ul>
      <div className="mt-2 flex flex-wrap items-center gap-3">
        <ConfirmButton
          trigger={<Button disabled={sessions.length < 2}>Sign out everywhere else</Button>}
          question="Sign out all other browsers?"
          effect="They have to sign in again. Unsaved input there is lost."
          action="Sign out"
          onConfirm={() => end({})}
        />
        <p role="status" className="text-xs text-ink-2">
          {words}
        </p>
      </div>
    </>
  )
}
