import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { ApiResponsePage } from '../data/index.ts'
import { PageAge } from '../ui/times/answer-age.tsx'
import { QueryStateView, SkeletonRows } from '../ui/answer-view.tsx'
import { PageHeader } from '../ui/page-head.tsx'
import { SavedViewsMenu } from '../views/saved-views-menu.tsx'
import { Panel } from '../ui/panel.tsx'

/** Page with one list of resources. */
export function ResourceListPage<Row>({
  query,
  title,
  rows,
  children,
}: {
  query: UseQueryResult<ApiResponsePage<Row>>
  title: string
  /** number of placeholder rows while the list is loading */
  rows: number
  children: (rows: Row[]) => ReactNode
}) {
  return (
    <>
      <PageHeader title={title} age={<PageAge answer={query.data} />} actions={<SavedViewsMenu />} />
      <Panel flush>
        <QueryStateView query={query} skeleton={<SkeletonRows rows={rows} height="3.25rem" />}>
          {({ data }) => children(data)}
        </QueryStateView>
      </Panel>
    </>
  )
}
