'use client'

import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { PageLink } from '../links/page-link.tsx'
import type { Answer } from '../data/index.ts'
import { PageAge } from '../ui/times/answer-age.tsx'
import { AnswerView } from '../ui/answer-view.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { Status, type StatusWords } from '../ui/status.tsx'
import { isUnknown, UnknownResource } from './unknown-resource.tsx'

/** The head of a resource's page. */
interface ResourceHead {
  title: string
  /** breadcrumb after the list */
  place: ReactNode
  status: StatusWords
  /** meaning of the state in a sentence */
  meaning: ReactNode
  actions?: ReactNode
}

/** The page of one circuit, gateway or session: a head and its panels. */
export function ResourcePage<Data>({
  query,
  list,
  headOf,
  skeleton,
  children,
}: {
  query: UseQueryResult<Answer<Data>>
  /** the list that contains it */
  list: { href: string; name: string }
  headOf: (data: Data) => ResourceHead
  skeleton: ReactNode
  children: (data: Data) => ReactNode
}) {
  if (isUnknown(query)) return <UnknownResource list={list} />
  return (
    <AnswerView query={query} skeleton={<ResourceSkeleton>{skeleton}</ResourceSkeleton>} dimLate>
      {({ data, asOf, freshness }) => {
        const { title, place, status, meaning, actions } = headOf(data)
        return (
          <>
            <PageHead
              title={title}
              eyebrow={
                <>
                  <PageLink href={list.href} className="link">
                    {list.name}
                  </PageLink>
                  {place && <> / {place}</>}
                </>
              }
              status={<Status {...status} />}
              age={<PageAge answer={{ asOf, freshness }} />}
              actions={actions}
              since={meaning}
            />
            <div className="grid grid-cols-[minmax(0,1fr)] gap-4">{children(data)}</div>
          </>
        )
      }}
    </AnswerView>
  )
}

function ResourceSkeleton({ children }: { children: ReactNode }) {
  return (
    <>
      <div className="mb-4 h-[4.25rem]">
        <span className="skeleton block h-3 w-24" />
        <span className="skeleton mt-2 block h-6 w-64" />
      </div>
      {children}
    </>
  )
}
