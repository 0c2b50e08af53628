import CheckIcon from 'lucide-react/icons/check'
import PencilIcon from 'lucide-react/icons/pencil'
import { useState } from 'react'
import type { RouterListed, RouterPeerView } from '#lib/routers/api/index.ts'
import { Needs } from '../access/needs.tsx'
import { useEndpoint } from '../data/index.ts'
import { InlineButton } from '../declarations/inline-button.tsx'
import { type PathChoice, PathForm } from '../declarations/path-form.tsx'
import { useDeclare } from '../declarations/use-declare.ts'
import { PageLink } from '../links/page-link.tsx'
import { evidenceTitle, joinEvidenceWords } from './evidence-words.ts'

/** The path that a router's session is, why, and one click to confirm or correct it. */
export function JoinControl({ router, peer }: { router: RouterListed; peer: RouterPeerView }) {
  const declared = useEndpoint('declarations').data?.data.routerNeighbors.find(
    (one) =>
      one.router === router.address &&
      one.name === (router.name ?? '') &&
      one.distinguisher === peer.distinguisher &&
      one.neighbor === peer.neighbor,
  )
  const declare = useDeclare<'routerNeighbors'>()
  const [isCorrected, setIsCorrected] = useState(false)
  const { join, neighbor } = peer
  if (!join || neighbor === null) return <span className="text-ink-3">its own table</span>
  const say = (choice: PathChoice) =>
    declare.mutate(
      {
        list: 'routerNeighbors',
        before: declared ?? null,
        after: {
          router: router.address,
          name: router.name ?? '',
          distinguisher: peer.distinguisher,
          neighbor,
          ...choice,
        },
      },
      { onSuccess: () => setIsCorrected(false) },
    )
  const [first] = join.paths
  return (
    <div className="text-xs text-ink-2">
      {join.paths.map((one) => (
        <div key={`${one.circuitId} ${one.peering} ${one.path}`} className="flex flex-wrap items-center gap-x-1.5">
          <span>
            <PageLink href={`/circuits/${one.circuitId}`} className="link">
              {one.circuitName}
            </PageLink>{' '}
            {one.path}
            {one.peering !== 'private' && `, ${one.peering} peering`}
          </span>
          {one.evidence && (
            <span className="text-ink-3" title={`Of ${evidenceTitle}`}>
              {joinEvidenceWords(one.evidence)}
            </span>
          )}
          {join.state !== 'confirmed' && (
            <Needs right="declare" isSmall>
              <InlineButton
                disabled={declare.isPending}
                aria-label={`Confirm ${neighbor} as the ${one.path} path of ${one.circuitName}`}
                onClick={() => say({ circuit: one.circuitId, peering: one.peering, path: one.path })}
              >
                <CheckIcon aria-hidden />
                Confirm
              </InlineButton>
            </Needs>
          )}
        </div>
      ))}
      <div className="flex flex-wrap items-center gap-x-1.5 text-ink-3">
        <span>
          {join.state}: {join.words}
        </span>
        <Needs right="declare" isSmall>
          <InlineButton
            aria-expanded={isCorrected}
            aria-label={`${first ? 'Edit' : 'Set'} the path of ${neighbor}`}
            onClick={() => setIsCorrected(!isCorrected)}
          >
            <PencilIcon aria-hidden />
            {first ? 'Edit' : 'Set path'}
          </InlineButton>
        </Needs>
      </div>
      {isCorrected && (
        <PathForm
          label="Path of the session"
          before={first ? { circuit: first.circuitId, peering: first.peering, path: first.path } : null}
          asksPeering
          isBusy={declare.isPending}
          onSave={say}
        />
      )}
      {declare.error && (
        <p role="alert" className="font-medium text-down">
          {declare.error.message}
        </p>
      )}
    </div>
  )
}
