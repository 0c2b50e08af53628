import { getMaintenance } from '#lib/maintenance/answers/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('maintenance', ({ db, parameters }) => getMaintenance(db, parameters))
