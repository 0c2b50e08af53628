import type { MovedFrom } from '#lib/contract/index.ts'
import type { ResourceView } from '#lib/history/index.ts'
import { isoBounds } from './wire.ts'

export const movedFromOf = ({ movedFrom }: Pick<ResourceView, 'movedFrom'>): MovedFrom | null =>
  movedFrom && { resourceId: movedFrom.resourceId, between: isoBounds(movedFrom.between) }
