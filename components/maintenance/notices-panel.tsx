import type { UnreadableNotice, UnreadNoticeState } from '#lib/maintenance/api/index.ts'
import { DisableControlsWithoutRight } from '../access/require-right.tsx'
import { buildApiUrl, sendJson, useEndpointQuery, useCommand } from '../data/index.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { QueryStateView, EmptyNote, SkeletonRows } from '../ui/answer-view.tsx'
import { InlineButton } from '../declarations/inline-button.tsx'
import { Panel } from '../ui/panel.tsx'
import { StateLabel } from '../ui/status.tsx'
import { MomentText } from '../ui/times/time.tsx'

/**
 * Panel about the mailbox for providers' maintenance notices: whether it is read, and the mails that could not be
 * interpreted. If no mailbox is configured, the panel explains how to configure one.
 */
export function MaintenanceNoticesPanel() {
  const query = useEndpointQuery('maintenance/notices')
  return (
    <Panel title="Providers’ notices by mail" note="what of the mailbox can’t be read" flush>
      <QueryStateView query={query} skeleton={<SkeletonRows rows={2} />}>
        {({ data, mailbox }) => {
          const open = data.filter(({ state }) => state === 'open').length
          return (
            <>
              {mailbox && (
                <div className="border-b px-3.5 py-2 text-xs text-ink-2">
                  <p className="flex flex-wrap items-center gap-x-3">
                    <span className="text-sm font-medium break-words text-ink">{mailbox.name}</span>
                    <StateLabel
                      {...(mailbox.failure === null
                        ? ({ tone: 'up', word: 'READ' } as const)
                        : ({ tone: 'down', word: 'NOT READ' } as const))}
                    />
                    {open > 0 && (
                      <StateLabel tone="degraded" word={`${formatCountWithPlural(open, 'MAIL', 'MAILS')} TO READ`} />
                    )}
                  </p>
                  {mailbox.readAt !== null && (
                    <p>
                      Read to its end <MomentText at={mailbox.readAt} />
                    </p>
                  )}
                  {mailbox.failure !== null && (
                    <p role="alert" className="font-medium break-words text-down">
                      It can’t be read: {mailbox.failure}. What it announces meanwhile is not known.
                    </p>
                  )}
                </div>
              )}
              {data.length === 0 ? (
                <EmptyNote title={mailbox ? 'Every mail was read' : 'No mailbox'}>
                  {mailbox ? 'Its windows are in the calendars of its senders.' : 'IMAP_URL and IMAP_FROM set one up.'}
                </EmptyNote>
              ) : (
                <ul aria-label="Notices that can’t be read" className="divide-y">
                  {data.map((notice) => (
                    <Item key={notice.id} notice={notice} />
                  ))}
                </ul>
              )}
            </>
          )
        }}
      </QueryStateView>
    </Panel>
  )
}

const stateLabels: Record<UnreadNoticeState, string> = { open: 'TO READ', handled: 'HANDLED', dismissed: 'DISMISSED' }

function Item({ notice }: { notice: UnreadableNotice }) {
  const { id, receivedAt, sender, subject, excerpt, reason, state, changedBy } = notice
  const change = useCommand(
    (to: UnreadNoticeState) =>
      sendJson('POST', buildApiUrl(`maintenance/notices/${encodeURIComponent(id)}/close`), { state: to }),
    [['declarations']],
    'onSettled',
  )
  const button = (to: UnreadNoticeState, words: string) => (
    <InlineButton disabled={change.isPending} onClick={() => change.mutate(to)} aria-label={`${words}: ${subject}`}>
      {words}
    </InlineButton>
  )
  return (
    <li className="px-3.5 py-2 text-xs text-ink-2">
      <p className="flex flex-wrap items-center gap-x-3">
        <span className="min-w-0 text-sm font-medium break-words text-ink">{subject || 'without a subject'}</span>
        <StateLabel tone={state === 'open' ? 'degraded' : 'off'} word={stateLabels[state]} detail={changedBy} />
      </p>
      <p className="wrap-anywhere">
        {sender || 'without a sender'} · <MomentText at={receivedAt} />
      </p>
      <p className="break-words">Not read: {reason}.</p>
      {excerpt !== '' && (
        <details>
          <summary className="cursor-pointer">Text</summary>
          <pre className="max-h-64 overflow-auto text-xs whitespace-pre-wrap wrap-anywhere">{excerpt}</pre>
        </details>
      )}
      <DisableControlsWithoutRight right="declare" isSmall>
        <span className="flex gap-3">
          {state === 'open' ? (
            <>
              {button('handled', 'Handled by hand')}
              {button('dismissed', 'Dismiss')}
            </>
          ) : (
            button('open', 'Open again')
          )}
        </span>
      </DisableControlsWithoutRight>
      {change.error && (
        <p role="alert" className="font-medium text-down">
          {change.error.message}
        </p>
      )}
    </li>
  )
}
