'use client'

import { type ReactNode, useEffect, useState } from 'react'
import { findSignInAddress } from './auth-client.ts'

/**
 * Shows the sign-in form, or a link to the sign-in address if the page was opened at another address. Cookies and the
 * redirect of the OpenID Connect provider work for one address only.
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
