'use client'

import { type ReactNode, useEffect, useState } from 'react'
import { findSignInAddress } from './auth-client.ts'

/**
 * Renders the sign-in form or, if the page was opened at an address that is not configured, a link to the main address.
 * Sign-in fails at other addresses, because cookies and the redirect of the OpenID Connect provider work only for
 * configured addresses.
 * @param origins origins at which sign-in works; the link leads to the first
 */
export function SignInAddressGuard({ origins, children }: { origins: [string, ...string[]]; children: ReactNode }) {
  const [address, setAddress] = useState<string | null>(null)
  useEffect(() => setAddress(window.location.href), [])
  const elsewhere = address === null ? null : findSignInAddress(origins, address)
  if (elsewhere === null) return children
  return (
    <p className="text-sm break-words text-ink-2">
      This page is open at {elsewhere.here}. People sign in at{' '}
      <a href={elsewhere.href} className="link">
        {origins[0]}
      </a>
      , the address that Peerwatch knows as its own.
    </p>
  )
}
