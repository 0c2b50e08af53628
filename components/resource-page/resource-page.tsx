import type { UseQueryResult } from '@tanstack/react-query'
import type { ComponentProps, ReactNode } from 'react'
import { PageLink } from '../links/page-link.tsx'
import type { ApiResponse } from '../data/index.ts'
import { ResourceNotesProvider } from '../note-writing/resource-notes-provider.tsx'
import { AddNote } from '../notes/notes.tsx'
import type { ResourcesWithNotes } from '../notes/note-text.ts'
import { PageAge } from '../ui/times/answer-age.tsx'
import { QueryStateView } from '../ui/answer-view.tsx'
import { PageHeader } from '../ui/page-head.tsx'
import { StateLabel, type StatusText } from '../ui/status.tsx'
import { isUnknownResource, UnknownResource } from '../ui/unknown-resource.tsx'

/** Content of the head of a resource's page. */
type ResourceHead = Pick<ComponentProps<typeof PageHeader>, 'since' | 'actions' | 'menu'> & {
  title: string
  /** content that follows the link to the resource list in the line above the title, for example a location */
  place: ReactNode
  status: StatusText
  /** short facts: provider, location, bandwidth */
  facts?: readonly (string | null)[]
}

/** Page of a circuit, gateway, session, hub or router: the head, the current state and the tabs. */
export function ResourcePage<Data>({
  query,
  list,
  headOf,
  about,
  skeleton = <div className="skeleton h-[32rem]" />,
  children,
}: {
  query: UseQueryResult<ApiResponse<Data>>
  /** list that contains the resource */
  list: { href: string; name: string }
  headOf: (data: Data) => ResourceHead
  /** resource whose notes the page shows; undefined = the page has no notes */
  about?: Omit<ResourcesWithNotes, 'name'>
  skeleton?: ReactNode
  children: (data: Data) => ReactNode
}) {
  if (isUnknownResource(query)) return <UnknownResource list={list} />
  return (
    <QueryStateView query={query} skeleton={<ResourceSkeleton>{skeleton}</ResourceSkeleton>} dimLate>
      {({ data, asOf, freshness, settled }) => {
        const { title, place, status, since, facts = [], actions, menu } = headOf(data)
        const known = facts.filter(Boolean).join(' · ')
        const page = (
          <>
            <PageHeader
              title={title}
              leads
              eyebrow={
                <>
                  <PageLink href={list.href} className="link">
                    {list.name}
                  </PageLink>
                  {place && <> / {place}</>}
                </>
              }
              status={<StateLabel {...status} />}
              since={
                (since || known) && (
                  <span className="flex flex-wrap items-baseline gap-x-3">
                    {since}
                    {known && <span className="text-ink-3">{known}</span>}
                  </span>
                )
              }
              age={<PageAge answer={{ asOf, freshness, settled }} />}
              actions={actions}
              menu={
                about ? (
                  <>
                    {menu}
                    <AddNote />
                  </>
                ) : (
                  menu
                )
              }
            />
            {children(data)}
          </>
        )
        return about ? <ResourceNotesProvider place={{ ...about, name: title }}>{page}</ResourceNotesProvider> : page
      }}
    </QueryStateView>
  )
}

function ResourceSkeleton({ children }: { children: ReactNode }) {
  return (
    <>
      <div className="mb-4 h-20">
        <span className="skeleton block h-3 w-24" />
        <span className="skeleton mt-2 block h-6 w-64" />
      </div>
      {children}
    </>
  )
}
