'use client'

import type { Notification } from '#lib/contract/index.ts'
import { PageLink } from '../../links/page-link.tsx'
import { useNotifications } from '../../data/index.ts'
import { Empty } from '../../ui/answer-view.tsx'
import { Status, statusText } from '../../ui/status.tsx'
import type { Column } from '../../ui/table/features.ts'
import { Moment } from '../../ui/time.tsx'
import { LogPanel } from '../log-panel.tsx'
import { deliveryStatus, deliveryWords } from './delivery-words.ts'

const columns: Column<Notification>[] = [
  {
    id: 'created',
    header: 'Decided',
    value: ({ createdAt }) => createdAt,
    cell: ({ createdAt }) => <Moment at={createdAt} zoned={false} />,
    zoned: true,
  },
  { id: 'channel', header: 'Channel', value: ({ channelName }) => channelName },
  {
    id: 'title',
    header: 'What',
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
    value: (row) => statusText(deliveryStatus(row)),
    cell: (row) => <Status {...deliveryStatus(row)} />,
  },
  {
    id: 'detail',
    header: 'How it went',
    value: (row) => deliveryWords(row),
    className: 'min-w-48 text-ink-2 break-words',
  },
  { id: 'attempts', header: 'Attempts', value: ({ attempts }) => attempts, align: 'right' },
]

/** What was sent where and when, and what did not arrive. */
export function DeliveryLog() {
  return (
    <LogPanel
      title="Sent"
      note="kept for 90 days; the id of a message stays the same for all of its attempts"
      query={useNotifications()}
      name="sent"
      caption="Notifications, newest first"
      columns={columns}
      rowKey={({ id }) => id}
      rowTone={(row) => deliveryStatus(row).tone}
      empty={<Empty title="Nothing was sent yet">A channel and an incident make the first entry, or a test.</Empty>}
    />
  )
}
