import { getCostWeeklyCsv, readerOf, withoutOthers } from '#lib/queries/index.ts'
import { costWeeklyParameters } from '#lib/contract/index.ts'
import { csvResponse } from '../../../../_http/csv-response.ts'
import { plainRoute } from '../../../../_http/handler.ts'
import { readQuery } from '../../../../_http/query.ts'

export const GET = plainRoute('costWeeklyCsv', async (request, caller) => {
  const db = await readerOf(caller.scope)
  const { week, csv } = await getCostWeeklyCsv(db, readQuery(request, costWeeklyParameters))
  return csvResponse(`peerwatch-cost-${week}`, withoutOthers(db, csv))
})
