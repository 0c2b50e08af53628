import { getDeclarationsVersions } from '#lib/questions/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('declarationsVersions', ({ db, parameters }) => getDeclarationsVersions(db, parameters))
