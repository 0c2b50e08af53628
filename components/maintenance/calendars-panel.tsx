import PencilIcon from 'lucide-react/icons/pencil'
import PlusIcon from 'lucide-react/icons/plus'
import RefreshIcon from 'lucide-react/icons/refresh-cw'
import type { CalendarBody, ApiCalendar } from '#lib/maintenance/api/calendars.ts'
import { useEndpointQuery, buildApiUrl, sendJson, useCommand } from '../data/index.ts'
import { useResources } from '../schema-form/use-resources.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { QueryStateView, EmptyNote, SkeletonRows } from '../ui/answer-view.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Panel } from '../ui/panel.tsx'
import { RemoveButton } from '../ui/remove-button.tsx'
import { StateLabel, type StatusText } from '../ui/status.tsx'
import { useEditInPlace } from '../ui/use-edit-in-place.ts'
import { MomentText } from '../ui/times/time.tsx'
import {
  appendModeField,
  calendarAboutLabels,
  calendarFormFields,
  calendarContentFormField,
  createCalendarDraft,
  readCalendarDraft,
} from './calendar-draft.ts'
import { SchemaForm } from '../schema-form/schema-form.tsx'

/**
 * List of the calendars that announce maintenance, in which the user adds and edits calendars. Each calendar is shown
 * with the result of the last time that it was read.
 */
export function CalendarsPanel() {
  const calendars = useEndpointQuery('maintenance/calendars')
  /** `edited` is the ID of the calendar in the open form; '' = the form adds a calendar; null = no form is open */
  const { edited, edit, close, addButton } = useEditInPlace()
  return (
    <Panel
      title="Calendars"
      note="iCalendar by URL or as a file; events are windows"
      flush
      aside={
        <Button ref={addButton} onClick={() => edit('')}>
          <PlusIcon aria-hidden />
          Add a calendar
        </Button>
      }
    >
      {edited === '' && <CalendarForm calendar={null} onDone={close} />}
      <QueryStateView query={calendars} skeleton={<SkeletonRows rows={2} />}>
        {({ data }) =>
          data.length === 0 && edited === null ? (
            <EmptyNote title="None yet">A change calendar of yours, or of your provider.</EmptyNote>
          ) : (
            <ul aria-label="Calendars" className="divide-y">
              {data.map((calendar) => (
                <li key={calendar.id}>
                  {edited === calendar.id ? (
                    <CalendarForm calendar={calendar} onDone={close} />
                  ) : (
                    <Item calendar={calendar} onEdit={() => edit(calendar.id)} />
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </QueryStateView>
    </Panel>
  )
}

function calendarStatus({ readAt, failure, problems }: ApiCalendar): StatusText {
  if (failure !== null) return { tone: 'down', word: 'FAILING' }
  if (readAt === null) return { tone: 'notice', word: 'NOT READ YET' }
  if (problems.length > 0)
    return { tone: 'degraded', word: 'READ IN PART', detail: formatCountWithPlural(problems.length, 'fault') }
  return { tone: 'up', word: 'READ' }
}

function Item({ calendar, onEdit }: { calendar: ApiCalendar; onEdit: () => void }) {
  const { id, name, url, isFile, about, scopes, paths, readAt, failure, problems } = calendar
  const { nameOf } = useResources()
  const change = useCalendarChange()
  const subject = about === 'chosen' ? scopes.map(nameOf).join(', ') : calendarAboutLabels[about]
  return (
    <div className="flex items-start gap-3 px-3.5 py-2">
      <div className="min-w-0 flex-1 text-xs text-ink-2">
        <p className="flex flex-wrap items-center gap-x-3">
          <span className="min-w-0 text-sm font-medium break-words text-ink">{name}</span>
          <StateLabel {...calendarStatus(calendar)} />
        </p>
        <p className="wrap-anywhere">
          {isFile ? 'a file' : (url ?? 'an address that was sealed with another key')} · about {subject}
          {paths.length === 1 && `, ${paths[0]} path`}
        </p>
        <p>
          {readAt !== null && (
            <>
              Windows as read <MomentText at={readAt} />
            </>
          )}
        </p>
        {failure !== null && (
          <p role="alert" className="font-medium break-words text-down">
            It can’t be read: {failure}. {readAt === null ? 'It has no windows yet.' : 'Its windows stay as they were.'}
          </p>
        )}
        {problems.map(({ event, reason }) => (
          <p key={`${event} ${reason}`} className="break-words">
            Event not read: {event} ({reason})
          </p>
        ))}
        {change.error && (
          <p role="alert" className="font-medium text-down">
            {change.error.message}
          </p>
        )}
      </div>
      <IconButton
        label={`Read ${name} now`}
        disabled={change.isPending}
        onClick={() => change.mutate({ method: 'POST', id, read: true })}
      >
        <RefreshIcon aria-hidden />
      </IconButton>
      <IconButton label={`Edit ${name}`} onClick={onEdit}>
        <PencilIcon aria-hidden />
      </IconButton>
      <RemoveButton
        one="calendar"
        name={name}
        effect="Its windows go with it. Events in them notify again."
        onRemove={() => change.mutateAsync({ method: 'DELETE', id })}
      />
    </div>
  )
}

/**
 * Form that adds a calendar, or edits a calendar in its row. After saving, the server also fetches and reads the
 * calendar.
 */
function CalendarForm({
  calendar,
  onDone,
}: {
  /** calendar that is edited; null = a new calendar */
  calendar: ApiCalendar | null
  onDone: () => void
}) {
  const change = useCalendarChange()
  const fields = [...calendarFormFields, calendarContentFormField, ...(calendar?.isFile ? [appendModeField] : [])]
  return (
    <SchemaForm
      label={calendar ? `Edit ${calendar.name}` : 'New calendar'}
      draft={createCalendarDraft(calendar)}
      fields={fields}
      read={(draft) => readCalendarDraft(draft, calendar === null)}
      saving={change}
      onSave={(body, onSuccess) =>
        change.mutate({ method: calendar ? 'PUT' : 'POST', id: calendar?.id ?? null, body }, { onSuccess })
      }
      onDone={onDone}
    >
      {(form) => (
        <>
          <input
            type="file"
            accept=".ics,text/calendar"
            aria-label="File"
            className="text-xs sm:col-span-2"
            onChange={async ({ target }) => {
              const text = await target.files?.[0]?.text()
              if (text !== undefined) form.setValue('content', text, { shouldDirty: true })
            }}
          />
          {calendar && (
            <p className="text-xs text-ink-3 sm:col-span-2">
              {calendar.isFile
                ? 'The stored text'
                : `The stored address (${calendar.url ?? 'sealed with another key'})`}{' '}
              stays unless another URL or text is entered.
            </p>
          )}
        </>
      )}
    </SchemaForm>
  )
}

interface Change {
  method: 'POST' | 'PUT' | 'DELETE'
  /** ID of the calendar; null = a new calendar */
  id: string | null
  /** true = the server only reads the calendar again, without a change */
  read?: boolean
  body?: CalendarBody
}

/**
 * Returns the mutation that changes a calendar or makes the server read it again. Afterwards, the responses that
 * contain its maintenance windows are refetched.
 */
const useCalendarChange = () =>
  useCommand(
    async ({ method, id, read = false, body }: Change) => {
      const path = [
        'maintenance/calendars',
        ...(id === null ? [] : [encodeURIComponent(id)]),
        ...(read ? ['read'] : []),
      ]
      return (await sendJson<{ data: ApiCalendar }>(method, buildApiUrl(path.join('/')), body ?? {})).data
    },
    [['declarations']],
    'onSettled',
  )
