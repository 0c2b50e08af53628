import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { AccountPage } from '#components/access/account-page.tsx'
import { accountView, callerOf, MIN_PASSWORD_LENGTH } from '#lib/access/index.ts'
import { ROLES } from '#lib/contract/index.ts'

export const metadata = { title: 'Account' }

export default async function Page() {
  const caller = callerOf(await headers())
  // where access is open nobody has one
  if (caller.kind !== 'person') redirect('/')
  const { name, role, rights, scopes } = accountView(caller)
  return (
    <AccountPage
      name={name}
      role={role && ROLES[role].name}
      rights={rights}
      scopes={scopes}
      minLength={MIN_PASSWORD_LENGTH}
    />
  )
}
