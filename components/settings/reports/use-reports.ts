'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReportPreview, ReportRun, ReportScheduleInput, ReportSchedulesAnswer } from '#lib/contract/index.ts'
import { type Answer, ApiError, apiUrl, endpointQuery, getJson, sendJson } from '../../data/index.ts'
import { inputOf } from './report-draft.ts'

/** A change of one report: `after` null removes it, `id` null adds one. */
export interface ReportEdit {
  id: string | null
  after: ReportScheduleInput | null
}

const TRIES = 3

/** Saves an edit of one report on top of what is stored by now. */
export function useSaveReport() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: save,
    onSuccess: (answer) => client.setQueryData(endpointQuery('report-schedules').queryKey, answer),
  })
}

async function save(edit: ReportEdit): Promise<Answer<ReportSchedulesAnswer>> {
  const url = apiUrl('report-schedules')
  for (let tries = 1; ; tries++) {
    const { schedules, version } = (await getJson<Answer<ReportSchedulesAnswer>>(url)).data
    try {
      return await sendJson<Answer<ReportSchedulesAnswer>>('PUT', url, {
        schedules: edited(schedules.map(inputOf), edit),
        version,
      })
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409) || tries === TRIES) throw error
    }
  }
}

function edited(list: readonly ReportScheduleInput[], { id, after }: ReportEdit): ReportScheduleInput[] {
  const next = list.flatMap((one) => (one.id !== id ? [one] : after ? [after] : []))
  return id === null && after ? [...next, after] : next
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
