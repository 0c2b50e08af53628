import { getCostFocus } from '#lib/cost/answers/index.ts'
import { readerOf, withoutOthers } from '#lib/questions/index.ts'
import { costProjectionsParameters } from '#lib/cost/api/index.ts'
import { csvResponse } from '../../../_http/csv-response.ts'
import { plainRoute } from '../../../_http/handler.ts'
import { readQuery } from '../../../_http/query.ts'

export const GET = plainRoute('costFocus', async (request, caller) => {
  const db = await readerOf(caller.scope)
  const { month, csv } = await getCostFocus(db, readQuery(request, costProjectionsParameters))
  return csvResponse(`peerwatch-focus-projection-${month}`, withoutOthers(db, csv))
})
