'use client'

import { type ReactNode, useEffect, useState } from 'react'
import { pageElsewhere } from './auth-client.ts'

/**
 * What signs people in, or where to do that if this page was opened at another address: cookies and the provider's answer are for one.
 * @param origins at which it works, the one to name first
 */
export function OwnAddress({ origins, children }: { origins: [string, ...string[]]; children: ReactNode }) {
  const [address, setAddress] = useState<string | null>(null)
  useEffect(() => setAddress(window.location.href), [])
  const elsewhere = address === null ? null : pageElsewhere(origins, address)
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
