import {
  type ReportKind,
  type ReportSchedule,
  type ReportScheduleInput,
  type ReportSchedulesResponse,
  reportScheduleInput,
} from '#lib/reports/api/index.ts'
import { weekdays } from '#lib/contract/index.ts'
import { createDraft, readFieldInput } from '../../schema-form/form-draft.ts'
import { type FormDraft, type FormFieldSpec, createNameOptions } from '../../schema-form/form-fields.ts'
import { type FormValidation, validateFormInput } from '../../schema-form/form-validation.ts'

export const reportKindLabels: Readonly<Record<ReportKind, string>> = {
  cost_weekly: 'Weekly cost review',
  availability_monthly: 'Monthly availability by customer',
}

const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

export const createReportFields = (
  kind: ReportKind,
  channels: ReportSchedulesResponse['channels'],
): FormFieldSpec[] => [
  { name: 'name', label: 'Name', kind: 'line', placeholder: reportKindLabels[kind] },
  {
    name: 'scopes',
    label: 'About',
    kind: 'line',
    placeholder: 'everything',
    hint: 'subscription:<id> or customer:<name>, separated by commas. Nothing else is in the report. Empty: everything.',
  },
  kind === 'cost_weekly'
    ? {
        name: 'weekday',
        label: 'Day',
        kind: 'choice',
        initial: 'mon',
        options: () => weekdays.map((value, index) => ({ value, label: dayNames[index] ?? value })),
      }
    : { name: 'dayOfMonth', label: 'Day of the month', kind: 'line', placeholder: '1', initial: '1', hint: '1 to 28.' },
  { name: 'hour', label: 'Hour', kind: 'line', placeholder: '7', initial: '7', hint: '0 to 23.' },
  { name: 'zone', label: 'Time zone', kind: 'line', placeholder: 'Europe/London', hint: 'IANA name.' },
  {
    name: 'channels',
    label: 'E-mail channels',
    kind: 'choices',
    options: () => createNameOptions(channels),
  },
  { name: 'addresses', label: 'Addresses', kind: 'long', placeholder: 'manager@example.com', hint: 'One per line.' },
]

export const createReportDraft = (kind: ReportKind, schedule: ReportSchedule | null): FormDraft =>
  createDraft(createReportFields(kind, []), schedule)

export function validateReportDraft(
  draft: FormDraft,
  kind: ReportKind,
  schedule: ReportSchedule | null,
): FormValidation<ReportScheduleInput> {
  const [weekly, monthly] = reportScheduleInput.options
  const input = {
    ...(schedule && { id: schedule.id }),
    report: kind,
    enabled: schedule?.enabled ?? true,
    ...readFieldInput([], kind === 'cost_weekly' ? weekly : monthly, draft),
  }
  return validateFormInput(reportScheduleInput, input, ([field]) => String(field ?? 'root'))
}

/** Converts a stored report schedule to the input of a PUT request. */
export function convertToReportInput(schedule: ReportSchedule): ReportScheduleInput {
  const { next: _, ...input } = schedule
  return input
}

/** Formats the times at which a report is sent: `Monday, 07:00 Europe/London` */
export function formatReportTimes(schedule: ReportSchedule): string {
  const { hour, zone } = schedule
  const day =
    schedule.report === 'cost_weekly'
      ? dayNames[weekdays.indexOf(schedule.weekday)]
      : `day ${schedule.dayOfMonth} of the month`
  return `${day}, ${String(hour).padStart(2, '0')}:00 ${zone}`
}
