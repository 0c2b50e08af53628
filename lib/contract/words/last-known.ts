/**
 * Returns the note on a state or value that no recent poll confirms: `last known at 09:59:14`. Every screen, message and
 * command uses these words. Next to them, texts about polls use only `late` and `not polled`.
 * @param at formatted time of the last poll that showed the state or value; null = the text has no space for the time
 */
export const formatLastKnown = (at: string | null): string => (at === null ? 'last known' : `last known at ${at}`)
