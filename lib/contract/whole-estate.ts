/** Scope of events about all circuits of the estate. It is not the id of a resource. */
export const WHOLE_ESTATE = 'estate'
/** Display name of the scope {@link WHOLE_ESTATE} on screens and in messages. */
export const WHOLE_ESTATE_NAME = 'Whole estate'

/**
 * The collector as a whole in the form of a resource id, because an event needs a scope and a source that proved it.
 */
export const COLLECTOR = '/subscriptions/00000000-0000-0000-0000-000000000000/providers/Peerwatch/collectors/collector'
