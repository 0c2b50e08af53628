import { getActivity } from '#lib/incidents/answers/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('activity', ({ db, parameters }) => getActivity(db, parameters))
