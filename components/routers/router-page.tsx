'use client'

import { formatAsSentence } from '#components/format/quantity.ts'
import type { RouterWithHistory, ApiRouter, ApiRouterPeer } from '#lib/routers/api/index.ts'
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { buildApiUrl, sendJson, useEndpointQuery } from '../data/index.ts'
import { CurrentStateSection, ResourceFrame } from '../resource-page/resource-frame.tsx'
import { ResourcePage } from '../resource-page/resource-page.tsx'
import { FactList } from '../ui/facts/fact-list.tsx'
import { PanelFactGrid, Panel } from '../ui/panel.tsx'
import { RemoveButton } from '../ui/remove-button.tsx'
import { StateLabel } from '../ui/status.tsx'
import { AgeText, TimeBoundsText, MomentText, DurationSinceBounds } from '../ui/times/time.tsx'
import {
  getAzureEndStatus,
  getSessionEndsDetail,
  getSessionEndsStatus,
  formatRouterChange,
  getRouterPeerStatus,
  formatRouterProtocol,
  getRouterName,
  getRouterStatus,
  formatRouterRoutes,
} from './router-text.ts'
import CheckIcon from 'lucide-react/icons/check'
import PencilIcon from 'lucide-react/icons/pencil'
import { useState } from 'react'
import { DisableControlsWithoutRight } from '../access/require-right.tsx'
import { InlineButton } from '../declarations/inline-button.tsx'
import { type CircuitPathChoice, CircuitPathForm } from '../declarations/path-form.tsx'
import { useSaveDeclaration } from '../declarations/use-save-declaration.ts'
import { PageLink } from '../links/page-link.tsx'
import { comparedAttributesTitle, formatRouterMatchEvidence } from './evidence-text.ts'

type Peer = RouterWithHistory['peers'][number]
const SHOWN_CHANGES = 20

/**
 * Page of a customer's router: its sessions with the reason why each went down, the circuit paths that match them, and
 * the states that Azure reports.
 */
export function RouterPage({ id }: { id: string }) {
  return (
    <ResourcePage
      query={useEndpointQuery('routers/{id}', { id })}
      list={{ href: '/routers', name: 'Routers' }}
      headOf={(router) => ({
        title: getRouterName(router),
        place: router.address,
        status: getRouterStatus(router),
        facts: [
          `by ${formatRouterProtocol(router.protocol)}`,
          router.ended && `not observed: ${router.ended.words}`,
          router.protocol === 'syslog' ? 'lines of its log may be lost' : null,
        ],
      })}
    >
      {(router) => (
        <ResourceFrame
          present={
            <CurrentStateSection title="Router">
              <FactList facts={factsOf(router)} />
            </CurrentStateSection>
          }
        >
          <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
            {router.notes.map((note) => (
              <p key={note} className="text-ink-2">
                {note}
              </p>
            ))}
            {router.state === 'away' && <RemoveRouter router={router} />}
            {router.peers.map((peer) => (
              <PeerPanel key={peer.id} router={router} peer={peer} />
            ))}
          </div>
        </ResourceFrame>
      )}
    </ResourcePage>
  )
}

/** Button that deletes a router which does not exist any more, for example an entry under the router's earlier name. */
function RemoveRouter({ router }: { router: ApiRouter }) {
  const client = useQueryClient()
  const { push } = useRouter()
  const remove = async () => {
    await sendJson('DELETE', buildApiUrl(`routers/${encodeURIComponent(router.id)}`), {})
    await client.invalidateQueries({ queryKey: ['routers'] })
    push('/routers')
  }
  return (
    <DisableControlsWithoutRight right="settings" isSmall>
      <span className="flex items-center gap-2 text-xs text-ink-3">
        Not connected. A router that is gone can be removed.
        <RemoveButton
          one="router"
          name={getRouterName(router)}
          effect="Its sessions, routes and lines of its log are deleted. A router that connects again starts without a past."
          onRemove={remove}
        />
      </span>
    </DisableControlsWithoutRight>
  )
}

const factsOf = (router: RouterWithHistory): [string, React.ReactNode][] => [
  ['Address', router.address],
  ['States its name as', router.name ?? 'none'],
  ['Software', router.software],
  ['Reports by', formatRouterProtocol(router.protocol)],
  [router.state === 'connected' ? 'Connected' : 'Last connected', <AgeText key="since" at={router.since} />],
  ['Observed until', <AgeText key="until" at={router.observedUntil} />],
  ['Gaps in 24 h', String(Math.max(0, router.observed.length - 1))],
  ['First seen', <MomentText key="first" at={router.firstSeen} />],
]

function PeerPanel({ router, peer }: { router: RouterWithHistory; peer: Peer }) {
  const { ends, reason, history } = peer
  const detail = ends && getSessionEndsDetail(ends)
  const vrf = peer.tableName ?? (/[1-9a-f]/.test(peer.distinguisher) ? `VRF ${peer.distinguisher}` : null)
  return (
    <Panel
      title={panelTitle(peer)}
      note={
        [vrf, peer.protocol === 'syslog' && peer.neighbor !== null && 'by its log'].filter(Boolean).join(', ') ||
        undefined
      }
      aside={
        <span className="flex flex-wrap items-center gap-x-2">
          <StateLabel {...getRouterPeerStatus(peer)} />
          {peer.since && peer.state !== 'unknown' && (
            <span className="text-xs text-ink-3">
              <DurationSinceBounds bounds={peer.since} prefix="for " />
            </span>
          )}
        </span>
      }
    >
      {reason && peer.lastState === 'down' && <p className="mb-3 text-ink-2">{formatAsSentence(reason.words)}</p>}
      <div className="grid gap-x-6 gap-y-3 sm:grid-cols-2">
        {peer.protocol !== 'bgp' && (
          <div>
            <h3 className="text-xs text-ink-3">Path</h3>
            <JoinControl router={router} peer={peer} />
          </div>
        )}
        {ends && (
          <div>
            <h3 className="text-xs text-ink-3">Azure’s end</h3>
            <p className="flex flex-wrap items-center gap-x-2 text-xs">
              <StateLabel {...getAzureEndStatus(ends)} />
              <StateLabel {...getSessionEndsStatus(ends)} />
            </p>
            {detail && <p className="text-xs text-ink-2">{formatAsSentence(detail)}</p>}
          </div>
        )}
      </div>
      <PanelFactGrid className="mt-4 border-t pt-3" facts={peerFacts(peer)} />
      {history.length > 0 && <Changes history={history} />}
    </Panel>
  )
}

const panelTitle = ({ neighbor, protocol }: Peer) => {
  if (protocol === 'bgp') return 'BGP collector: what it announces'
  return neighbor === null ? 'Its own table' : `Session with ${neighbor}`
}

const peerFacts = (peer: Peer): [string, React.ReactNode][] => [
  ['Own address', peer.localAddress],
  ['Own AS', peer.localAsn],
  ['Neighbor’s AS', peer.neighborAsn],
  ['Neighbor’s BGP id', peer.neighborBgpId],
  ['Hold time', peer.holdTimeSeconds === null ? null : `${peer.holdTimeSeconds} s`],
  ['Routes', formatRouterRoutes(peer.routes) || 'none'],
]

/** List of the changes of a session, the newest first. */
function Changes({ history }: { history: Peer['history'] }) {
  return (
    <div className="mt-4 border-t pt-3">
      <h3 className="text-xs text-ink-3">Changes in the last 7 days</h3>
      <ol className="mt-1 divide-y text-xs">
        {history.slice(0, SHOWN_CHANGES).map(({ state, from, reason }, index) => (
          <li key={`${from[1]} ${state}`} className="flex flex-wrap gap-x-3 py-1">
            <StateLabel tone={state} word={formatRouterChange(state, history[index + 1]?.state)} />
            <TimeBoundsText bounds={from} isSpelled />
            {reason && <span className="text-ink-2">{reason.words}</span>}
          </li>
        ))}
      </ol>
      {history.length > SHOWN_CHANGES && (
        <p className="text-xs text-ink-3">and {history.length - SHOWN_CHANGES} before these</p>
      )}
    </div>
  )
}

/**
 * Circuit path that a router's session matches, with the evidence for the match. The user can confirm or correct it.
 */
function JoinControl({ router, peer }: { router: ApiRouter; peer: ApiRouterPeer }) {
  const declared = useEndpointQuery('declarations').data?.data.routerNeighbors.find(
    (one) =>
      one.router === router.address &&
      one.name === (router.name ?? '') &&
      one.distinguisher === peer.distinguisher &&
      one.neighbor === peer.neighbor,
  )
  const declare = useSaveDeclaration<'routerNeighbors'>()
  const [isCorrected, setIsCorrected] = useState(false)
  const { join, neighbor } = peer
  if (!join || neighbor === null) return <span className="text-ink-3">its own table</span>
  const say = (choice: CircuitPathChoice) =>
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
            {one.peering !== 'private' && ', Microsoft peering'}
          </span>
          {one.evidence && (
            <span className="text-ink-3" title={`Of ${comparedAttributesTitle}`}>
              {formatRouterMatchEvidence(one.evidence)}
            </span>
          )}
          {join.state !== 'confirmed' && (
            <DisableControlsWithoutRight right="declare" isSmall>
              <InlineButton
                disabled={declare.isPending}
                aria-label={`Confirm ${neighbor} as the ${one.path} path of ${one.circuitName}`}
                onClick={() => say({ circuit: one.circuitId, peering: one.peering, path: one.path })}
              >
                <CheckIcon aria-hidden />
                Confirm
              </InlineButton>
            </DisableControlsWithoutRight>
          )}
        </div>
      ))}
      <div className="flex flex-wrap items-center gap-x-1.5 text-ink-3">
        <span>
          {join.state}: {join.words}
        </span>
        <DisableControlsWithoutRight right="declare" isSmall>
          <InlineButton
            aria-expanded={isCorrected}
            aria-label={`${first ? 'Edit' : 'Set'} the path of ${neighbor}`}
            onClick={() => setIsCorrected(!isCorrected)}
          >
            <PencilIcon aria-hidden />
            {first ? 'Edit' : 'Set path'}
          </InlineButton>
        </DisableControlsWithoutRight>
      </div>
      {isCorrected && (
        <CircuitPathForm
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
