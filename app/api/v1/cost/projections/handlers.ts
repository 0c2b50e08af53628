import { getCostProjections } from '#lib/cost/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('costProjections', ({ db, parameters }) => getCostProjections(db, parameters))
