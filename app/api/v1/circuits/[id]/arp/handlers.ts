import { getArpHistory } from '#lib/routes/answers/index.ts'
import { queryRoute } from '../../../../_http/handler.ts'

export const GET = queryRoute('arpHistory', ({ db, id, parameters }) => getArpHistory(db, id, parameters))
