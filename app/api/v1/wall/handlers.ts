import { narrowed } from '#lib/questions/index.ts'
import { wallAnswer } from '../../../_shared/wall-answer.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('wall', ({ caller, parameters }) =>
  wallAnswer(narrowed(caller.scope, parameters.customer), parameters.by === 'customer'),
)
