import { getCostWeeklyCsv } from '#lib/cost/answers/index.ts'
import { readerOf, withoutOthers } from '#lib/questions/index.ts'
import { costWeeklyParameters } from '#lib/cost/api/index.ts'
import { csvResponse } from '../../../../_http/csv-response.ts'
import { plainRoute } from '../../../../_http/handler.ts'
import { readQuery } from '../../../../_http/query.ts'

export const GET = plainRoute('costWeeklyCsv', async (request, caller) => {
  const db = await readerOf(caller.scope)
  const { week, csv } = await getCostWeeklyCsv(db, readQuery(request, costWeeklyParameters))
  return csvResponse(`peerwatch-cost-${week}`, withoutOthers(db, csv))
})
