import { useState } from 'react'
import type { AcceptProposalsBody, DeclarationProposal } from '#lib/declarations/api/index.ts'
import type { DeclarationsResponse } from '#lib/contract/index.ts'
import { DisableControlsWithoutRight } from '../access/require-right.tsx'
import { type ApiResponse, sendJson, useCommand, useEndpointQuery } from '../data/index.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { PageLink } from '../links/page-link.tsx'
import { QueryStateView, SkeletonRows } from '../ui/answer-view.tsx'
import { Button } from '../ui/button.tsx'
import { Panel } from '../ui/panel.tsx'

type Lists = Pick<DeclarationsResponse, 'sites' | 'watched' | 'version'>

/**
 * List of proposals that Peerwatch derives from the polled resources: declarations that a user can accept, and routers
 * that should report to Peerwatch. A user can accept one or all declarations with one button, and undo this until
 * somebody saves other declarations.
 */
export function ProposalsPanel() {
  const proposals = useEndpointQuery('declarations/proposals')
  const declared = useEndpointQuery('declarations').data?.data
  const [undoTo, setUndoTo] = useState<Lists | null>(null)
  const rereads = [['declarations']]
  const accept = useCommand(async (ids: string[]) => {
    if (!declared) return
    const body: AcceptProposalsBody = { ids }
    const { data } = await sendJson<ApiResponse<DeclarationsResponse>>('POST', '/api/v1/declarations/proposals', body)
    setUndoTo({ sites: declared.sites, watched: declared.watched, version: data.version })
  }, rereads)
  const undo = useCommand(async (lists: Lists) => {
    await sendJson('PUT', '/api/v1/declarations', lists)
    setUndoTo(null)
  }, rereads)
  const isPending = accept.isPending || undo.isPending || !declared
  const error = accept.error ?? undo.error
  const all = proposals.data?.data ?? []
  const declarable = all.filter(({ kind }) => kind !== 'reports').map(({ id }) => id)
  if (proposals.data && all.length === 0 && undoTo === null) return null
  return (
    <Panel
      id="proposals"
      title="Proposals"
      note="from observed routes, traffic and sessions"
      aside={
        <DisableControlsWithoutRight right="declare">
          {undoTo && (
            <Button disabled={isPending} onClick={() => undo.mutate(undoTo)}>
              Undo
            </Button>
          )}
          {declarable.length > 1 && (
            <Button variant="strong" disabled={isPending} onClick={() => accept.mutate(declarable)}>
              Accept all {declarable.length}
            </Button>
          )}
        </DisableControlsWithoutRight>
      }
      flush
    >
      {error && (
        <p role="alert" className="border-b px-3.5 py-2 text-down">
          {error.message}
        </p>
      )}
      <QueryStateView query={proposals} skeleton={<SkeletonRows rows={3} height="2.5rem" />}>
        {({ data }) => (
          <ul>
            {data.map((proposal) => (
              <ProposalRow
                key={proposal.id}
                proposal={proposal}
                isPending={isPending}
                onAccept={() => accept.mutate([proposal.id])}
              />
            ))}
          </ul>
        )}
      </QueryStateView>
    </Panel>
  )
}

/** Maximum number of sentences of evidence that a row shows at first. */
const SHOWN_EVIDENCE = 4

function ProposalRow({
  proposal: { kind, title, effect, evidence },
  isPending,
  onAccept,
}: {
  proposal: DeclarationProposal
  isPending: boolean
  onAccept: () => void
}) {
  const more = evidence.slice(SHOWN_EVIDENCE)
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 border-b px-3.5 py-2 last:border-b-0">
      <div className="min-w-0 flex-[1_1_20rem]">
        <p className="font-semibold break-words">{title}</p>
        <p className="text-ink-2">{effect}</p>
        <Evidence lines={evidence.slice(0, SHOWN_EVIDENCE)} />
        {more.length > 0 && (
          <details>
            <summary className="min-h-6 cursor-pointer text-xs text-ink-3">
              {formatCountWithPlural(more.length, 'more observation')}
            </summary>
            <Evidence lines={more} />
          </details>
        )}
      </div>
      {kind === 'reports' ? (
        <PageLink href="/routers" className="link inline-flex min-h-7 items-center">
          Show the configuration
        </PageLink>
      ) : (
        <DisableControlsWithoutRight right="declare">
          <Button disabled={isPending} aria-label={`Accept: ${title}`} onClick={onAccept}>
            Accept
          </Button>
        </DisableControlsWithoutRight>
      )}
    </li>
  )
}

const Evidence = ({ lines }: { lines: readonly string[] }) => (
  <ul className="text-xs text-ink-3">
    {lines.map((line) => (
      <li key={line} className="break-words">
        {line}
      </li>
    ))}
  </ul>
)
