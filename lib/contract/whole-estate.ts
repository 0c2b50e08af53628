/** The scope of events about all circuits, whatever they are connected to: no resource's id. */
export const WHOLE_ESTATE = 'estate'
/** Its name on screens and in messages. */
export const WHOLE_ESTATE_NAME = 'Whole estate'
