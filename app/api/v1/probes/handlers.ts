import { getProbes } from '#lib/networks/answers/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('probes', ({ db, parameters }) => getProbes(db, parameters))
