'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReportPreview, ReportRun, ReportScheduleInput, ReportSchedulesAnswer } from '#lib/reports/api/index.ts'
import { type Answer, apiUrl, endpointQuery, getJson, saveOnTop, sendJson, withItem } from '../../data/index.ts'
import { reportInputOf } from './report-draft.ts'

/** A change of one report: `after` null removes it, `id` null adds one. */
interface ReportEdit {
  id: string | null
  after: ReportScheduleInput | null
}

/** Saves an edit of one report on top of what is stored by now. */
export function useSaveReport() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, after }: ReportEdit) =>
      saveOnTop<ReportSchedulesAnswer>('report-schedules', ({ schedules, version }) => ({
        schedules: withItem(schedules.map(reportInputOf), id, after),
        version,
      })),
    onSuccess: (answer) => client.setQueryData(endpointQuery('report-schedules').queryKey, answer),
  })
}

const pathOf = (id: string, what: 'send' | 'preview') => apiUrl(`report-schedules/${encodeURIComponent(id)}/${what}`)

/** Sends a report now and returns what became of it. */
export function useSendReport() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => sendJson<{ data: ReportRun }>('POST', pathOf(id, 'send'), {}),
    onSettled: () => client.invalidateQueries({ queryKey: ['settings', null] }),
  })
}

/** Fetches a report as it would be sent now. */
export const usePreview = () =>
  useMutation({ mutationFn: (id: string) => getJson<Answer<ReportPreview>>(pathOf(id, 'preview')) })
