import PencilIcon from 'lucide-react/icons/pencil'
import PlusIcon from 'lucide-react/icons/plus'
import { NO_ALERT_RECEIVER_TEXT } from '#lib/alerting/api/unreceived.ts'
import type { NotificationChannel, ChannelsResponse } from '#lib/notify/api/index.ts'
import { channelKinds, getChannelKindSpec } from '#lib/contract/index.ts'
import { useEndpointQuery } from '../../data/index.ts'
import { useResources } from '../../schema-form/use-resources.ts'
import { formatCountWithPlural } from '../../format/quantity.ts'
import { EmptyNote } from '../../ui/answer-view.tsx'
import { StateSymbol } from '../../ui/drawing/glyph.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { SelectField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { RemoveButton } from '../../ui/remove-button.tsx'
import { useEditInPlace } from '../../ui/use-edit-in-place.ts'
import { StateLabel, type StatusText } from '../../ui/status.tsx'
import { AgeText } from '../../ui/times/time.tsx'
import { formatChannelAddress, formatChannelFilter, convertToChannelInput } from './channel-draft.ts'
import { ChannelForm } from './channel-form.tsx'
import { useSaveChannel, useTestChannel } from './use-channels.ts'

const kinds = channelKinds.map((value) => ({ value, label: getChannelKindSpec(value).label }))

/** List of notification channels, in which the user adds, edits and removes channels. */
export function ChannelsPanel({ answer: { channels, mail, publicUrl } }: { answer: ChannelsResponse }) {
  /**
   * `edited` is the id of the channel in the open form, or the channel kind if the form adds a channel; null = no form
   * is open
   */
  const { edited, edit, close, addButton } = useEditInPlace()
  const isReceived = useEndpointQuery('alerting').data?.data.proof.isReceived
  const adding = channelKinds.find((kind) => kind === edited) ?? null
  return (
    <Panel
      title="Channels"
      note="each incident goes to every channel whose filters match"
      flush
      aside={
        <Button ref={addButton} onClick={() => edit('webhook')}>
          <PlusIcon aria-hidden />
          Add channel
        </Button>
      }
    >
      {adding && (
        <>
          <SelectField
            label="Kind"
            className="w-56 max-w-full px-3.5 pt-3"
            value={adding}
            onChange={({ target }) => edit(target.value)}
            options={kinds}
          />
          <ChannelForm key={adding} kind={adding} channel={null} onDone={close} />
        </>
      )}
      {channels.length > 0 && isReceived === false && (
        <p className="px-3.5 pt-3">
          <Warning>{NO_ALERT_RECEIVER_TEXT}</Warning>
        </p>
      )}
      {channels.length === 0 && !adding && (
        <EmptyNote title={isReceived === true ? 'No channel yet' : <Warning>{NO_ALERT_RECEIVER_TEXT}</Warning>}>
          <div className="flex flex-wrap gap-2">
            {kinds.map(({ value, label }) => (
              <Button key={value} onClick={() => edit(value)}>
                {label}
              </Button>
            ))}
          </div>
        </EmptyNote>
      )}
      <ul aria-label="Channels" className="divide-y">
        {channels.map((channel) => (
          <li key={channel.id}>
            {edited === channel.id ? (
              <ChannelForm kind={channel.kind} channel={channel} onDone={close} />
            ) : (
              <ChannelRow channel={channel} onEdit={() => edit(channel.id)} />
            )}
          </li>
        ))}
      </ul>
      <ServerNotes mail={mail} publicUrl={publicUrl} />
    </Panel>
  )
}

const Warning = ({ children }: { children: string }) => (
  <span className="inline-flex items-baseline gap-1.5 font-medium text-degraded">
    <StateSymbol tone="degraded" className="size-3 shrink-0" />
    {children}
  </span>
)

/**
 * Mail server and public address, which apply to all channels and are configured by environment variables. A missing
 * setting is shown as a warning.
 */
function ServerNotes({ mail, publicUrl }: Pick<ChannelsResponse, 'mail' | 'publicUrl'>) {
  return (
    <div className="grid gap-1 border-t px-3.5 py-2 text-ink-2">
      {mail ? (
        <p>{`E-mail is sent through ${mail.server} from ${mail.from}.`}</p>
      ) : (
        <Warning>No mail server: set SMTP_URL and SMTP_FROM in the environment</Warning>
      )}
      {publicUrl ? (
        <p>Links in messages open {publicUrl}.</p>
      ) : (
        <Warning>Messages contain no links: set PUBLIC_URL in the environment to the address of Peerwatch</Warning>
      )}
    </div>
  )
}

function channelStatus({ enabled, lastAttempt, waiting }: NotificationChannel): StatusText {
  if (!enabled) return { tone: 'off', word: 'OFF' }
  if (lastAttempt === null) return { tone: 'notice', word: 'NOT USED' }
  if (lastAttempt.delivered) return { tone: 'up', word: 'DELIVERING' }
  return { tone: 'down', word: 'FAILING', detail: waiting > 0 ? `${waiting} waiting` : null }
}

function ChannelRow({ channel, onEdit }: { channel: NotificationChannel; onEdit: () => void }) {
  const { id, name, enabled, lastAttempt } = channel
  const { nameOf } = useResources()
  const saving = useSaveChannel()
  const testing = useTestChannel()
  const tested = testing.data?.data
  const failure = saving.error ?? testing.error
  return (
    // on wide screens the receivers, the filters and the last delivery are in columns, so that channels can be compared
    <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-x-6 gap-y-1 px-3.5 py-2.5 lg:grid-cols-[minmax(0,5fr)_minmax(0,3fr)_minmax(0,3fr)_auto]">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-3">
          <span className="min-w-0 font-medium break-words">{name}</span>
          <StateLabel {...channelStatus(channel)} className="text-xs" />
        </p>
        <p className="text-xs wrap-anywhere text-ink-2">{formatChannelAddress(channel)}</p>
      </div>
      <div className="min-w-0 text-xs text-ink-2 lg:pt-0.5">
        <p className="break-words">{formatChannelFilter(channel, nameOf)}</p>
        {channel.inbound?.secretSet && (
          <p className="wrap-anywhere text-ink-3">Acknowledgements arrive at {channel.inbound.url}</p>
        )}
      </div>
      <div className="min-w-0 lg:pt-0.5">
        {lastAttempt && (
          <p className="text-xs break-words text-ink-2">
            {lastAttempt.delivered ? 'Last delivery ' : 'Last attempt '}
            <AgeText at={lastAttempt.at} />
            {lastAttempt.error && <span className="text-down">: {lastAttempt.error}</span>}
          </p>
        )}
        <p role="status" className="text-xs break-words empty:hidden">
          {testing.isPending && 'Sending a test…'}
          {tested &&
            `Test ${tested.delivered ? 'delivered' : 'not delivered'}: ${tested.answer} (${formatCountWithPlural(tested.milliseconds, 'ms', 'ms')})`}
        </p>
        {failure && (
          <p role="alert" className="text-xs font-medium text-down">
            {failure.message}
          </p>
        )}
      </div>
      <div className="flex flex-wrap items-center gap-1.5 max-lg:mt-1">
        <Button disabled={testing.isPending} onClick={() => testing.mutate(id)} aria-label={`Send test to ${name}`}>
          Send test
        </Button>
        <Button
          className="min-w-18"
          disabled={saving.isPending}
          aria-label={`Turn ${enabled ? 'off' : 'on'} ${name}`}
          onClick={() =>
            saving.mutate({ before: channel, after: { ...convertToChannelInput(channel), enabled: !enabled } })
          }
        >
          Turn {enabled ? 'off' : 'on'}
        </Button>
        <IconButton label={`Edit ${name}`} onClick={onEdit}>
          <PencilIcon aria-hidden />
        </IconButton>
        <RemoveButton
          one="channel"
          name={name}
          effect="It receives no more messages, and waiting messages are dropped. On-call turns with this channel notify nobody."
          onRemove={() => saving.mutateAsync({ before: channel, after: null })}
        />
      </div>
    </div>
  )
}
