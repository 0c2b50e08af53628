import { getCoverage } from '#lib/setup/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('coverage', ({ db, parameters }) => getCoverage(db, parameters))
