'use client'

import { type ReactNode, useEffect, useState } from 'react'
import { findSignInAddress } from './auth-client.ts'

/**
 * Shows the sign-in form, or a link to the main sign-in address if the page was opened at another address. Sign-in
 * fails at other addresses, because cookies and the redirect of the OpenID Connect provider work for configured
 * addresses only.
 * @param origins addresses at which sign-in works; the first is shown in the link
 */
export function OwnAddress({ origins, children }: { origins: [string, ...string[]]; children: ReactNode }) {
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
