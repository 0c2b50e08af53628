import { getAvailabilityReport } from '#lib/reports/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('availabilityReport', ({ db, parameters }) => getAvailabilityReport(db, parameters))
