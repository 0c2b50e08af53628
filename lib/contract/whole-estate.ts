/** Scope of events that concern all polled circuits together. It replaces the id of a resource. */
export const WHOLE_ESTATE = 'estate'
/** Display name of the scope {@link WHOLE_ESTATE} on screens and in messages. */
export const WHOLE_ESTATE_NAME = 'Whole estate'

/**
 * Resource id that represents Peerwatch itself. Events about Peerwatch need it, because every event needs a scope and a
 * source.
 */
export const COLLECTOR_RESOURCE_ID =
  '/subscriptions/00000000-0000-0000-0000-000000000000/providers/Peerwatch/collectors/collector'
