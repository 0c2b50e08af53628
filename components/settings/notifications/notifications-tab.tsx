'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import { useEndpointQuery, createPagedEndpointQuery } from '../../data/index.ts'
import { QueryStateView, SkeletonRows, EmptyNote } from '../../ui/answer-view.tsx'
import { PeerwatchHealthPanel } from '../../alerting/peerwatch-health-panel.tsx'
import { ChannelsPanel } from './channels-panel.tsx'
import type { Notification } from '#lib/contract/index.ts'
import { PageLink } from '../../links/page-link.tsx'
import { StateLabel, formatStatusText, type StatusText } from '../../ui/status.tsx'
import type { DataTableColumn } from '../../ui/table/table-columns.ts'
import { LogPanel } from '../log-panel.tsx'

/** Settings tab with the notification channels and the delivery log. */
export function NotificationsTab() {
  const channels = useEndpointQuery('channels')
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <QueryStateView query={channels} skeleton={<SkeletonRows rows={4} height="4rem" />}>
        {({ data }) => <ChannelsPanel answer={data} />}
      </QueryStateView>
      <PeerwatchHealthPanel />
      <DeliveryLog />
    </div>
  )
}

const columns: DataTableColumn<Notification>[] = [
  { id: 'created', header: 'Created', phone: 'fact', value: ({ createdAt }) => createdAt, zoned: true },
  { id: 'channel', header: 'Channel', phone: 'fact', value: ({ channelName }) => channelName, className: 'min-w-40' },
  {
    id: 'title',
    header: 'Notification',
    phone: 'name',
    value: ({ title }) => title,
    cell: ({ title, incidentId }) =>
      incidentId ? (
        <PageLink href={`/incidents/${encodeURIComponent(incidentId)}`} className="link">
          {title}
        </PageLink>
      ) : (
        title
      ),
    className: 'min-w-56',
  },
  {
    id: 'state',
    header: 'State',
    phone: 'state',
    value: (row) => formatStatusText(getDeliveryStatus(row)),
    cell: (row) => <StateLabel {...getDeliveryStatus(row)} />,
    className: 'whitespace-nowrap',
  },
  {
    id: 'detail',
    header: 'Detail',
    phone: 'below',
    value: (row) => formatDelivery(row),
    className: 'min-w-48 text-ink-2 break-words',
  },
  { id: 'attempts', header: 'Attempts', value: ({ attempts }) => attempts, align: 'right' },
]

/** Delivery log: every notification with its channel and state. */
function DeliveryLog() {
  return (
    <LogPanel
      title="Delivery log"
      note="kept for 90 days; all attempts of a message have the same id"
      query={useInfiniteQuery(createPagedEndpointQuery('notifications'))}
      name="sent"
      caption="Notifications, newest first"
      columns={columns}
      rowKey={({ id }) => id}
      rowTone={(row) => getDeliveryStatus(row).tone}
      empty={
        <EmptyNote title="No notifications yet">
          The first incident or test that goes to a channel appears here.
        </EmptyNote>
      }
    />
  )
}

/** Returns the delivery state of a notification as a status word. */
export function getDeliveryStatus({
  state,
  attempts,
  reason,
}: Pick<Notification, 'state' | 'attempts' | 'reason'>): StatusText {
  switch (state) {
    case 'delivered':
      return { tone: 'up', word: 'DELIVERED' }
    case 'failed':
      // A test message is sent only once. The text `FAILED` is not used for it, because it would mean that several
      // attempts failed.
      return { tone: 'down', word: reason === 'test' ? 'NOT DELIVERED' : 'FAILED' }
    case 'pending':
      return attempts === 0 ? { tone: 'notice', word: 'PENDING' } : { tone: 'degraded', word: 'RETRYING' }
    case 'held':
      return { tone: 'notice', word: 'HELD', detail: 'for a digest' }
    case 'in_digest':
      return { tone: 'up', word: 'IN A DIGEST' }
    case 'dropped':
      return { tone: 'off', word: 'DROPPED' }
  }
}

/**
 * Returns the last error of a notification. Without an error, returns an explanation if an attempt has no result yet,
 * otherwise ''.
 */
export function formatDelivery({ state, lastError, attempts }: Pick<Notification, 'state' | 'lastError' | 'attempts'>) {
  if (lastError) return state === 'pending' ? `${lastError}; will be retried` : lastError
  if (state === 'pending' && attempts > 0) return 'in progress, or its worker stopped during the attempt'
  return ''
}
