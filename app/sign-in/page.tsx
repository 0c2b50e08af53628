import { redirect } from 'next/navigation'
import { BarePage } from '#components/access/bare-page.tsx'
import { SignInAddressGuard } from '#components/access/sign-in-address-guard.tsx'
import { SignInForm } from '#components/access/sign-in-form.tsx'
import { parseSignInOrigins } from '#lib/access/index.ts'
import { getPublicAddress } from '#lib/platform/environment.ts'
import { getSettings } from '#lib/platform/settings.ts'
import type { PageSearchParams } from '../_prefetch/prefetched-page.tsx'

export const metadata = { title: 'Sign in' }

export default async function Page({ searchParams }: { searchParams: PageSearchParams }) {
  const configured = getSettings()
  const { access, oidc } = configured
  if (access === 'open') redirect('/')
  const { next, error } = await searchParams
  return (
    <BarePage title="Sign in">
      <SignInAddressGuard origins={parseSignInOrigins(getPublicAddress(configured))}>
        <SignInForm
          next={typeof next === 'string' ? next : null}
          provider={oidc && providerName(oidc.issuer)}
          fault={typeof error === 'string' ? formatFault(error) : null}
        />
      </SignInAddressGuard>
    </BarePage>
  )
}

/** Returns a name for an OpenID Connect provider that users recognize: Microsoft, or the host name. */
function providerName(issuer: string): string {
  const { hostname } = new URL(issuer)
  return hostname === 'login.microsoftonline.com' || hostname === 'sts.windows.net' ? 'Microsoft' : hostname
}

function formatFault(code: string): string {
  if (code === 'account_not_linked')
    return 'An account with this e-mail address signs in with a password. Use it, or ask an admin to remove that account.'
  return /^[\w-]{1,60}$/.test(code) ? `The sign-in failed (${code}). Try again.` : 'The sign-in failed. Try again.'
}
