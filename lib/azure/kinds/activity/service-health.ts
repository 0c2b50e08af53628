import type { ActivityRow, ServiceHealthNotice } from '#lib/contract/index.ts'
import { armInstantOrNullSchema, armTextOrNullSchema } from '../../decode/fields.ts'
import { activityEntryFields, renameEntryFields } from './entry.ts'
import { createArmRowSchema } from '../../decode/members.ts'

/** Maximum length of a notice's text in characters. The text is shown, and searched for names of resources. */
const MAX_TEXT = 2_000

const types = { maintenance: 'maintenance', incident: 'incident' } as const

/**
 * Schema of a Service Health notice, which is an Activity Log entry of category ServiceHealth. The times of a notice
 * are the begin and end of the impact on users. Source: Azure Monitor, "Activity log event schema", category Service
 * Health.
 */
export const serviceHealthRowSchema = createArmRowSchema({
  ...activityEntryFields,
  properties: createArmRowSchema({
    title: armTextOrNullSchema,
    service: armTextOrNullSchema,
    region: armTextOrNullSchema,
    communication: armTextOrNullSchema,
    incidentType: armTextOrNullSchema,
    trackingId: armTextOrNullSchema,
    impactStartTime: armInstantOrNullSchema,
    impactMitigationTime: armInstantOrNullSchema,
    stage: armTextOrNullSchema,
  }),
}).transform(
  ({ properties, ...entry }): ActivityRow => ({
    ...renameEntryFields(entry),
    caller: null,
    health: noticeOf(properties),
  }),
)

interface Notice {
  title: string | null
  service: string | null
  region: string | null
  communication: string | null
  incidentType: string | null
  trackingId: string | null
  impactStartTime: number | null
  impactMitigationTime: number | null
  stage: string | null
}

function noticeOf(notice: Notice): ServiceHealthNotice {
  const type = (notice.incidentType ?? '').toLowerCase()
  return {
    trackingId: notice.trackingId ?? '',
    type: type === types.maintenance || type === types.incident ? type : 'other',
    title: notice.title ?? '',
    service: notice.service ?? '',
    region: notice.region ?? '',
    stage: notice.stage ?? '',
    from: notice.impactStartTime,
    to: notice.impactMitigationTime,
    text: plain(notice.communication ?? ''),
  }
}

/** Converts the HTML text of a notice to plain text, which is shown and searched for names of resources. */
function plain(html: string): string {
  return html
    .replace(/<[^<>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, MAX_TEXT)
}
