'use client'

import { useEndpoint } from '../../data/index.ts'
import { AnswerView, SkeletonRows } from '../../ui/answer-view.tsx'
import { ChannelsPanel } from './channels-panel.tsx'
import { DeliveryLog } from './delivery-log.tsx'

/** The notification channels and the delivery log. */
export function NotificationsTab() {
  const channels = useEndpoint('channels')
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <AnswerView query={channels} skeleton={<SkeletonRows rows={4} height="4rem" />}>
        {({ data }) => <ChannelsPanel answer={data} />}
      </AnswerView>
      <DeliveryLog />
    </div>
  )
}
