/** The scope of events about all circuits, whatever they are connected to: no resource's id. */
export const WHOLE_ESTATE = 'estate'
/** Its name on screens and in messages. */
export const WHOLE_ESTATE_NAME = 'Whole estate'

/** The collector as a whole, spelled as a resource: events need a scope, and a source that proved them. */
export const COLLECTOR = '/subscriptions/00000000-0000-0000-0000-000000000000/providers/Peerwatch/collectors/collector'
