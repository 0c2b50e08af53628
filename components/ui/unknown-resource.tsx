'use client'

import type { UseQueryResult } from '@tanstack/react-query'
import { PageLink } from '../links/page-link.tsx'
import { ApiError } from '../data/api-error.ts'

/** Whether the resource does not exist (404). */
export const isUnknown = ({ data, error }: Pick<UseQueryResult, 'data' | 'error'>): boolean =>
  !data && error instanceof ApiError && error.status === 404

/** The page for an unknown resource. */
export function UnknownResource({ list }: { list: { href: string; name: string } }) {
  return (
    <div role="alert" className="py-16 text-center">
      <h1 className="text-xl font-semibold">Not found</h1>
      <p className="mt-1 text-ink-2">
        No resource has this address. Back to{' '}
        <PageLink href={list.href} className="link">
          {list.name}
        </PageLink>
        .
      </p>
    </div>
  )
}
