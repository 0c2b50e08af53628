import { BarePage } from '#components/access/bare-page.tsx'
import { OneTimeLinkForm } from '#components/access/link-form.tsx'
import { SignInAddressGuard } from '#components/access/sign-in-address-guard.tsx'
import { MIN_PASSWORD_LENGTH, parseSignInOrigins } from '#lib/access/index.ts'
import { getPublicAddress } from '#lib/platform/environment.ts'
import { getSettings } from '#lib/platform/settings.ts'

export const metadata = { title: 'Choose a password' }
// rendered for each request, because the public address is not known at build time
export const dynamic = 'force-dynamic'

export default function Page() {
  return (
    <BarePage title="Choose a password">
      <SignInAddressGuard origins={parseSignInOrigins(getPublicAddress(getSettings()))}>
        <OneTimeLinkForm minLength={MIN_PASSWORD_LENGTH} />
      </SignInAddressGuard>
    </BarePage>
  )
}
