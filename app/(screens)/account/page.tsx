import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { AccountPage } from '#components/access/account-page.tsx'
import {
  buildAccountResponse,
  formatBrowser,
  readCaller,
  listSignInSessions,
  getMinPasswordLength,
  readSecondFactor,
  readUserById,
} from '#lib/access/index.ts'
import { ROLES } from '#lib/contract/index.ts'
import { getDatabaseForUse } from '#lib/questions/index.ts'

export const metadata = { title: 'Account' }

export default async function Page() {
  const caller = readCaller(await headers())
  // Without sign-in (open access), no user is signed in, so that there is no account to show.
  if (caller.kind !== 'person') redirect('/')
  const { name, role, rights, scopes } = buildAccountResponse(caller)
  // This page uses the database connection that commands use, because the read-only database role may not read sign-in
  // sessions.
  const { pool } = getDatabaseForUse('commands')
  const { signsInBy } = await readUserById(pool, caller.id)
  const { app, passkeys } = await readSecondFactor(pool, caller.id)
  const sessions = (await listSignInSessions(pool, caller.id)).map(({ id, since, lastSeenAt, address, userAgent }) => ({
    id,
    since: since.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
    address: address ?? 'unknown',
    browser: formatBrowser(userAgent),
    isThis: id === caller.session,
  }))
  return (
    <AccountPage
      name={name}
      role={role && ROLES[role].name}
      rights={rights}
      scopes={scopes}
      hasPassword={signsInBy.includes('password')}
      minLength={getMinPasswordLength(app)}
      minLengthAlone={getMinPasswordLength(false)}
      secondFactor={{
        app,
        passkeys: passkeys.map(({ id, name: own, createdAt }) => ({ id, name: own, since: createdAt.toISOString() })),
      }}
      sessions={sessions}
    />
  )
}
