import { getHub } from '#lib/gateways/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('hub', ({ db, id }) => getHub(db, id))
