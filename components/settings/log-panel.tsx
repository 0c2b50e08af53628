import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import type { RowData } from '@tanstack/react-table'
import type { ComponentProps } from 'react'
import type { ApiResponsePage } from '../data/client.ts'
import { ProblemNotice, SkeletonRows } from '../ui/answer-view.tsx'
import { Button } from '../ui/button.tsx'
import { Panel } from '../ui/panel.tsx'
import { DataTable } from '../ui/table/data-table.tsx'

/** Panel that shows a log as a table, newest entries first. Older entries are loaded when the user requests them. */
export function LogPanel<Row extends RowData>({
  title,
  note,
  query,
  ...table
}: {
  title: string
  note: string
  query: UseInfiniteQueryResult<InfiniteData<ApiResponsePage<Row>>>
} & Omit<ComponentProps<typeof DataTable<Row>>, 'rows'>) {
  const { data, error, isFetching, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = query
  const rows = data?.pages.flatMap((page) => page.data)
  return (
    <Panel title={title} note={note} flush>
      {error && <ProblemNotice error={error} onRetry={() => void refetch()} busy={isFetching} />}
      {rows ? <DataTable {...table} rows={rows} /> : !error && <SkeletonRows />}
      {hasNextPage && (
        <div className="border-t p-2 text-center">
          <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Load older
          </Button>
        </div>
      )}
    </Panel>
  )
}
