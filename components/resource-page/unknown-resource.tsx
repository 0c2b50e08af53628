'use client'

import type { UseQueryResult } from '@tanstack/react-query'
import { PageLink } from '../links/page-link.tsx'
import { ApiError } from '../data/api-error.ts'

/** Whether an address names what Peerwatch has never heard of. */
export const isUnknown = ({ data, error }: Pick<UseQueryResult, 'data' | 'error'>): boolean =>
  !data && error instanceof ApiError && error.status === 404

/** The page of what there is not: the API's advice is for those who ask it. */
export function UnknownResource({ list }: { list: { href: string; name: string } }) {
  return (
    <div role="alert" className="py-16 text-center">
      <h1 className="text-xl font-semibold">Nothing is known under this address</h1>
      <p className="mt-1 text-ink-2">
        It may have been shortened on its way, or be another Peerwatch’s. What there is stands under{' '}
        <PageLink href={list.href} className="link">
          {list.name}
        </PageLink>
        .
      </p>
    </div>
  )
}
