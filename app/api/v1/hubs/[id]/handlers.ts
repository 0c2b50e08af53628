import { getHub } from '#lib/queries/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('hub', ({ db, id }) => getHub(db, id))
