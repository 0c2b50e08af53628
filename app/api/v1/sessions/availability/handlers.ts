import { getSessionAvailability } from '#lib/sessions/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('sessionAvailability', ({ db, parameters }) => getSessionAvailability(db, parameters))
