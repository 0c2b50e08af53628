'use client'

import { useState } from 'react'
import {
  type ReportKind,
  reportKinds,
  type ReportSchedule,
  type ReportSchedulesResponse,
  type ReportPreview,
  type EmailReportRun,
  type ReportScheduleInput,
} from '#lib/reports/api/index.ts'
import { formatAccessScope } from '#lib/contract/words/scope-name.ts'
import {
  useEndpointQuery,
  type ApiResponse,
  buildApiUrl,
  getJson,
  sendJson,
  replaceItem,
  useCommand,
  useSaveOnLatestVersion,
} from '../../data/index.ts'
import type { FormDraft } from '../../schema-form/form-fields.ts'
import { QueryStateView, SkeletonRows } from '../../ui/answer-view.tsx'
import { Button } from '../../ui/button.tsx'
import { SelectField } from '../../ui/field.tsx'
import { MomentText } from '../../ui/times/time.tsx'
import { SchemaForm } from '../../schema-form/schema-form.tsx'
import { SettingsItemList } from '../settings-item-list.tsx'
import { useEditInPlace } from '../../ui/use-edit-in-place.ts'
import {
  convertToReportInput,
  validateReportDraft,
  createReportDraft,
  createReportFields,
  reportKindLabels,
  formatReportTimes,
} from './report-draft.ts'
import { ReportHistory } from './report-history.tsx'
import { saveText } from '../../ui/save-file.ts'
import { useMutation } from '@tanstack/react-query'

/**
 * Edit of one report schedule. If `after` is null, the schedule with this id is removed. If `id` is null, `after` is
 * added.
 */
interface ReportEdit {
  id: string | null
  after: ReportScheduleInput | null
}

/**
 * Returns a mutation that applies an edit of one report schedule to the stored schedules and saves them. Edits that
 * other users saved in the meantime are kept.
 */
const useSaveReport = () =>
  useSaveOnLatestVersion(
    'report-schedules',
    ({ schedules, version }: ReportSchedulesResponse, { id, after }: ReportEdit) => ({
      schedules: replaceItem(schedules.map(convertToReportInput), id, after),
      version,
    }),
  )

const pathOf = (id: string, what: 'send' | 'preview') =>
  buildApiUrl(`report-schedules/${encodeURIComponent(id)}/${what}`)

/**
 * Returns the mutation that sends a report immediately. Its result states for each recipient whether sending succeeded.
 */
const useSendReport = () =>
  useCommand(
    (id: string) => sendJson<{ data: EmailReportRun }>('POST', pathOf(id, 'send'), {}),
    [['settings', null]],
    'onSettled',
  )

/** Returns the mutation that fetches a report as it would be sent now. */
const usePreview = () =>
  useMutation({ mutationFn: (id: string) => getJson<ApiResponse<ReportPreview>>(pathOf(id, 'preview')) })

/** Settings tab with the reports that are mailed at fixed times, and the reports sent so far. */
export function ReportsTab() {
  const reports = useEndpointQuery('report-schedules')
  return (
    <QueryStateView query={reports} skeleton={<SkeletonRows rows={4} height="4rem" />}>
      {({ data }) => (
        <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
          <SchedulesPanel answer={data} />
          <ReportHistory runs={data.runs} />
        </div>
      )}
    </QueryStateView>
  )
}

function SchedulesPanel({ answer }: { answer: ReportSchedulesResponse }) {
  const editing = useEditInPlace()
  const [kind, setKind] = useState<ReportKind>('cost_weekly')
  const saving = useSaveReport()
  const preview = usePreview()
  const sending = useSendReport()
  const isPreviewed = (id: string) => preview.variables === id && Boolean(preview.data)
  const formOf = (schedule: ReportSchedule | null) => {
    const report = schedule?.report ?? kind
    return (
      <>
        {!schedule && (
          <SelectField
            label="Report"
            className="w-56 px-3.5 pt-3"
            value={kind}
            onChange={({ target }) => setKind(reportKinds.find((one) => one === target.value) ?? kind)}
            options={reportKinds.map((value) => ({ value, label: reportKindLabels[value] }))}
          />
        )}
        <SchemaForm
          key={report}
          label={schedule ? `Edit ${schedule.name}` : `New report: ${reportKindLabels[report]}`}
          draft={createReportDraft(report, schedule)}
          fields={createReportFields(report, answer.channels)}
          read={(draft: FormDraft) => validateReportDraft(draft, report, schedule)}
          saving={saving}
          onSave={(after, done) => saving.mutate({ id: schedule?.id ?? null, after }, { onSuccess: done })}
          onDone={editing.close}
        />
      </>
    )
  }
  return (
    <SettingsItemList
      title="Reports"
      note="sent as mail with a page for print and CSV files"
      notice={
        !answer.mail &&
        'No mail server is set up. Reports are sent once SMTP_URL and SMTP_FROM are set in the environment.'
      }
      one="report"
      empty={{ title: 'No reports yet', text: 'Add one for people who do not use Peerwatch themselves.' }}
      items={answer.schedules}
      editing={editing}
      whenRemoved="It is no longer sent. Sent reports stay listed."
      onRemove={(id) => saving.mutateAsync({ id, after: null })}
      error={editing.edited === null ? saving.error : null}
      formOf={formOf}
      actionsOf={(schedule) => (
        <>
          <Button
            disabled={preview.isPending}
            aria-label={`${isPreviewed(schedule.id) ? 'Hide the preview of' : 'Preview'} ${schedule.name}`}
            onClick={() => (isPreviewed(schedule.id) ? preview.reset() : preview.mutate(schedule.id))}
          >
            {isPreviewed(schedule.id) ? 'Hide preview' : 'Preview'}
          </Button>
          <Button
            disabled={sending.isPending}
            aria-label={`Send ${schedule.name} now`}
            onClick={() => sending.mutate(schedule.id)}
          >
            Send now
          </Button>
          <Button
            className="min-w-18"
            disabled={saving.isPending}
            aria-label={`Turn ${schedule.enabled ? 'off' : 'on'} ${schedule.name}`}
            onClick={() =>
              saving.mutate({
                id: schedule.id,
                after: { ...convertToReportInput(schedule), enabled: !schedule.enabled },
              })
            }
          >
            Turn {schedule.enabled ? 'off' : 'on'}
          </Button>
        </>
      )}
      belowOf={({ id }) => preview.variables === id && <ReportPreview preview={preview} />}
    >
      {(schedule) => (
        <>
          <ScheduleText schedule={schedule} answer={answer} />
          {sending.variables === schedule.id && <Sending sending={sending} />}
        </>
      )}
    </SettingsItemList>
  )
}

function ScheduleText({ schedule, answer }: { schedule: ReportSchedule; answer: ReportSchedulesResponse }) {
  const nameOf = (id: string) => answer.channels.find((one) => one.id === id)?.name ?? `${id} (gone)`
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-x-6 text-xs text-ink-2 xl:grid-cols-[minmax(0,2fr)_minmax(0,3fr)_minmax(0,2fr)]">
      <p className="break-words">
        {reportKindLabels[schedule.report]} of{' '}
        {schedule.scopes.length === 0 ? 'everything' : schedule.scopes.map(formatAccessScope).join(', ')}
      </p>
      <p className="break-words">To {[...schedule.channels.map(nameOf), ...schedule.addresses].join(', ')}</p>
      <p>
        {formatReportTimes(schedule)}
        {schedule.next && (
          <>
            , next <MomentText at={schedule.next} />
          </>
        )}
      </p>
    </div>
  )
}

/** Progress, and then the result, of sending a report immediately. */
function Sending({ sending }: { sending: ReturnType<typeof useSendReport> }) {
  const run = sending.data?.data
  return (
    <>
      <p role="status" className="text-xs break-words empty:hidden">
        {sending.isPending && 'Sending…'}
        {run &&
          (run.state === 'sent' ? `Sent the report of ${run.period}.` : `Not sent: ${run.lastError ?? 'waiting'}`)}
      </p>
      {sending.error && (
        <p role="alert" className="text-xs font-medium text-down">
          {sending.error.message}
        </p>
      )}
    </>
  )
}

/** Preview of a report as its recipients would receive it now. Its files can be saved. */
function ReportPreview({ preview }: { preview: ReturnType<typeof usePreview> }) {
  const shown = preview.data?.data
  if (preview.error) {
    return (
      <p role="alert" className="w-full text-xs font-medium text-down">
        {preview.error.message}
      </p>
    )
  }
  if (!shown) return null
  return (
    <div className="w-full min-w-0">
      <p className="flex flex-wrap gap-2 pb-2 text-xs">
        <Button onClick={() => saveText(`${shown.period}.html`, 'text/html', shown.html)}>Save the page</Button>
        {shown.attachments.map((file) => (
          <Button key={file.name} onClick={() => saveText(file.name, 'text/csv', file.text)}>
            Save {file.name}
          </Button>
        ))}
      </p>
      <iframe
        title={shown.subject}
        sandbox=""
        srcDoc={shown.html}
        className="h-[32rem] w-full max-w-[60rem] rounded-md border bg-white"
      />
    </div>
  )
}
