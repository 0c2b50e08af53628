import { getCoverage } from '#lib/queries/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('coverage', ({ db, parameters }) => getCoverage(db, parameters))
