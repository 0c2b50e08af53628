import { getFormerResources } from '#lib/questions/index.ts'
import { queryRoute } from '../../../../_http/handler.ts'

export const GET = queryRoute('formerResources', ({ db, id }) => getFormerResources(db, id))
