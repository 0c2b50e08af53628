'use client'

import PencilIcon from 'lucide-react/icons/pencil'
import PlusIcon from 'lucide-react/icons/plus'
import TrashIcon from 'lucide-react/icons/trash-2'
import { useState } from 'react'
import type { Channel, ChannelKind, ChannelsAnswer } from '#lib/contract/index.ts'
import { useResources } from '../../declarations/use-resources.ts'
import { plural } from '../../format/quantity.ts'
import { Empty } from '../../ui/answer-view.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Status, type StatusWords } from '../../ui/status.tsx'
import { Age } from '../../ui/time.tsx'
import { filterWords, inputOf } from './channel-draft.ts'
import { ChannelForm } from './channel-form.tsx'
import { useSaveChannel, useTestChannel } from './use-channels.ts'

/** The channels: what there is, and a form in place to add, change and take away. */
export function ChannelsPanel({ answer: { channels, mail, publicUrl } }: { answer: ChannelsAnswer }) {
  /** id of the channel that is edited, or the kind of a new one */
  const [edited, setEdited] = useState<string | null>(null)
  const close = () => setEdited(null)
  const adding = edited === 'webhook' || edited === 'email' ? (edited satisfies ChannelKind) : null
  return (
    <Panel
      title="Channels"
      note="what happens is told to each of them that asks for it"
      flush
      aside={
        <>
          <Button onClick={() => setEdited('webhook')}>
            <PlusIcon aria-hidden />
            Add a webhook
          </Button>
          <Button onClick={() => setEdited('email')}>
            <PlusIcon aria-hidden />
            Add e-mail
          </Button>
        </>
      }
    >
      <ServerNotes mail={mail} publicUrl={publicUrl} />
      {adding && <ChannelForm key={adding} kind={adding} channel={null} onDone={close} />}
      {channels.length === 0 && !adding && (
        <Empty title="Nobody is told yet">
          Add a webhook or an e-mail channel, and incidents are told there: when they open, get worse and end.
        </Empty>
      )}
      <ul aria-label="Channels" className="divide-y">
        {channels.map((channel) => (
          <li key={channel.id}>
            {edited === channel.id ? (
              <ChannelForm kind={channel.kind} channel={channel} onDone={close} />
            ) : (
              <ChannelRow channel={channel} onEdit={() => setEdited(channel.id)} />
            )}
          </li>
        ))}
      </ul>
    </Panel>
  )
}

/** What the environment sets for all channels, where something is missing from it. */
function ServerNotes({ mail, publicUrl }: Pick<ChannelsAnswer, 'mail' | 'publicUrl'>) {
  return (
    <div className="border-b px-3.5 py-2 text-xs text-ink-2">
      <p>
        {mail
          ? `Mail goes through ${mail.server}, from ${mail.from}.`
          : 'No mail server is set up: e-mail channels wait until SMTP_URL and SMTP_FROM are set in the environment.'}
      </p>
      <p>
        {publicUrl
          ? `Links in messages lead to ${publicUrl}.`
          : 'Messages carry no links: set PUBLIC_URL in the environment to where people reach Peerwatch.'}
      </p>
    </div>
  )
}

function standing({ enabled, lastAttempt, waiting }: Channel): StatusWords {
  if (!enabled) return { tone: 'off', word: 'OFF' }
  if (lastAttempt === null) return { tone: 'notice', word: 'NOT USED YET' }
  if (lastAttempt.delivered) return { tone: 'up', word: 'DELIVERS' }
  return { tone: 'down', word: 'FAILS', detail: waiting > 0 ? `${waiting} waiting` : null }
}

function ChannelRow({ channel, onEdit }: { channel: Channel; onEdit: () => void }) {
  const { id, name, kind, url, to, enabled, lastAttempt } = channel
  const { nameOf } = useResources()
  const saving = useSaveChannel()
  const testing = useTestChannel()
  const tested = testing.data?.data
  const failure = saving.error ?? testing.error
  return (
    <div className="flex flex-wrap items-start gap-x-3 gap-y-2 px-3.5 py-2.5">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-center gap-x-3">
          <span className="font-medium break-words">{name}</span>
          <Status {...standing(channel)} className="text-xs" />
        </p>
        <p className="text-xs break-all text-ink-2">{kind === 'webhook' ? url : to.join(', ')}</p>
        <p className="text-xs text-ink-3">{filterWords(channel, nameOf)}</p>
        {lastAttempt && (
          <p className="text-xs break-words text-ink-2">
            {lastAttempt.delivered ? 'Last delivery ' : 'Last attempt '}
            <Age at={lastAttempt.at} />
            {lastAttempt.error && <span className="text-down">: {lastAttempt.error}</span>}
          </p>
        )}
        <p role="status" className="text-xs break-words empty:hidden">
          {testing.isPending && 'Sending a test…'}
          {tested &&
            `Test ${tested.delivered ? 'delivered' : 'not delivered'}: ${tested.answer} (${plural(tested.milliseconds, 'ms', 'ms')})`}
        </p>
        {failure && (
          <p role="alert" className="text-xs font-medium text-down">
            {failure.message}
          </p>
        )}
      </div>
      <div className="flex flex-wrap items-center gap-1.5">
        <Button disabled={testing.isPending} onClick={() => testing.mutate(id)} aria-label={`Send a test to ${name}`}>
          Send a test
        </Button>
        <Button
          disabled={saving.isPending}
          aria-label={`Switch ${enabled ? 'off' : 'on'} ${name}`}
          onClick={() => saving.mutate({ before: channel, after: { ...inputOf(channel), enabled: !enabled } })}
        >
          Switch {enabled ? 'off' : 'on'}
        </Button>
        <IconButton label={`Edit ${name}`} onClick={onEdit}>
          <PencilIcon aria-hidden />
        </IconButton>
        <IconButton
          label={`Remove ${name}`}
          disabled={saving.isPending}
          onClick={() => saving.mutate({ before: channel, after: null })}
        >
          <TrashIcon aria-hidden />
        </IconButton>
      </div>
    </div>
  )
}
