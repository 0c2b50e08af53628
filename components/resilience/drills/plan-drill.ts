import { useMutation, useQueryClient } from '@tanstack/react-query'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { DrillBody, DrillDetail } from '#lib/resilience/api/index.ts'
import { buildApiUrl, sendJson } from '../../data/index.ts'
import { getServerNow } from '../../data/server-clock.ts'

const quarterHour = (at: number) => new Date(Math.ceil(at / (15 * MS_PER_MINUTE)) * 15 * MS_PER_MINUTE).toISOString()

/** Returns the suggested period of a new test: an hour that begins at a quarter of an hour, 30 to 45 min from now. */
export const suggestTestPeriod = () => ({
  from: quarterHour(getServerNow() + 30 * MS_PER_MINUTE),
  to: quarterHour(getServerNow() + 90 * MS_PER_MINUTE),
})

/** Returns a mutation that plans a test, and then refetches the lists of tests and maintenance. */
export function usePlanDrill(onPlanned?: (id: string) => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Partial<DrillBody>) =>
      sendJson<{ data: DrillDetail }>('POST', buildApiUrl('resilience/drills'), body),
    onSuccess: ({ data }) => {
      for (const topic of ['events', 'declarations']) void client.invalidateQueries({ queryKey: [topic] })
      onPlanned?.(data.id)
    },
  })
}
