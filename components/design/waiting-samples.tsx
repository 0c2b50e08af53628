import { PageLink } from '../links/page-link.tsx'
import { ApiError } from '../data/api-error.ts'
import { Empty, ProblemNotice, SkeletonRows } from '../ui/answer-view.tsx'
import { Panel } from '../ui/panel.tsx'

const refused = new ApiError(503, 'Service Unavailable', 'The database does not answer. It is tried again every 10 s.')

export function WaitingSamples() {
  return (
    <Panel title="Waiting, empty, failed" flush>
      <SkeletonRows rows={3} />
      <Empty title="No gateway found">
        Peerwatch asks each resource group. Look at{' '}
        <PageLink href="/sources" className="link">
          Sources
        </PageLink>{' '}
        for a list that was refused.
      </Empty>
      <ProblemNotice error={refused} onRetry={() => {}} />
      <ProblemNotice error={new Error('Half an answer came.')} busy onRetry={() => {}} />
      <p className="late px-3.5 pb-3">
        <span className="hatch px-1">not seen</span>
      </p>
    </Panel>
  )
}
