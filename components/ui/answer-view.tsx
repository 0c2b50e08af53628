import type { UseQueryResult } from '@tanstack/react-query'
import RefreshIcon from 'lucide-react/icons/refresh-cw'
import type { ReactNode } from 'react'
import { ApiError } from '../data/api-error.ts'
import type { ApiResponse } from '../data/client.ts'
import { useIsOffline } from '../data/index.ts'
import { Button } from './button.tsx'

/**
 * Renders the state of a query: a skeleton of the same height while it loads, the error with a button to retry, or the
 * data. If a refresh failed, the old data stays visible but dimmed, with the reason above it. While the whole screen is
 * offline, only the banner of the screen gives the reason.
 */
export function QueryStateView<Result extends ApiResponse<unknown>>({
  query,
  skeleton,
  dimLate = false,
  children,
}: {
  query: UseQueryResult<Result>
  skeleton: ReactNode
  /**
   * Whether to dim all content if a poll is late. Set it only on the page of a single resource. In a list, a late poll
   * of one resource would dim the rows of all resources.
   */
  dimLate?: boolean
  children: (answer: Result) => ReactNode
}) {
  const { data, error } = query
  const isOffline = useIsOffline() && error instanceof ApiError && error.status === 0
  if (data) {
    const late = dimLate && data.freshness.state === 'late'
    return (
      <>
        {error && !isOffline && <QueryProblem query={query} error={error} />}
        <div className={late || error ? 'late' : undefined}>{children(data)}</div>
      </>
    )
  }
  if (error) return <QueryProblem query={query} error={error} />
  return (
    <div aria-busy="true">
      <span className="sr-only">Loading</span>
      {skeleton}
    </div>
  )
}

/**
 * Shows the error of a query. A component that reads `isFetching` is rendered again whenever a request starts.
 * Therefore only this component reads it, and the panels of the page are not rendered again.
 */
const QueryProblem = ({ query, error }: { query: UseQueryResult; error: Error }) => (
  <ProblemNotice error={error} onRetry={() => void query.refetch()} busy={query.isFetching} />
)

export function ProblemNotice({ error, onRetry, busy }: { error: Error; onRetry?: () => void; busy?: boolean }) {
  const known = error instanceof ApiError
  return (
    <div
      role="alert"
      // If the notice is inside a panel, it is aligned with the content, otherwise with neighboring panels.
      className="mb-3.5 flex flex-wrap items-center gap-x-4 gap-y-2 rounded-md in-data-panel:m-3.5 border border-line-strong bg-sunken px-3 py-2.5"
    >
      <div className="min-w-0 flex-1">
        <p className="font-semibold">{known ? error.title : 'This panel could not be loaded'}</p>
        <p className="text-ink-2 break-words">{known ? error.detail : error.message}</p>
      </div>
      {onRetry && (
        <Button onClick={onRetry} disabled={busy}>
          <RefreshIcon aria-hidden />
          Retry
        </Button>
      )}
    </div>
  )
}

/** Line of text that replaces content that does not exist. `children` contains advice for the user. */
export const EmptyNote = ({ title, children }: { title: ReactNode; children?: ReactNode }) => (
  <div className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 px-3.5 py-3">
    <p className="font-medium">{title}</p>
    {children && <div className="min-w-0 text-ink-2">{children}</div>}
  </div>
)

/** Placeholder rows of a list. */
export function SkeletonRows({ rows = 6, height = '2.25rem' }: { rows?: number; height?: string }) {
  return (
    <div aria-hidden="true">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex items-center gap-4 border-b px-3.5 last:border-b-0" style={{ height }}>
          <span className="skeleton h-3 w-1/5" />
          <span className="skeleton h-3 w-1/3" />
          <span className="skeleton ml-auto h-3 w-1/6" />
        </div>
      ))}
    </div>
  )
}
